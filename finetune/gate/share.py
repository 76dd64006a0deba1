"""Shares and means over drafts, with how sure they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95
SEED = 20_260_101


@dataclass(frozen=True)
class Share:
    """A figure over drafts or texts."""

    value: float | None
    """None: there was nothing to measure it on."""
    count: int
    """Drafts or tokens that it was measured on."""
    low: float | None = field(default=None, compare=False)
    """With `high`: where the true figure lies, 19 times of 20; None: too little to tell."""
    high: float | None = field(default=None, compare=False)


def mean_of(values: Sequence[float]) -> Share:
    """The mean of a figure of each draft.

    Args:
        values: one for each draft.
    """
    return ratio_of([(value, 1) for value in values])


def ratio_of(parts: Sequence[tuple[float, int]]) -> Share:
    """A sum over a count, both told for each draft or text.

    The interval is that of the bootstrap: whole drafts are drawn anew. Source: Efron and Tibshirani, An Introduction to the
    Bootstrap (1993), chapter 13 (percentile intervals).

    Args:
        parts: sum and count of each.
    """
    sums = np.array([part[0] for part in parts], dtype=np.float64)  # (drafts,)
    counts = np.array([part[1] for part in parts], dtype=np.int64)  # (drafts,)
    total = int(counts.sum())
    if not total:
        return Share(None, 0)
    value = float(sums.sum() / total)
    if len(parts) < 2:
        return Share(value, total)
    draws = np.random.default_rng(SEED).integers(0, len(parts), size=(RESAMPLES, len(parts)))  # (draws, drafts)
    drawn = sums[draws].sum(axis=1) / np.maximum(counts[draws].sum(axis=1), 1)  # (draws,)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Share(value, total, float(low), float(high))
