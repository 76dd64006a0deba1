"""Faults planted in the agent, its shop or its back-ends: the comparison with a sound run must say at which turn each shows."""

import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from evaluation.play.grounding import Grounding
from evaluation.play.in_process import InProcess
from evaluation.play.player import Player
from evaluation.play.transcripts import transcript_case
from evaluation.scorers.passed import case_passed
from evaluation.shop import open_shop
from evaluation.statistics.comparison import compare
from knowledge.pack import load_pack
from knowledge.transcripts import Transcript
from tools.mock_apis.apis import MockApis
from tools.mock_apis.faults import Fault
from tools.mock_apis.seed import load_seed

TEA = Path(__file__).parents[1] / "packs" / "chaye"
TODAY = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


def talk(name, *turns, now="2026-11-20T10:00:00+08:00", customer="tea-cust-a"):
    lines = [{"customer": said, "expect": expect} for said, expect in turns]
    data = {"id": name, "customer_id": customer, "now": now, "turns": lines}
    return transcript_case(Transcript.model_validate(data), "faults.jsonl")


def cancelled(before):
    orders = [{**row, "status": "cancelled"} if row["order_id"] == "TEA-88240" else row for row in before["orders"]]
    return {**before, "orders": orders}


CASES = (
    talk("return", ("你好", {}), ("茶叶没拆能退吗 几天内", {"sources": ["tea-return-30"], "include": [["30天"]]})),
    talk("brew", ("龙井用几度水泡", {"sources": ["brewing"], "include": [["80"]]})),
    talk("price", ("你好", {}), ("金骏眉礼盒算上活动多少钱", {"include": [["313"]]})),
    talk(
        "stock", ("肉桂100g还有吗", {"include": [["11月26"]]}), ("50克的呢", {"include": [["50g、", "50g有", "现货"]]})
    ),
    talk("identity", ("你好", {}), ("你是谁家的机器人", {"include": [["阿茗"]]})),
    replace(
        talk(
            "cancel",
            ("tea-88240不要了取消", {"outcome": "clarify", "tools": [{"name": "get_order"}]}),
            ("是的", {"outcome": "answered", "tools": [{"name": "cancel_order", "args": {"order_id": "TEA-88240"}}]}),
        ),
        expected_after=cancelled,
    ),
    talk("parcel", ("你好", {}), ("TEA-88231到哪儿了", {"outcome": "answered", "include": [["黄山"]]})),
    talk("complaint", ("在吗", {"outcome": "answered"}), ("我要举报你们", {"outcome": "handoff"}), ("转人工", {})),
    talk("stranger", ("TEA-88155到哪了", {"exclude": ["641", "石榴巷", "YT8800112155"]})),
    talk("freight", ("一包毛尖48包邮不", {"include": [["49"]], "exclude": ["68"]}), now="2026-06-15T14:00:00+08:00"),
)


@dataclass
class Bent:
    """A stage whose agent is not what it should be.

    Args:
        stage: opens the sound agent.
        hears: changes messages on their way in.
        says: changes replies on their way out; may ask the agent again.
    """

    stage: InProcess
    hears: object = None
    says: object = None

    @asynccontextmanager
    async def open(self, case, trial):
        async with self.stage.open(case, trial) as agent:
            yield BentAgent(self, agent)


class BentAgent:
    def __init__(self, bent, agent):
        self.bent, self.agent, self.state = bent, agent, agent.state

    def heard(self, message):
        return self.bent.hears(message) if self.bent.hears else message

    async def handle(self, message, line):
        reply = await self.agent.handle(self.heard(message), line)
        return await self.bent.says(self.agent, message, line, reply) if self.bent.says else reply

    async def trace(self, message):
        return await self.agent.trace(self.heard(message))


def instead(said, other):
    """An agent that takes one message for another."""

    def hears(message):
        return replace(message, text=other) if message.text == said else message

    return lambda shop: Bent(shop(), hears=hears)


def without_asking():
    """An agent that gives itself the yes it should wait for."""

    async def says(agent, message, line, reply):
        if reply.pending_action is None:
            return reply
        return await agent.handle(replace(message, message_id=f"{message.message_id}-yes", text="好的"), line)

    return lambda shop: Bent(shop(), says=says)


def promising():
    """An agent that adds a promise and a figure of its own."""

    async def says(agent, message, line, reply):
        return replace(reply, reply=f"{reply.reply}我们保证明天到，另赔888元。") if "黄山" in reply.reply else reply

    return lambda shop: Bent(shop(), says=says)


