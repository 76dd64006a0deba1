"""The program stops, in order or not, and starts again: no reply is lost, none is sent twice, no note is left twice."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fastapi import Response

ID = "chatwoot-1-1"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("XIAOER_")}
CUSTOMERS = range(1, 9)
TEA = Path(__file__).parents[2] / "packs" / "chaye"


async def _restart(premises, connect) -> None:
    await premises.close()
    await premises.open()
    await connect(premises)


async def test_that_what_was_acknowledged_is_answered_after_a_restart(premises, connect, chatwoot):
    gate = asyncio.Event()
    premises.graph.meanwhile = gate.wait
    await chatwoot.write("1 fine")
    await chatwoot.settled()
    await premises.shop.reception.aclose(wait_s=0)
    await _restart(premises, connect)
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    assert chatwoot.conversation().seen == ["答：1 fine"]


async def test_that_a_reply_that_could_not_be_sent_is_sent_after_a_restart(
    premises, connect, chatwoot, statuses, come_true
):
    chatwoot.failures = [Response(status_code=503)]
    await chatwoot.write("1 fine")
    await come_true(statuses, ["told", "waiting"])
    await _restart(premises, connect)
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    assert chatwoot.conversation().seen == ["答：1 fine"]


async def test_that_a_note_is_left_once_whose_arrival_was_not_heard_of(premises, connect, chatwoot, come_true):
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.settled()
    desk = premises.shop.desk
    ticket = await desk.take_over(ID, "Lin")
    await chatwoot.until(lambda: chatwoot.conversation().status == "open")
    await chatwoot.settled()
    chatwoot.held, chatwoot.lost_answers = [], 1
    await desk.note(ticket.ticket_id, "Lin", "老顾客")
    await chatwoot.until(lambda: chatwoot.conversation().notes)
    await _restart(premises, connect)

    async def is_told() -> bool:
        return not await premises.shop.post.memory.untold("chatwoot")

    await come_true(is_told, True)
    assert len(chatwoot.conversation().notes) == 1


@pytest.fixture
async def program(tmp_path, chatwoot, listen, releases):
    """Starts the program as its users do, before a Chatwoot on a port of its own."""
    running: list[subprocess.Popen] = []
    async with listen(chatwoot.app) as url:
        told = {"url": url, "account": 1, "bot_token": "bot-token", "secret": "bot-secret"}
        environment = ENVIRONMENT | {
            "XIAOER_STATE": f"sqlite:///{tmp_path / 'state.db'}",
            "XIAOER_RELEASES": str(releases),
            "XIAOER_CHATWOOT": json.dumps(told),
        }

        async def start() -> subprocess.Popen:
            running.append(await asyncio.to_thread(_begun, environment))
            chatwoot.agent = httpx.AsyncClient(base_url=await asyncio.to_thread(_served_at, running[-1]), timeout=20)
            return running[-1]

        yield start
        for one in running:
            one.kill()
            one.wait()
            one.stdout.close()


def _begun(environment) -> subprocess.Popen:
    command = [sys.executable, "-c", "import xiaoer; xiaoer.main()", "serve", "--port", "0", "--shop", str(TEA)]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(command, stdout=pipe, stderr=nowhere, text=True, env=environment)


def _served_at(running: subprocess.Popen) -> str:
    for line in running.stdout:
        if found := re.match(r"serving: (\S+)", line):
            return found[1]
    raise EOFError("the program ended before it served")


def _stop(running: subprocess.Popen) -> None:
    running.terminate()
    running.wait(timeout=60)


async def test_that_a_program_that_is_killed_loses_and_doubles_nothing(program, chatwoot):
    first = await program()
    for number in CUSTOMERS:
        await chatwoot.write("几天发货", number)
    await chatwoot.until(lambda: len(chatwoot.answers) >= len(CUSTOMERS))
    await chatwoot.until(lambda: any(chatwoot.conversation(number).seen for number in CUSTOMERS))
    first.kill()
    first.wait()
    await chatwoot.settled()
    assert [status for event, status in chatwoot.answers[: len(CUSTOMERS)]] == [200] * len(CUSTOMERS)

    await chatwoot.agent.aclose()
    second = await program()
    await chatwoot.until(lambda: all(chatwoot.conversation(number).seen for number in CUSTOMERS))
    await asyncio.to_thread(_stop, second)
    await chatwoot.settled()
    assert [len(chatwoot.conversation(number).seen) for number in CUSTOMERS] == [1] * len(CUSTOMERS)
    assert all("发" in chatwoot.conversation(number).seen[0] for number in CUSTOMERS)
    await chatwoot.agent.aclose()
