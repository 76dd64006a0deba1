import pytest

from agent.messages import ToolUse
from evaluation.scorers.tools import TOOL_CALLS, TOOL_SUCCESS, TOOLS_READ, TOOLS_WRITE

READ = ToolUse("get_order", {"order_id": "A-1"}, True, "read")
CANCEL = ToolUse("cancel_order", {"order_id": "A-1", "reason": "不要了"}, True, "write")
FAILED = ToolUse("get_shipment", {"tracking_no": "SF1"}, False, "read", error="Unavailable")
WANTS_BOTH = {"tools": [{"name": "get_order", "args": {"order_id": "A-1"}}, {"name": "cancel_order"}]}


@pytest.mark.parametrize(
    ("uses", "calls", "reads", "writes"),
    [
        ((READ, CANCEL), [1], [1], [1]),
        ((READ,), [0], [1], [0]),
        ((CANCEL,), [0], [0], [1]),
        ((READ, CANCEL, ToolUse("issue_coupon", {"promotion_id": "p"}, True, "write")), [1], [1], [0]),
        ((READ, ToolUse("cancel_order", {}, True, "write")), [1], [1], [1]),
    ],
)
def test_that_reads_and_writes_are_told_apart(turn, case, values, uses, calls, reads, writes) -> None:
    played = case(turn(expect=WANTS_BOTH, tools=uses))
    assert [values(scorer, played)[0] for scorer in (TOOL_CALLS, TOOLS_READ, TOOLS_WRITE)] == [calls, reads, writes]


def test_that_a_write_nobody_expects_is_wrong(turn, case, values) -> None:
    assert values(TOOLS_WRITE, case(turn(expect={"tools": []}, tools=(CANCEL,)))) == ([0], 0)


def test_that_turns_without_writes_say_nothing_of_writes(turn, case, values) -> None:
    assert values(TOOLS_WRITE, case(turn(expect={"tools": []}), turn(tools=(CANCEL,)))) == ([], None)


def test_that_success_is_the_share_of_calls_that_were_answered(turn, case, values) -> None:
    assert values(TOOL_SUCCESS, case(turn(tools=(READ, FAILED)), turn(tools=(READ,)))) == ([1, 0, 1], 2 / 3)
