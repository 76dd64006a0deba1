"""Model down, slow, endless, repeating, talking nonsense: the facts are worded without it."""

import asyncio
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
import torch

from agent.assistant import Assistant
from agent.audit.auditor import Auditor
from agent.floor import ShopFloor
from agent.generator.errors import Interrupted, Unavailable
from agent.generator.local_qwen import LocalQwenGenerator
from agent.generator.scripted import ScriptedGenerator
from agent.generator.weights import Weights
from agent.messages import CustomerMessage
from agent.profile import ShopProfile
from agent.store.sqlite import open_store
from agent.turn.graph import Bench, build_graph
from agent.wording.composer import Composer
from agent.wording.draft import draft_s_within
from tools.mock_apis.apis import MockApis
from tools.mock_apis.faults import Fault

ASK = "TEA-88231到哪了"
PARCEL = "YT8800112233"
SLOW = Fault(kind="latency", latency_s=0.8)


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


class SlowModel:
    """Takes a moment for each token, and never comes to an end."""

    config = None

    def __call__(self, input_ids, **more):
        time.sleep(0.05)
        logits = torch.zeros(1, 1, 8)
        logits[0, 0, 7] = 1.0
        return SimpleNamespace(logits=logits, past_key_values=None)


class LetterTokenizer:
    """One token a character."""

    def apply_chat_template(self, messages, **more):
        return "".join(message["content"] for message in messages)

    def encode(self, text, **more):
        return [1] * len(text)

    def decode(self, tokens, **more):
        return "在" * len(tokens)


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

    async def asked(model, draft_s=0.4, orders=()):
        store, apis = open_store("sqlite:///:memory:"), MockApis(pack.backend)
        apis.orders_faults.set(*orders)
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
    slow = ScriptedGenerator(["您的包裹明天下午3点送到。"], delay_s=0.5, piece_chars=7)
    started = time.perf_counter()
    reply = await ask(slow, draft_s=1.9)
    assert reply.worded_by == "composer"
    assert len(slow.seen) == 2
    assert time.perf_counter() - started < 10


async def test_that_slow_orders_leave_the_model_less_time(ask):
    reply = await ask(ScriptedGenerator([""], hangs=True), draft_s=2.0, orders=[SLOW])
    assert reply.worded_by == "composer"
    assert PARCEL in reply.reply
    assert reply.timings_ms["generate"] < 2000, "what the orders took is taken off"


async def test_that_a_model_is_not_asked_when_the_time_is_up(ask):
    model = ScriptedGenerator(["您的包裹正在运输中。"])
    reply = await ask(model, draft_s=0.4, orders=[SLOW])
    assert (reply.worded_by, model.seen) == ("composer", [])
    assert PARCEL in reply.reply


async def test_that_a_slow_local_model_leaves_time_for_the_facts_within_the_turn(tea, counter_of):
    local = LocalQwenGenerator(Weights(SlowModel(), LetterTokenizer(), "cpu", frozenset({0})))
    async with counter_of(tea, "tea-cust-a", generator=local, turn_s=2.0) as counter:
        reply = await counter.say(ASK)
    local.close()
    assert reply.worded_by == "composer"
    assert reply.timings_ms["generate"] < 2000
    assert PARCEL in reply.reply


@pytest.mark.parametrize(("turn_s", "draft_s"), [(30.0, 24.0), (5.0, 4.0), (2.0, 1.0), (1.0, 0.5), (600.0, 480.0)])
def test_that_a_fifth_of_a_turn_and_a_second_are_left_without_a_model(turn_s, draft_s):
    assert draft_s_within(turn_s) == draft_s


async def test_that_an_endless_model_is_not_listened_to_for_ever(ask):
    model = Endless()
    reply = await ask(model, draft_s=20)
    assert reply.worded_by == "composer"
    assert model.said < 1200
