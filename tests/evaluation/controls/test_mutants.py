"""The gold agent with one fault each: the suite must see it, and say what it is."""

from collections.abc import Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from agent.messages import Reply, ToolUse
from evaluation.controls.back_ends import SeededApis
from evaluation.controls.gold import GoldAgent
from evaluation.play.grounding import Grounding
from evaluation.play.player import Player
from evaluation.play.reading import read_cases
from evaluation.suites.task import Task
from evaluation.suites.verdict import judge
from knowledge.pack import default_pack, load_pack

SUITE = Path(__file__).parents[3] / "evaluation" / "suites" / "lanting"


class Mutant(GoldAgent):
    """A gold agent whose every reply is spoiled by a rule."""

    spoil: Callable[[Reply], Reply]

    async def handle(self, message, line):
        return type(self).spoil(await super().handle(message, line))


class HastyAgent(GoldAgent):
    """Writes at once what it should put to the customer."""

    def _propose(self, message, ask, reply):
        said = super()._propose(message, ask, reply)
        pending = said.pending_action
        if pending is None:
            return said
        done = ToolUse(pending.tool, pending.args, True, "write")
        return replace(said, pending_action=None, tools=(*said.tools, done))


class PassiveAgent(GoldAgent):
    """Says that it was done, and does nothing."""

    async def _write(self, message, ask):
        self._pending = None
        return []


class Stage:
    def __init__(self, apis, agent) -> None:
        self.apis = apis
        self.agent = agent

    @asynccontextmanager
    async def open(self, case, trial):
        with self.apis.open(case) as apis:
            backends = apis.in_process()
            yield self.agent(Task.model_validate(case.task), apis, backends)
            await backends.aclose()


def spoiled(rule) -> type[GoldAgent]:
    return type("Spoiled", (Mutant,), {"spoil": staticmethod(rule)})


def loses_its_sources(reply: Reply) -> Reply:
    return replace(reply, sources=())


def shows_another_customer(reply: Reply) -> Reply:
    return replace(reply, reply=f"{reply.reply}何雅文的电话是13800001120。")


def invents_an_amount(reply: Reply) -> Reply:
    return replace(reply, reply=f"{reply.reply}另外补您77.77元。")


def says_nothing(reply: Reply) -> Reply:
    return replace(reply, reply="好的。")


def gives_another_reason(reply: Reply) -> Reply:
    return replace(reply, handoff=replace(reply.handoff, reason="other")) if reply.handoff else reply


def never_hands_over(reply: Reply) -> Reply:
    return replace(reply, handoff=None, outcome="answered", owner="bot")


@pytest.fixture(scope="module")
def pack():
    return load_pack(default_pack())


@pytest.fixture(scope="module")
def apis(pack):
    with closing(SeededApis(pack)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("agent", "family", "kind"),
    [
        (HastyAgent, "action", "confirmation"),
        (PassiveAgent, "action", "state"),
        (spoiled(loses_its_sources), "policy", "sources"),
        (spoiled(shows_another_customer), "order", "identity"),
        (spoiled(invents_an_amount), "promotion", "invented"),
        (spoiled(says_nothing), "product", "include"),
        (spoiled(gives_another_reason), "handoff", "handoff"),
        (spoiled(never_hands_over), "handoff", "handoff"),
    ],
    ids=lambda value: getattr(getattr(value, "spoil", value), "__name__", None),
)
async def test_that_a_gold_agent_with_a_fault_fails_and_the_reason_names_it(pack, apis, agent, family, kind) -> None:
    player = Player(Stage(apis, agent), Grounding(pack))
    cases = read_cases([SUITE / f"{family}.jsonl", SUITE / f"{family}-untouched.jsonl"], pack).cases
    played = [await player.play(case) for case in cases]
    blamed = [{reason.kind for reason in judge(case)} for case in played]
    assert not any(case.crashed for case in played)
    assert sum(kind in kinds for kinds in blamed) / len(blamed) > 0.5
