"""Whether a person is brought in when one must be, and only then; how many turns too late or too early."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import answered, expecting, measured
from evaluation.suites.spans import FREE, split_by_ask
from evaluation.suites.task import Task


def handed_over_at(case: PlayedCase) -> int | None:
    """The turn in which the agent passed the conversation to a person; None: it did not."""
    return next((turn.number for turn, reply in answered(case) if reply.handoff is not None), None)


@dataclass(frozen=True)
class Due:
    """When a person has to be brought in."""

    first: int
    """The first turn that may hand over; before it is too early."""
    last: int
    """The turn by which a person has to be there."""


def handoff_due(case: PlayedCase) -> Due | None:
    """When a handover is due; None: none is.

    Args:
        case: of a transcript the first turn that accepts nothing but a handover counts, of a task the turns of the ask that its suite names;
            where the talk ended before them the turn after the last.
    """
    if case.task is None:
        turns = [turn.number for turn, _, expect in expecting(case) if expect.outcome == ("handoff",)]
        return Due(turns[0], turns[0]) if turns else None
    task = Task.model_validate(case.task)
    if task.handoff is None:
        return None
    spans = split_by_ask(case.turns, [ask.say for ask in task.asks], is_free=FREE in case.tags)
    asked = [turn.number for turn in (spans[task.handoff.ask - 1] if task.handoff.ask <= len(spans) else ())]
    if task.handoff.turn is not None:
        asked = asked[task.handoff.turn - 1 : task.handoff.turn]
    after = len(case.turns) + 1
    return Due(asked[0], asked[-1]) if asked else Due(after, after)


def _precision(case: PlayedCase) -> Sequence[Measurement]:
    if case.task is not None:
        done, due = handed_over_at(case), handoff_due(case)
        return () if done is None else (measured(case, due is not None, case.turns[done - 1], due, "handoff"),)
    return [
        measured(case, "handoff" in expect.outcome, turn, expect.outcome, "handoff")
        for turn, reply, expect in expecting(case)
        if reply.handoff is not None and expect.outcome is not None
    ]


def _recall(case: PlayedCase) -> Sequence[Measurement]:
    due, done = handoff_due(case), handed_over_at(case)
    if due is None:
        return ()
    return (measured(case, done is not None and done <= due.last, None, due.last, done or "never"),)


def _late(case: PlayedCase) -> Sequence[Measurement]:
    due, done = handoff_due(case), handed_over_at(case)
    if due is None or done is None:
        return ()
    return (measured(case, max(0, done - due.last), case.turns[done - 1], due.last, done),)


def _early(case: PlayedCase) -> Sequence[Measurement]:
    due, done = handoff_due(case), handed_over_at(case)
    if due is None or done is None:
        return ()
    return (measured(case, max(0, due.first - done), case.turns[done - 1], due.first, done),)


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
