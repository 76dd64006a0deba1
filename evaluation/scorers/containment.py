"""Whether the agent kept the conversation to itself, and whether it was right to."""

from collections.abc import Sequence

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.handoff import handed_over_at, handoff_due
from evaluation.scorers.passed import case_passed
from evaluation.scorers.turns import measured


def _contained(case: PlayedCase) -> Sequence[Measurement]:
    return (measured(case, handed_over_at(case) is None),)


def _resolved(case: PlayedCase) -> Sequence[Measurement]:
    states = case.task is not None or any(turn.expect for turn in case.turns)
    if handoff_due(case) is not None or not states:
        return ()
    return (measured(case, handed_over_at(case) is None and case_passed(case)),)


CONTAINMENT = Score(
    Definition(
        name="containment",
        meaning="How many conversations ended without a person; says nothing of whether the customer was helped.",
        formula="conversations without a handover ÷ conversations",
        unit="share",
        direction="higher",
        source="containment rate of contact centers",
        gate=False,
    ),
    _contained,
)
VERIFIED_RESOLUTION = Score(
    Definition(
        name="verified_resolution",
        meaning="How many conversations the agent finished alone and as expected, among those that need no person.",
        formula="conversations without a handover that passed whole ÷ conversations that state expectations and demand no handover",
        unit="share",
        direction="higher",
        source="containment that is checked against what had to happen",
    ),
    _resolved,
)
