"""Whether the agent declines what it must not or cannot answer, and only that."""

from collections.abc import Sequence

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import expecting, measured

DECLINE, ANSWER = "decline", "answer"


def f1_of_declining(measurements: Sequence[Measurement]) -> float | None:
    """F1 of the class ``decline``; None where nothing was declined and nothing should have been."""
    met = sum(one.expected == one.got == DECLINE for one in measurements)
    said = sum((one.expected == DECLINE) + (one.got == DECLINE) for one in measurements)
    return 2 * met / said if said else None


def _classes(case: PlayedCase) -> Sequence[Measurement]:
    found: list[Measurement] = []
    for turn, reply, expect in expecting(case):
        outcomes = set(expect.outcome or ())
        if outcomes and not {"declined", "answered"} <= outcomes:
            expected = DECLINE if "declined" in outcomes else ANSWER
            got = DECLINE if reply.outcome == "declined" else ANSWER
            if reply.outcome in outcomes:
                got = expected  # what the transcript accepts beside declining is no mistake
            found.append(measured(case, expected == got, turn, expected, got))
    return found


ABSTENTION_F1 = Score(
    Definition(
        name="abstention_f1",
        meaning="How well declining hits what must be declined, and nothing else.",
        formula="2·TP ÷ (2·TP + FP + FN) of declining; turns that may be declined or answered are not counted",
        unit="share",
        direction="higher",
        source="F1 of refusals, after RGB's negative rejection (Chen et al., 2024) and SQuAD 2.0's no-answer",
        combine=f1_of_declining,
    ),
    _classes,
)
