"""Whether the back-ends hold what they should when the conversation is over."""

from collections.abc import Sequence

from evaluation.play.states import same_rows
from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import measured


def _state(case: PlayedCase) -> Sequence[Measurement]:
    if case.after is None or case.expected_after is None:
        return ()
    return (measured(case, same_rows(case.after, case.expected_after), expected=case.expected_after, got=case.after),)


END_STATE = Score(
    Definition(
        name="end_state",
        meaning="How often the orders, returns, coupons and reminders are exactly as they should be after the conversation.",
        formula="cases whose back-ends hold the expected rows, and no others ÷ cases that state what is expected",
        unit="share",
        direction="higher",
        source="tau-bench (Yao et al., 2024), database reward",
    ),
    _state,
)
