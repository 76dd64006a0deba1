"""How sure a figure is: bootstrap intervals, resampled by conversation.

Turns of one conversation depend on each other, so whole conversations are drawn, with all their turns and trials. Source: Efron and
Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13 (clusters; percentile intervals); Koehn, Statistical Significance
Tests for Machine Translation Evaluation (EMNLP 2004) for the paired form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.scorers.definition import Combine, Measurement, mean, total

RESAMPLES = 2000
RESAMPLES_OF_OWN = 400
"""Of scores that are not a mean or a sum: each draw is combined anew."""
SEED = 20_260_101
LEVEL = 0.95

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """Where the true figure lies, 19 times of 20."""

    low: float
    high: float


def interval(measurements: Sequence[Measurement], combine: Combine = mean, seed: int = SEED) -> Interval | None:
    """The 95 % interval of a figure.

    Args:
        measurements: of one score.
        combine: makes the figure of measurements.
        seed: of the draws; the same seed gives the same interval.

    Returns:
        The interval; None where fewer than two conversations were measured.
    """
    groups = by_case(measurements)
    if len(groups) < 2:
        return None
    return _percentiles(_figures(list(groups.values()), _draws(len(groups), combine, seed), combine))


def paired_interval(
    before: Sequence[Measurement], now: Sequence[Measurement], combine: Combine = mean, seed: int = SEED
) -> Interval | None:
    """The 95 % interval of the difference between two runs, now minus before, over the conversations that both measured.

    Args:
        before: measurements of the earlier run.
        now: measurements of the later run.
        combine: makes the figure of measurements.
        seed: of the draws.

    Returns:
        The interval; None where fewer than two conversations are shared.
    """
    left, right = by_case(before), by_case(now)
    shared = [case for case in left if case in right]
    if len(shared) < 2:
        return None
    draws = _draws(len(shared), combine, seed)
    first = _figures([left[case] for case in shared], draws, combine)
    second = _figures([right[case] for case in shared], draws, combine)
    return _percentiles(second - first)


def by_case(measurements: Sequence[Measurement]) -> Mapping[str, list[Measurement]]:
    """Measurements by conversation, in the order of their first measurement."""
    groups: dict[str, list[Measurement]] = {}
    for one in measurements:
        groups.setdefault(one.case_id, []).append(one)
    return groups


def _draws(groups: int, combine: Combine, seed: int) -> NDArray[np.int64]:
    count = RESAMPLES if combine in (mean, total) else RESAMPLES_OF_OWN
    return np.random.default_rng(seed).integers(0, groups, size=(count, groups))  # [draws, groups]


def _figures(groups: Sequence[Sequence[Measurement]], draws: NDArray[np.int64], combine: Combine) -> Floats:
    """The figure of each draw; not a number where it could not be told."""
    if combine in (mean, total):
        sums = np.array([sum(one.value for one in group) for group in groups])  # [groups]
        counts = np.array([len(group) for group in groups], dtype=np.float64)  # [groups]
        drawn: Floats = sums[draws].sum(axis=1)  # [draws]
        return drawn / counts[draws].sum(axis=1) if combine is mean else drawn
    found = [combine([one for number in draw for one in groups[number]]) for draw in draws]
    return np.array([np.nan if one is None else one for one in found])  # [draws]


def _percentiles(figures: Floats) -> Interval | None:
    told = figures[~np.isnan(figures)]
    if not len(told):
        return None
    low, high = np.quantile(told, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
