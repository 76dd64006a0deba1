"""Model down, slow, endless, repeating, talking nonsense: the facts are worded without it."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from agent.assistant import Assistant
from agent.audit.auditor import Auditor
from agent.composer import Composer
from agent.floor import ShopFloor
from agent.generator.errors import Interrupted, Unavailable
from agent.generator.scripted import ScriptedGenerator
from agent.graph import Bench, build_graph
from agent.messages import CustomerMessage
from agent.profile import ShopProfile
from agent.store.sqlite import open_store
from tools.mock_apis.apis import MockApis

ASK = "TEA-88231到哪了"
PARCEL = "YT8800112233"


class Endless:
    """Never stops talking, and never pauses."""

    name = "endless"
    adapter_id = None
    said = 0

    async def stream(self, messages: list[dict[str, str]]) -> AsyncIterator[str]:
        while True:
            self.said += 1
            await asyncio.sleep(0)
            yield "您的包裹还在路上"


BROKEN = {
    "down": ScriptedGenerator([Unavailable("connection refused")]),
    "breaks off": ScriptedGenerator(["您的包裹正在运输中，请放心。"], breaks_after=1),
    "interrupted": ScriptedGenerator([Interrupted("cut")]),
    "silent": ScriptedGenerator([""]),
    "hangs": ScriptedGenerator([""], hangs=True),
    "slow": ScriptedGenerator(["您的包裹正在运输中，单号YT8800112233。" * 5], delay_s=0.1),
    "endless": Endless(),
    "repeating": ScriptedGenerator(["包裹正在运输中包裹正在运输中包裹正在运输中包裹正在运输中。"]),
    "another alphabet": ScriptedGenerator(["Посылка уже в пути, ожидайте доставку завтра."]),
    "letters": ScriptedGenerator(["asdkj qwlkej zxmcn qpwoei alskdj"]),
    "broken bytes": ScriptedGenerator(["包裹\ufffd\ufffd运输\ufffd中"]),
    "a story": ScriptedGenerator(["从前有座山，山里有座庙，庙里有个老和尚在讲故事。"]),
    "backwards": ScriptedGenerator(["。达送日02月11计预，中输运在正裹包的您"]),
}


@pytest.fixture
def ask(tea):
    pack, release, understander = tea
    profile = ShopProfile.from_release(release.shop)

    async def asked(model, draft_s=0.4):
        store, apis = open_store("sqlite:///:memory:"), MockApis(pack.backend)
        bench = Bench(understander, Composer(profile), Auditor(profile), model, store, draft_s=draft_s)
        floor = ShopFloor(release, profile, build_graph(bench))
        assistant = Assistant(lambda *_: floor, apis.in_process(), store, lambda: pack.now)
        reply = await assistant.handle(CustomerMessage("c", "m", "tea-cust-a", ASK))
        await assistant.aclose()
        await store.aclose()
        apis.close()
        return reply

    return asked


@pytest.mark.parametrize("how", BROKEN)
async def test_that_the_facts_are_worded_without_a_broken_model(ask, how):
    started = time.perf_counter()
    reply = await ask(BROKEN[how])
    assert (reply.worded_by, reply.outcome) == ("composer", "answered")
    assert PARCEL in reply.reply
    assert time.perf_counter() - started < 15


async def test_that_two_slow_drafts_share_one_deadline(ask):
    slow = ScriptedGenerator(["您的包裹明天下午3点送到。"], delay_s=0.15, piece_chars=7)
    started = time.perf_counter()
    reply = await ask(slow, draft_s=0.5)
    assert reply.worded_by == "composer"
    assert len(slow.seen) == 2
    assert time.perf_counter() - started < 10


async def test_that_an_endless_model_is_not_listened_to_for_ever(ask):
    model = Endless()
    reply = await ask(model, draft_s=20)
    assert reply.worded_by == "composer"
    assert model.said < 1200
