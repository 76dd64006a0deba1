"""Three agents that must fail a suite nearly whole, and one that must pass it whole."""

from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from evaluation.controls.back_ends import SeededApis
from evaluation.controls.constant import ConstantStage, hand_over, refuse
from evaluation.controls.gold import GoldStage
from evaluation.controls.wrong_shop import wrong_shop_stage
from evaluation.play.grounding import Grounding
from evaluation.play.player import Player
from evaluation.play.reading import read_cases
from evaluation.shop import open_shop
from evaluation.simulator.customer import CustomerScript
from evaluation.simulator.written import WrittenCustomer
from evaluation.suites.task import Task
from evaluation.suites.verdict import judge
from knowledge.pack import default_pack, load_pack

ROOT = Path(__file__).parents[3]
SUITE = ROOT / "evaluation" / "suites" / "lanting"
THIRD = 3
"""The agent of another shop, a whole one, plays a third of the tasks, drawn by a fixed seed; `python -m benchmarks.suite` plays all."""
MOST = 0.1
"""A control that knows nothing may pass this share of the tasks."""


@pytest.fixture(scope="module")
def pack():
    return load_pack(default_pack())


@pytest.fixture(scope="module")
def cases(pack):
    return read_cases([SUITE], pack).cases


@pytest.fixture(scope="module")
def apis(pack):
    with closing(SeededApis(pack)) as opened:
        yield opened


@pytest.fixture(scope="module")
def play(pack, cases):
    """Plays the suite on a stage; gives the reasons against each task."""
    grounding = Grounding(pack)

    async def run(stage, change=lambda case: case, chosen=cases):
        player = Player(stage, grounding)
        played = [await player.play(change(case)) for case in chosen]
        assert [case.turns[-1].crash for case in played if case.crashed] == []
        return {case.case_id: [str(reason) for reason in judge(case)] for case in played}

    return run


def passed(verdicts) -> float:
    return sum(not reasons for reasons in verdicts.values()) / len(verdicts)


async def test_that_a_gold_agent_passes_every_task(play, apis) -> None:
    verdicts = await play(GoldStage(apis))
    assert {name: reasons for name, reasons in verdicts.items() if reasons} == {}


async def test_that_a_customer_who_reads_the_words_alone_is_served_as_well(play, apis) -> None:
    def blind(case):
        task = Task.model_validate(case.task)
        return type(case)(
            **{**vars(case), "script": lambda trial: CustomerScript(WrittenCustomer(task, task.id), "text")}
        )

    assert passed(await play(GoldStage(apis), blind)) >= 0.97


async def test_that_an_agent_that_always_refuses_fails(play, apis) -> None:
    assert passed(await play(ConstantStage(apis, refuse))) <= MOST


@pytest.mark.parametrize("reason", ["requested", "over_limit", "anger", "always_word"])
async def test_that_an_agent_that_always_hands_over_fails(play, apis, reason) -> None:
    assert passed(await play(ConstantStage(apis, hand_over(reason)))) <= MOST


@pytest.mark.timeout(600)
async def test_that_an_agent_with_another_shops_knowledge_fails(play, pack, cases, tmp_path) -> None:
    some = Random(20261120).sample(cases, len(cases) // THIRD)
    _, release, understander = open_shop(ROOT / "tests" / "packs" / "chaye", tmp_path)
    assert passed(await play(wrong_shop_stage(pack, release, understander), chosen=some)) <= MOST
