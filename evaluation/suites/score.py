"""The score of a suite: how many tasks were done, over all and in each half."""

from collections.abc import Sequence
from functools import partial

from evaluation.records import PlayedCase, Split
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.suites.verdict import judge

_MEANING = (
    "How many tasks were done{}: the right answers from the right pages, the right end state, by the right procedure."
)
_FORMULA = "tasks without any reason against them ÷ tasks{}"
_SOURCE = "tau-bench (Yao et al., 2024), reward of a task; the reasons are ours (docs/suite.md)"


def _done(split: Split | None, case: PlayedCase) -> Sequence[Measurement]:
    if case.task is None or (split is not None and case.split != split):
        return ()
    reasons = judge(case)
    first = next((reason.turn for reason in reasons if reason.turn is not None), None)
    told = "; ".join(str(reason) for reason in reasons)
    return (Measurement(case.case_id, case.trial, float(not reasons), first, "done", told or "done"),)


def _score(name: str, split: Split | None, of: str) -> Score:
    definition = Definition(
        name=name,
        meaning=_MEANING.format(of),
        formula=_FORMULA.format(of),
        unit="share",
        direction="higher",
        source=_SOURCE,
    )
    return Score(definition, partial(_done, split))


TASKS_PASSED = _score("tasks_passed", None, "")
TASKS_PASSED_TUNED = _score("tasks_passed_tuned", "tuned", " of those that the agent is developed against")
TASKS_PASSED_UNTOUCHED = _score(
    "tasks_passed_untouched", "untouched", " of those that the agent is not developed against"
)
TASK_SCORES: tuple[Score, ...] = (TASKS_PASSED, TASKS_PASSED_TUNED, TASKS_PASSED_UNTOUCHED)
"""All three; a run without tasks has none of them."""
