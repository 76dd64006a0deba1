"""Whether a turn, and a whole case, did everything that is expected of it."""

from collections.abc import Mapping, Sequence

from evaluation.play.states import same_rows
from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import harm, measured, turn_checks, turn_passed
from evaluation.suites.verdict import judge


def failings(case: PlayedCase) -> Mapping[int | None, frozenset[str]]:
    """What was expected and not met, by the number of the turn; None: of the case as a whole.

    Args:
        case: a transcript, or a task, which its suite judges.

    Returns:
        Turns and names of what they failed: a key of ``expect``, a reason of the suite, ``harm`` or ``a reply``; empty: it passed.
    """
    found: dict[int | None, set[str]] = {}
    for turn in case.turns:
        missed = {check.name for check in turn_checks(turn) if check.share < 1}
        found[turn.number] = {*missed, *(["harm"] if harm(turn) else []), *(["a reply"] if turn.crash else [])}
    if case.task is not None and not case.crashed:
        for reason in judge(case):
            found.setdefault(reason.turn, set()).add(reason.kind)
    elif not _state_is_right(case):
        found[None] = {"state"}
    return {number: frozenset(names) for number, names in found.items() if names}


def case_passed(case: PlayedCase) -> bool:
    """Whether every expectation was met, in each turn and at the end."""
    return not case.crashed and not failings(case)


def _state_is_right(case: PlayedCase) -> bool:
    return case.after is None or case.expected_after is None or same_rows(case.after, case.expected_after)


def _turns(case: PlayedCase) -> Sequence[Measurement]:
    if case.task is not None:  # a task is judged whole: its turns state nothing
        return ()
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
        formula="cases whose turns all passed and whose back-ends are as expected, tasks as their suite judges them ÷ cases",
        unit="share",
        direction="higher",
        source="tau-bench (Yao et al., 2024), reward of a task",
    ),
    _case,
)
