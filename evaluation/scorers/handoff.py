"""Whether a person is brought in when one must be, and only then; how many turns too late or too early."""

from collections.abc import Sequence

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import answered, expecting, measured


def handed_over_at(case: PlayedCase) -> int | None:
    """The turn in which the agent passed the conversation to a person; None: it did not."""
    return next((turn.number for turn, reply in answered(case) if reply.handoff is not None), None)


def handoff_due_at(case: PlayedCase) -> int | None:
    """The first turn in which nothing but a handover is expected; None: there is none."""
    due = (turn.number for turn, _, expect in expecting(case) if expect.outcome == ("handoff",))
    return next(due, None)


def _precision(case: PlayedCase) -> Sequence[Measurement]:
    return [
        measured(case, "handoff" in expect.outcome, turn, expect.outcome, "handoff")
        for turn, reply, expect in expecting(case)
        if reply.handoff is not None and expect.outcome is not None
    ]


def _recall(case: PlayedCase) -> Sequence[Measurement]:
    due, done = handoff_due_at(case), handed_over_at(case)
    if due is None:
        return ()
    return (measured(case, done is not None and done <= due, case.turns[due - 1], due, done or "never"),)


def _late(case: PlayedCase) -> Sequence[Measurement]:
    due, done = handoff_due_at(case), handed_over_at(case)
    if due is None or done is None:
        return ()
    return (measured(case, max(0, done - due), case.turns[done - 1], due, done),)


def _early(case: PlayedCase) -> Sequence[Measurement]:
    due, done = handoff_due_at(case), handed_over_at(case)
    if due is None or done is None:
        return ()
    return (measured(case, max(0, due - done), case.turns[done - 1], due, done),)


HANDOFF_PRECISION = Score(
    Definition(
        name="handoff_precision",
        meaning="How many handovers were wanted.",
        formula="handovers in turns that accept one ÷ handovers in turns that state their outcome",
        unit="share",
        direction="higher",
        source="precision",
    ),
    _precision,
)
HANDOFF_RECALL = Score(
    Definition(
        name="handoff_recall",
        meaning="How often a person was there by the turn in which one had to be.",
        formula="conversations handed over by the turn that demands it ÷ conversations with such a turn",
        unit="share",
        direction="higher",
        source="recall",
    ),
    _recall,
)
HANDOFF_LATE = Score(
    Definition(
        name="handoff_late",
        meaning="How many turns too late a person was brought in; conversations that never saw one count in the recall alone.",
        formula="mean of max(0, turn of the handover − turn that demands it)",
        unit="turns",
        direction="lower",
        source="turns a customer waits in vain",
    ),
    _late,
)
HANDOFF_EARLY = Score(
    Definition(
        name="handoff_early",
        meaning="How many turns before it had to be a person was brought in.",
        formula="mean of max(0, turn that demands a handover − turn of the handover)",
        unit="turns",
        direction="lower",
        source="turns a person works in vain",
    ),
    _early,
)
