from agent.messages import Source
from evaluation.scorers.facts import EXCLUDED, INCLUDED
from evaluation.scorers.outcomes import OUTCOME
from evaluation.scorers.sources import SOURCES, SOURCES_PRECISION


def cited(*names, kind="policy"):
    return tuple(Source(name, kind, name) for name in names)


def test_that_recall_and_precision_of_sources_are_worked_by_hand(turn, case, values) -> None:
    wanted = turn(expect={"sources": ["p-1", "p-2"]}, sources=cited("p-1", "p-3", "p-4"))
    alone = turn(expect={"sources": ["p-1"]}, sources=cited("p-1"))
    assert values(SOURCES, case(wanted, alone)) == ([0.5, 1], 0.75)
    assert values(SOURCES_PRECISION, case(wanted, alone)) == ([1, 0, 0, 1], 0.5)


def test_that_the_customers_own_records_are_no_wrong_source(turn, case, values) -> None:
    own = turn(expect={"sources": ["p-1"]}, sources=(*cited("p-1"), *cited("A-1", kind="order")))
    assert values(SOURCES_PRECISION, case(own)) == ([1], 1)


def test_that_facts_that_must_and_must_not_be_said_are_worked_by_hand(turn, case, values) -> None:
    said = turn("顺丰，单号SF123", expect={"include": [["圆通", "顺丰"], ["已签收"]], "exclude": ["已签收"]})
    wrong = turn("已签收", expect={"exclude": ["已签收"]})
    assert values(INCLUDED, case(said, wrong)) == ([0.5], 0.5)
    assert values(EXCLUDED, case(said, wrong)) == ([1, 0], 0.5)


def test_that_the_outcome_is_one_of_those_accepted(turn, case, values) -> None:
    turns = [turn(expect={"outcome": ["clarify", "answered"]}), turn(expect={"outcome": "handoff"}), turn()]
    assert values(OUTCOME, case(*turns)) == ([1, 0], 0.5)