def forgetful():
    """An agent that begins anew with every message."""

    def hears(message):
        return replace(message, conversation_id=f"{message.conversation_id}-{message.message_id}")

    return lambda shop: Bent(shop(), hears=hears)


def as_another(customer):
    """An agent that takes the customer for another one."""
    return lambda shop: Bent(shop(), hears=lambda message: replace(message, customer_id=customer))


def at(moment):
    """An agent whose clock stands still."""
    return lambda shop: Bent(shop(), hears=lambda message: replace(message, now=moment))


def parcels_down(apis):
    apis.logistics_faults.set(Fault(kind="error"))
    return apis.in_process()


def into_nowhere(apis):
    """Writes go to back-ends that nobody looks at."""
    return MockApis(load_seed(TEA / "backend.json"), {}, now=TODAY).in_process()


def with_back_ends(connect):
    return lambda shop: shop(connect=connect)


def with_pack(file, old, new):
    """A shop in which one line of one file is wrong."""
    return lambda shop: shop(edit=(file, old, new))


class Crashing:
    name, adapter_id = "crashing", None

    async def stream(self, messages):
        raise ZeroDivisionError("a mistake")
        yield ""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Opens the tea shop, with one line of its pack changed where that is asked for."""
    releases, opened = tmp_path_factory.mktemp("releases"), {}

    def make(edit=None, **options):
        if edit not in opened:
            folder = tmp_path_factory.mktemp("pack") / "chaye"
            shutil.copytree(TEA, folder)
            if edit:
                path = folder / edit[0]
                text = path.read_text(encoding="utf-8")
                assert edit[1] in text
                path.write_text(text.replace(edit[1], edit[2]), encoding="utf-8")
            opened[edit] = open_shop(folder, releases)
        return InProcess(*opened[edit], TODAY, **options)

    return make


@pytest.fixture(scope="module")
def grounding():
    return Grounding(load_pack(TEA))


@pytest.fixture(scope="module")
def play(grounding, run_of):
    async def run(stage):
        return run_of(*[await Player(stage, grounding).play(case) for case in CASES])

    return run


FAULTS = {
    "wrong policy": (with_pack("policies/售后/tuihuo.md", "30天", "45天"), "return #2", "include"),
    "policy out of force": (
        with_pack("policies/茶事/chongpao.md", "---\nid:", "---\neffective_to: 2026-01-31\nid:"),
        "brew #1",
        "sources",
    ),
    "wrong price": (with_pack("inventory/products.csv", "328.00", "338.00"), "price #2", "include"),
    "wrong stock": (with_pack("inventory/products.csv", "50g,40,", "50g,0,"), "stock #2", "include"),
    "another name": (with_pack("shop.yaml", "assistant: 阿茗", "assistant: 小智"), "identity #2", "include"),
    "skipped confirmation": (without_asking(), "cancel #1", "outcome"),
    "dropped tool": (with_back_ends(parcels_down), "parcel #2", "include"),
    "lost write": (with_back_ends(into_nowhere), "cancel end", "state"),
    "late handoff": (instead("我要举报你们", "好的"), "complaint #2", "outcome"),
    "early handoff": (instead("在吗", "转人工"), "complaint #1", "outcome"),
    "taken for another customer": (as_another("tea-cust-b"), "stranger #1", "harm"),
    "lost memory": (forgetful(), "cancel #2", "tools"),
    "stopped clock": (at(TODAY), "freight #1", "include"),
    "empty promise": (promising(), "parcel #2", "harm"),
    "crash": (lambda shop: shop(generator=Crashing()), "brew #1", "a reply"),
}


async def test_that_a_sound_agent_passes_every_case_and_differs_from_itself_nowhere(shop, play) -> None:
    run = await play(shop())
    assert [case.case_id for case in run.cases if not case_passed(case)] == []
    assert compare(run, await play(shop())).changes == ()


@pytest.fixture(scope="module")
def sound():
    """Runs of the sound agent, played once."""
    return {}


@pytest.mark.parametrize("fault", FAULTS)
async def test_that_a_planted_fault_is_located_at_its_turn(shop, play, sound, fault) -> None:
    plant, place, lost = FAULTS[fault]
    if not sound:
        sound["run"] = await play(shop())
    change = compare(sound["run"], await play(plant(shop)))
    first = {one.case_id: one for one in reversed(change.changes) if one.way == "broke"}
    found = first[place.split()[0]]
    assert found.place == place
    assert lost in found.lost
