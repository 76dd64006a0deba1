import pytest

from agent.messages import Reply, Source, ToolUse
from evaluation.scorers.checks import check_turn, fold
from knowledge.transcripts import Expectation


def reply(text: str = "亲，您的订单A-1已发货，顺丰单号SF123。", **more) -> Reply:
    fields = {"outcome": "answered", "intents": ("logistics",), "strategy": "inform", "owner": "bot"}
    return Reply("c", "m", "t", text, **{**fields, **more})


def shares(answer: Reply, **expect) -> dict[str, float]:
    return {check.name: check.share for check in check_turn(Expectation.model_validate(expect), answer)}


def test_that_nothing_is_checked_that_the_transcript_does_not_ask_for() -> None:
    assert check_turn(Expectation(), reply()) == ()


def test_that_one_of_the_expected_intents_is_enough() -> None:
    assert shares(reply(), intent=["order_status", "logistics"]) == {"intent": 1}
    assert shares(reply(), intent=["order_status"]) == {"intent": 0}
    assert shares(reply(intents=()), intent=["order_status"]) == {"intent": 0}


def test_that_the_outcome_is_one_of_those_expected() -> None:
    assert shares(reply(), outcome="answered") == {"outcome": 1}
    assert shares(reply(), outcome=["declined", "handoff"]) == {"outcome": 0}


def test_that_each_expected_tool_was_called_with_at_least_its_arguments() -> None:
    used = reply(tools=(ToolUse("get_order", {"order_id": "A-1", "extra": 1}, True, "read"),))
    assert shares(used, tools=[{"name": "get_order", "args": {"order_id": "a-1"}}]) == {"tools": 1}
    assert shares(used, tools=[{"name": "get_order", "args": {"order_id": "A-2"}}]) == {"tools": 0}
    assert shares(used, tools=[{"name": "get_order", "args": {"sku": "x"}}]) == {"tools": 0}
    assert shares(used, tools=[{"name": "get_order"}, {"name": "cancel_order"}]) == {"tools": 0}


def test_that_an_empty_list_of_tools_means_that_none_was_called() -> None:
    assert shares(reply(), tools=[]) == {"tools": 1}
    assert shares(reply(tools=(ToolUse("get_order", {}, False, "read"),)), tools=[]) == {"tools": 0}


def test_that_the_share_of_cited_sources_counts() -> None:
    cited = reply(sources=(Source("p-1", "policy", "甲"), Source("p-2", "policy", "乙")))
    assert shares(cited, sources=["p-1"]) == {"sources": 1}
    assert shares(cited, sources=["p-1", "p-3"]) == {"sources": 0.5}


def test_that_each_group_is_met_by_any_of_its_strings() -> None:
    groups = [["圆通", "顺丰"], ["SF 123"], ["已签收"], ["ｓｆ１２３"]]
    assert shares(reply(), include=groups) == {"include": 0.75}


def test_that_one_excluded_string_fails_the_turn() -> None:
    assert shares(reply(), exclude=["签收成功", "退款"]) == {"exclude": 1}
    (check,) = check_turn(Expectation(exclude=("已 发货", "退款")), reply())
    assert (check.share, check.got) == (0, "['已 发货']")


@pytest.mark.parametrize(
    ("text", "folded"), [("ＳＦ１２３ ４５", "sf12345"), ("满 300\n减30", "满300减30"), ("！", "!")]
)
def test_that_spaces_full_width_forms_and_case_are_folded(text, folded) -> None:
    assert fold(text) == folded
