"""How steady the agent is: the chance that several trials of one case all pass."""

from collections.abc import Sequence
from math import comb
from statistics import fmean

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Combine, Definition, Measurement, Score
from evaluation.scorers.passed import case_passed
from evaluation.scorers.turns import measured


def pass_hat(k: int) -> Combine:
    """The mean over cases of C(passed, k) ÷ C(trials, k); cases with fewer than ``k`` trials are not counted.

    Args:
        k: trials that must all pass, at least 1.
    """

    def combine(measurements: Sequence[Measurement]) -> float | None:
        trials: dict[str, list[float]] = {}
        for one in measurements:
            trials.setdefault(one.case_id, []).append(one.value)
        chances = [comb(round(sum(met)), k) / comb(len(met), k) for met in trials.values() if len(met) >= k]
        return fmean(chances) if chances else None

    return combine


def _passed(case: PlayedCase) -> Sequence[Measurement]:
    return (measured(case, case_passed(case)),)


def pass_k_scores(trials: int) -> tuple[Score, ...]:
    """pass^1 to pass^k.

    Args:
        trials: of each case in the run; of one alone nothing can be told.
    """
    return tuple(
        Score(
            Definition(
                name=f"pass_{k}",
                meaning=f"The chance that {k} trial{'s' if k > 1 else ''} of a case drawn at random all pass.",
                formula=f"mean over cases of C(passed, {k}) ÷ C(trials, {k})",
                unit="share",
                direction="higher",
                source="pass^k, tau-bench (Yao et al., 2024), equation 1",
                combine=pass_hat(k),
            ),
            _passed,
        )
        for k in range(1, trials + 1)
        if trials > 1
    )
