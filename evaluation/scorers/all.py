"""Every score of a run, in the order in which it is told."""

from evaluation.records import Run
from evaluation.scorers.abstention import ABSTENTION_F1
from evaluation.scorers.containment import CONTAINMENT, VERIFIED_RESOLUTION
from evaluation.scorers.definition import Scorer
from evaluation.scorers.end_state import END_STATE
from evaluation.scorers.facts import EXCLUDED, INCLUDED
from evaluation.scorers.groundedness import (
    FOREIGN,
    GROUNDED_AMOUNTS,
    GROUNDED_DATES,
    GROUNDED_NUMBERS,
    GROUNDED_PROMISES,
    GROUNDEDNESS,
    UNGROUNDED,
)
from evaluation.scorers.handoff import HANDOFF_EARLY, HANDOFF_LATE, HANDOFF_PRECISION, HANDOFF_RECALL
from evaluation.scorers.identity import identity_score
from evaluation.scorers.intents import INTENT, INTENT_F1
from evaluation.scorers.latency import latency_scores
from evaluation.scorers.outcomes import OUTCOME
from evaluation.scorers.overlap import overlap_scores
from evaluation.scorers.pass_k import pass_k_scores
from evaluation.scorers.passed import CASES_PASSED, TURNS_PASSED
from evaluation.scorers.repeated import REPEATED_QUESTIONS
from evaluation.scorers.sources import SOURCES, SOURCES_PRECISION
from evaluation.scorers.style import style_scores
from evaluation.scorers.tools import TOOL_CALLS, TOOL_SUCCESS, TOOLS_READ, TOOLS_WRITE
from evaluation.suites.score import TASK_SCORES

_OF_EVERY_SHOP: tuple[Scorer, ...] = (
    CASES_PASSED,
    TURNS_PASSED,
    INTENT,
    INTENT_F1,
    OUTCOME,
    TOOL_CALLS,
    TOOLS_READ,
    TOOLS_WRITE,
    TOOL_SUCCESS,
    END_STATE,
    SOURCES,
    SOURCES_PRECISION,
    INCLUDED,
    EXCLUDED,
    GROUNDEDNESS,
    GROUNDED_NUMBERS,
    GROUNDED_DATES,
    GROUNDED_AMOUNTS,
    GROUNDED_PROMISES,
    FOREIGN,
    UNGROUNDED,
    ABSTENTION_F1,
    HANDOFF_PRECISION,
    HANDOFF_RECALL,
    HANDOFF_LATE,
    HANDOFF_EARLY,
    CONTAINMENT,
    VERIFIED_RESOLUTION,
    REPEATED_QUESTIONS,
)


def scorers_of(run: Run) -> tuple[Scorer, ...]:
    """The scores that a run is measured by.

    Args:
        run: says how the shop wants its replies to sound and how many trials each case had.
    """
    return (
        *TASK_SCORES,
        *_OF_EVERY_SHOP,
        *style_scores(run.manner),
        identity_score(run.manner),
        *pass_k_scores(run.options.trials),
        *overlap_scores(),
        *latency_scores(),
    )
