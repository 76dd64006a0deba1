"""Whether the agent understood what the customer wants."""

from collections import Counter
from collections.abc import Sequence

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import check_of, expecting, measured

NONE = "none"
"""The class of a turn in which no intent was read."""


def macro_f1(measurements: Sequence[Measurement]) -> float | None:
    """The mean F1 of the classes that are expected somewhere; each class counts the same, however rare."""
    if not measurements:
        return None
    met = Counter(one.expected for one in measurements if one.expected == one.got)
    expected = Counter(one.expected for one in measurements)
    got = Counter(one.got for one in measurements)
    return sum(2 * met[name] / (expected[name] + got[name]) for name in expected) / len(expected)


def _classes(case: PlayedCase) -> Sequence[Measurement]:
    found: list[Measurement] = []
    for turn, reply, expect in expecting(case):
        if expect.intent is not None:
            met = next((intent for intent in reply.intents if intent in expect.intent), None)
            got = met or next(iter(reply.intents), NONE)
            found.append(measured(case, met is not None, turn, met or expect.intent[0], got))
    return found


INTENT = Score(
    Definition(
        name="intent",
        meaning="How often one of the intents that the agent acted on is among the expected.",
        formula="turns with an expected intent ÷ turns that expect one",
        unit="share",
        direction="higher",
        source="accuracy; shop-pack format, key `intent`",
    ),
    check_of("intent"),
)
INTENT_F1 = Score(
    Definition(
        name="intent_f1",
        meaning="How well each intent is told from the others, rare ones counting as much as common ones.",
        formula="mean over expected intents of 2·TP ÷ (2·TP + FP + FN); where several are expected the one that was met counts",
        unit="share",
        direction="higher",
        source="macro-averaged F1, as scikit-learn's f1_score(average='macro') over the expected labels",
        combine=macro_f1,
    ),
    _classes,
)
