"""The window while its server dies and comes back: nothing is lost, nothing is doubled."""

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import httpx
import pytest
from playwright.async_api import expect

from agent.handoff.people import PeopleDesk
from agent.store.opening import open_store
from knowledge.pack import load_pack
from tools.mock_apis.apis import MockApis
from tools.mock_apis.faults import Fault
from tools.mock_apis.server import MockServer

WITHIN_S = 60.0
PARCEL = "我的订单TEA-88231到哪了"


class Program:
    """``xiaoer serve`` in a process of its own, on one port and one database whenever it is started."""

    def __init__(self, shop, folder, releases, urls) -> None:
        self.state = f"sqlite:///{folder / 'state.db'}"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        back_ends = ("--orders-url", urls.orders, "--logistics-url", urls.logistics)
        self._arguments = ("serve", "--port", str(self.port), "--shop", str(shop), *back_ends)
        own = {"XIAOER_STATE": self.state, "XIAOER_RELEASES": str(releases)}
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("XIAOER_")} | own

    async def start(self) -> None:
        command = (sys.executable, "-c", "import xiaoer; xiaoer.main()", *self._arguments)
        quiet = asyncio.subprocess.DEVNULL
        self._running = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=quiet, env=self._environment
        )
        async with asyncio.timeout(WITHIN_S):
            async for line in self._running.stdout:
                if re.match(rb"serving: ", line):
                    return
        raise EOFError("the program ended before it served")

    async def stop(self) -> int:
        """Ask it to end; its exit status."""
        self._running.terminate()
        async with asyncio.timeout(WITHIN_S):
            return await self._running.wait()

    async def kill(self) -> None:
        if self._running.returncode is None:
            self._running.send_signal(signal.SIGKILL)
        await self._running.wait()


@pytest.fixture
async def back_ends(tea):
    apis = MockApis(load_pack(tea).backend)
    with MockServer(apis) as urls:
        yield apis, urls
    apis.close()


@pytest.fixture
async def program(tea, back_ends, tmp_path, releases):
    opened = Program(tea, tmp_path, releases, back_ends[1])
    await opened.start()
    yield opened
    await opened.kill()


async def _asked(apis: MockApis) -> None:
    """Wait until a turn asks the orders back-end."""
    async with asyncio.timeout(WITHIN_S):
        while not apis.orders_faults.requests:  # noqa: ASYNC110  # another thread notes them
            await asyncio.sleep(0.01)


@pytest.mark.timeout(240)
async def test_that_nothing_is_lost_or_doubled_when_the_server_dies(program, back_ends, customer_at, screenshots):
    customer = await (await (await customer_at(program.url)).visit()).open()
    await customer.write("茶叶可以退货吗")
    await customer.answered(2)

    apis, _ = back_ends
    apis.orders_faults.set(Fault(kind="latency", latency_s=5.0))
    await customer.write(PARCEL)
    await _asked(apis)
    await program.kill()  # in the middle of the turn
    await expect(customer.page.get_by_text("您的消息已保存，恢复后会自动发送")).to_be_visible()
    await customer.write("运费谁出")  # while there is no server
    await expect(customer.log.get_by_text("待发送")).to_be_visible()
    await customer.page.screenshot(path=screenshots / "14-lost.png")
    apis.orders_faults.clear()
    await program.start()
    await customer.answered(4)
    await expect(customer.page.get_by_text("您的消息已保存，恢复后会自动发送")).to_be_hidden()
    await expect(customer.said("customer")).to_have_text(["茶叶可以退货吗", PARCEL, "运费谁出"])

    await customer.write("转人工")
    await customer.answered(5)
    store = open_store(program.state)
    desk = PeopleDesk(store, lambda: datetime.now(UTC))
    (ticket,) = await desk.queue()
    await desk.take(ticket.ticket_id, "小梅")
    await desk.reply(ticket.ticket_id, "小梅", "在的", "r-1")
    await expect(customer.said("person")).to_have_text(["在的"])
    await program.kill()
    await desk.reply(ticket.ticket_id, "小梅", "还在吗", "r-2")  # another process writes on
    await program.start()
    await expect(customer.said("person")).to_have_text(["在的", "还在吗"])
    await customer.page.reload()
    await expect(customer.said("person")).to_have_text(["在的", "还在吗"])
    await customer.answered(5)
    thread = await store.thread(await customer.conversation())
    assert Counter(one.text for one in thread if one.role != "assistant").most_common(1)[0][1] == 1
    assert [one.status for one in thread if one.role == "person"] == ["sent", "sent"]
    await store.aclose()


async def test_that_a_server_with_open_streams_stops_at_once(program):
    async with httpx.AsyncClient(base_url=program.url, trust_env=False, timeout=WITHIN_S) as client:
        body = {"message_id": "m-1", "customer_id": "tea-cust-a", "text": "你好"}
        await client.post("/conversations/c-1/messages", json=body)
        async with client.stream("GET", "/conversations/c-1/events") as answer:
            lines = answer.aiter_lines()
            assert (await anext(lines)).startswith("event: message")
            began = time.monotonic()
            assert await program.stop() == 0
            assert time.monotonic() - began < 20  # requests in hand are waited for longer
            assert [line async for line in lines][-1] == ""
