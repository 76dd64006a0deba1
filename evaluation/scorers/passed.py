"""Whether a turn, and a whole case, did everything that is expected of it."""

from collections.abc import Sequence

from evaluation.play.states import same_rows
from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import measured, turn_passed


def case_passed(case: PlayedCase) -> bool:
    """Whether every turn passed and the back-ends are as expected, where that is stated."""
    return not case.crashed and all(turn_passed(turn) for turn in case.turns) and _state_is_right(case)


def _state_is_right(case: PlayedCase) -> bool:
    return case.after is None or case.expected_after is None or same_rows(case.after, case.expected_after)


def _turns(case: PlayedCase) -> Sequence[Measurement]:
    return [measured(case, turn_passed(turn), turn) for turn in case.turns]


def _case(case: PlayedCase) -> Sequence[Measurement]:
    return (measured(case, case_passed(case)),)


TURNS_PASSED = Score(
    Definition(
        name="turns_passed",
        meaning="How many turns met everything that is expected of them and did no harm.",
        formula="turns with every expectation met, no other customer's data and no unsupported claim ÷ turns",
        unit="share",
        direction="higher",
        source="all checks of the shop-pack format together",
    ),
    _turns,
)
CASES_PASSED = Score(
    Definition(
        name="cases_passed",
        meaning="How many conversations passed from beginning to end.",
        formula="cases whose turns all passed and whose back-ends are as expected ÷ cases",
        unit="share",
        direction="higher",
        source="tau-bench (Yao et al., 2024), reward of a task",
    ),
    _case,
)
