"""Reading an experiment whenever one likes: intervals that hold at every look, not only at the last one.

Source: the mixture sequential probability ratio test with a normal mixture: Robbins, Statistical Methods Related to the Law of the Iterated
Logarithm (1970); Johari, Koomen, Pekelis, Walsh, Always Valid Inference (Operations Research, 2022), equations 10 to 13, for the difference
of two means.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import erfc, exp, log, sqrt
from typing import Literal

Standing = Literal["better", "worse", "no difference shown", "too early to say"]
ALPHA = 0.05
"""How often, at most, a difference is claimed where there is none, however often one looks."""
FEWEST = 100
"""Customers in each arm before anything is read: below that the normal approximation does not hold."""
_RATIO_ALARM = 0.001


@dataclass(frozen=True)
class ArmSample:
    """What was measured in one arm, one value from 0 to 1 a customer."""

    n: int
    total: float = 0.0
    squares: float = 0.0
    """Sum of the squared values."""

    @classmethod
    def of(cls, values: Iterable[float]) -> "ArmSample":
        """Add up values."""
        n, total, squares = 0, 0.0, 0.0
        for value in values:
            n, total, squares = n + 1, total + value, squares + value * value
        return cls(n, total, squares)

    @property
    def mean(self) -> float | None:
        """The mean; None of no customer."""
        return self.total / self.n if self.n else None

    @property
    def variance(self) -> float:
        """Of one customer's value; a 0 and a 1 are added to what was seen, so that it is never taken for 0 too early."""
        n, total = self.n + 2, self.total + 1
        return max((self.squares + 1) / n - (total / n) ** 2, 1e-9)


@dataclass(frozen=True)
class Reading:
    """How an experiment stands on one metric at this moment."""

    difference: float | None
    """b − a; None: an arm is empty."""
    low: float | None
    """The true difference lies above this, 19 times of 20 over all looks together; None: too early."""
    high: float | None
    p_value: float
    """Always valid: below ``alpha`` at any look shows a difference."""
    standing: Standing
    """``better``: arm b is."""


def read_difference(a: ArmSample, b: ArmSample, min_effect: float, alpha: float = ALPHA) -> Reading:
    """Compare two arms, at any time and as often as one likes.

    Args:
        a: the arm as it was.
        b: the arm with the variation.
        min_effect: the smallest difference worth knowing, above 0: the test is most sensitive there.
        alpha: the rate of false claims over all looks together.
    """
    if a.mean is None or b.mean is None:
        return Reading(None, None, None, 1.0, "too early to say")
    difference = b.mean - a.mean
    if min(a.n, b.n) < FEWEST:
        return Reading(difference, None, None, 1.0, "too early to say")
    spread = a.variance / a.n + b.variance / b.n
    reach = radius(spread, min_effect, alpha)
    p_value = always_valid_p(difference, spread, min_effect)
    standing: Standing = "no difference shown"
    if p_value < alpha:
        standing = "better" if difference > 0 else "worse"
    return Reading(difference, difference - reach, difference + reach, p_value, standing)


def radius(spread: float, min_effect: float, alpha: float = ALPHA) -> float:
    """Half the width of the always-valid interval.

    Args:
        spread: variance of the difference, above 0.
        min_effect: standard deviation of the mixture, above 0.
        alpha: the rate of false claims over all looks together.
    """
    wide = spread + min_effect**2
    return sqrt(spread * wide / min_effect**2 * log(wide / (spread * alpha**2)))


def always_valid_p(difference: float, spread: float, min_effect: float) -> float:
    """One over the mixture likelihood ratio, at most 1.

    Args:
        difference: of the means.
        spread: its variance, above 0.
        min_effect: standard deviation of the mixture, above 0.
    """
    wide = spread + min_effect**2
    exponent = (min_effect * difference) ** 2 / (2 * spread * wide)
    return min(1.0, sqrt(wide / spread) * exp(-exponent))


def ratio_is_off(a: int, b: int, share: float) -> bool:
    """Whether customers fell into the arms otherwise than they should: then nothing else may be believed.

    Args:
        a: customers in arm a.
        b: customers in arm b.
        share: of customers who should be in b.

    Source: Fabijan et al., Diagnosing Sample Ratio Mismatch (KDD 2019): chi-square, alarm below .001.
    """
    n = a + b
    if not n:
        return False
    square = (b - n * share) ** 2 / (n * share * (1 - share))
    return erfc(sqrt(square / 2)) < _RATIO_ALARM
