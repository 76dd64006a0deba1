from dataclasses import replace
from typing import Any

import pytest

from agent.messages import Handoff, PendingAction, Reply, Source, ToolUse
from evaluation.records import Claim, PlayedCase, PlayedTurn, Trace
from evaluation.suites.verdict import judge

CANCEL = {"order_id": "1"}


def reply(text="好的。", outcome="answered", **more) -> Reply:
    return Reply("c", "m", "t", text, outcome, (), "inform", "bot", **more)


def turn(number, customer, answer=None, **more) -> PlayedTurn:
    return PlayedTurn(number, customer, answer or reply(), **more)


def played(*turns, asks=None, state=(), stopped="finished", **task) -> PlayedCase:
    asks = asks or [{"say": turns[0].customer}]
    task = {"id": "t", "customer_id": "U1", "asks": [{"gold": ["好"], **ask} for ask in asks], **task}
    before, after = state or ({}, {})
    return PlayedCase("t", "f.jsonl", turns, stopped, customer_id="U1", task=task, before=before, after=after)


def kinds(case: PlayedCase) -> list[str]:
    return [reason.kind for reason in judge(case)]


def expecting(expect: dict[str, Any], *answers: Reply) -> list[str]:
    turns = [turn(number, "问" if number == 1 else "嗯", answer) for number, answer in enumerate(answers, start=1)]
    return kinds(played(*turns, asks=[{"say": "问", "expect": expect}]))


def passed_on(number=1, reason="requested", package=None, ask="转人工") -> PlayedTurn:
    answer = reply("已转接。", "handoff", handoff=Handoff(reason, "h", "已转接。", service_open=True))
    return turn(number, ask, answer, trace=Trace(package=package or {"ask": ask}))


def test_that_a_task_that_did_everything_passes() -> None:
    said = reply("15天内可以退。", sources=(Source("return", "policy", "退货"),))
    expect = {"outcome": ["answered"], "include": [["15天", "十五天"]], "exclude": ["不能"], "sources": [["return"]]}
    assert expecting(expect, said) == []


@pytest.mark.parametrize(
    ("expect", "kind"),
    [
        ({"outcome": ["declined"]}, "outcome"),
        ({"include": [["15天"], ["7天"]]}, "include"),
        ({"exclude": ["好 的"]}, "exclude"),
        ({"sources": [["return", "refund"]]}, "sources"),
        ({"tools": [{"name": "get_order", "args": {"order_id": "1"}}]}, "tools"),
        ({"proposes": {"name": "cancel_order"}}, "proposes"),
    ],
)
def test_that_each_thing_expected_of_an_ask_is_missed_by_name(expect, kind) -> None:
    assert expecting(expect, reply("好的，15天内。")) == [kind]


def test_that_all_replies_to_an_ask_count_together_and_the_last_gives_the_outcome() -> None:
    expect = {"include": [["哪一笔"], ["已发货"]], "outcome": ["answered"]}
    assert expecting(expect, reply("请问是哪一笔？", "clarify"), reply("已发货。")) == []


def test_that_a_call_that_went_wrong_is_no_call() -> None:
    failed = reply(tools=(ToolUse("get_order", {"order_id": "1"}, ok=False, effect="read"),))
    assert expecting({"tools": [{"name": "get_order"}]}, failed) == ["tools"]


def test_that_an_ask_that_was_never_put_is_a_reason() -> None:
    asks = [{"say": "问"}, {"say": "再问"}]
    assert kinds(played(turn(1, "问"), asks=asks, stopped="gave_up")) == ["unreached", "patience"]


def test_that_a_write_needs_to_be_put_to_the_customer_before() -> None:
    done = reply(tools=(ToolUse("cancel_order", CANCEL, ok=True, effect="write"),))
    put = reply("确认吗？", "clarify", pending_action=PendingAction("cancel_order", CANCEL, "h", "取消", "t"))
    other = replace(put, pending_action=replace(put.pending_action, args={"order_id": "2"}))
    assert expecting({}, put, done) == []
    assert expecting({}, done) == ["confirmation"]
    assert expecting({}, other, done) == ["confirmation"]


def test_that_another_customers_data_and_invented_figures_fail_a_task() -> None:
    shown = turn(1, "问", foreign=("13800001111",), claims=(Claim("amount", "77", supported=False),))
    assert kinds(played(shown)) == ["identity", "invented"]


def test_that_the_back_ends_must_end_as_stated() -> None:
    before = {"orders": [{"order_id": "1", "status": "paid"}]}
    after = {"orders": [{"order_id": "1", "status": "cancelled"}]}
    changes = {"orders": {"1": {"status": "cancelled"}}}
    assert kinds(played(turn(1, "问"), state=(before, after), changes=changes)) == []
    assert kinds(played(turn(1, "问"), state=(before, after))) == ["state"]
    assert kinds(played(turn(1, "问"), state=(before, before), changes=changes)) == ["state"]


def test_that_a_handoff_nobody_expects_fails_a_task() -> None:
    assert kinds(played(passed_on(), stopped="handed_off")) == ["handoff"]


def test_that_a_due_handoff_passes_with_its_reason_and_package() -> None:
    due = {"reason": ["requested"], "package": [["转人工"]], "open": True}
    assert kinds(played(passed_on(), handoff=due, stopped="handed_off")) == []
    assert kinds(played(turn(1, "转人工"), handoff=due)) == ["handoff"]
    assert kinds(played(passed_on(reason="anger"), handoff=due)) == ["handoff"]
    assert kinds(played(passed_on(package={"ask": "?"}), handoff=due)) == ["handoff"]
    assert kinds(played(passed_on(), handoff={**due, "open": False})) == ["handoff"]


def test_that_a_handoff_before_its_ask_is_too_early_and_one_after_it_too_late() -> None:
    asks = [{"say": "一"}, {"say": "二"}, {"say": "三"}]
    turns = [turn(1, "一"), turn(2, "二"), passed_on(3, ask="三")]
    due = {"reason": ["requested"]}
    late = judge(played(*turns, asks=asks, handoff={**due, "ask": 2}))
    early = judge(played(turn(1, "一"), passed_on(2, ask="二"), asks=asks, handoff={**due, "ask": 3}))
    assert ("handoff", "too late") in [(reason.kind, reason.got) for reason in late]
    assert ("handoff", "too early") in [(reason.kind, reason.got) for reason in early]


def test_that_a_handoff_may_be_due_with_one_reply_of_its_ask() -> None:
    due = {"reason": ["unresolved"], "turn": 2}
    second = passed_on(2, "unresolved", ask="再说一次")
    assert kinds(played(turn(1, "问"), second, handoff=due)) == []
    assert kinds(played(passed_on(1, "unresolved", ask="问"), handoff=due)) == ["handoff"]


def test_that_each_reason_says_what_was_expected_and_what_came() -> None:
    (reason,) = judge(played(turn(1, "问"), asks=[{"say": "问", "expect": {"include": [["15天", "半个月"]]}}]))
    assert str(reason) == "include: expected 15天 or 半个月, got 好的。"
    assert reason.turn == 1
