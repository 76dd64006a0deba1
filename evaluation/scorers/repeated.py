"""Whether the agent asks the same thing again."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from evaluation.records import PlayedCase
from evaluation.scorers.checks import fold
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import answered, measured

SAME = 90.0
"""Of 100: questions at least this alike are one question."""


def _again(case: PlayedCase) -> Sequence[Measurement]:
    asked: list[str] = []
    found: list[Measurement] = []
    for turn, reply in answered(case):
        if reply.outcome == "clarify":
            question = fold(reply.reply)
            before = next((earlier for earlier in asked if fuzz.ratio(earlier, question) >= SAME), None)
            found.append(measured(case, before is not None, turn, "a new question", reply.reply))
            asked.append(question)
    return found


REPEATED_QUESTIONS = Score(
    Definition(
        name="repeated_questions",
        meaning="How many of the agent's questions it had asked before in the same conversation.",
        formula=f"clarifying replies at least {SAME:g} % alike to an earlier one (edit similarity) ÷ clarifying replies",
        unit="share",
        direction="lower",
        source="repetition as a sign of a lost dialogue state",
    ),
    _again,
)
