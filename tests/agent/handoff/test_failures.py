import pytest

from agent.handoff.failures import FailureLedger


def after(*turns: tuple[str, int]) -> FailureLedger:
    ledger = FailureLedger()
    for failure, anger in turns:
        ledger = ledger.after([failure] if failure else [], anger)
    return ledger


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([("retrieval", 0)], None),
        ([("retrieval", 0), ("understanding", 0)], "unresolved"),
        ([("retrieval", 0), ("", 0), ("understanding", 0)], None),
        ([("tool", 0), ("repeat", 0)], "tool_outage"),
        ([("", 2)], None),
        ([("", 2), ("", 0), ("", 2)], "anger"),
        ([("", 3)], "anger"),
        ([("", 2), ("retrieval", 0)], "unresolved"),
    ],
)
def test_that_a_person_is_due_exactly_when_the_ledger_says(turns, reason) -> None:
    assert after(*turns).due(2) == reason


def test_that_the_ledger_names_what_the_turns_in_a_row_failed_by() -> None:
    assert after(("tool", 0), ("", 0), ("retrieval", 2)).kinds == ("retrieval", "mood")


async def test_that_the_same_answer_to_a_question_asked_again_counts_as_unresolved(scene) -> None:
    await scene.say("1 repeat")
    assert (await scene.say("2 repeat")).handoff.reason == "unresolved"
    (ticket,) = await scene.desk.queue()
    assert ticket.package["failures"] == ["repeat", "repeat"]
