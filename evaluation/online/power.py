"""How many customers an experiment needs."""

from math import ceil, sqrt
from statistics import NormalDist

from evaluation.online.sequential import ALPHA, radius

POWER = 0.8
"""How often a difference of the size asked about should be shown."""
_MOST = 10**9


def fixed_size(variance_a: float, variance_b: float, effect: float, share: float = 0.5, power: float = POWER) -> int:
    """Customers in both arms together, when one looks once, at the end.

    Args:
        variance_a: of one customer's value in arm a.
        variance_b: of one customer's value in arm b, were the effect there.
        effect: the difference to be shown, above 0.
        share: of customers in b.
        power: how often it should be shown.

    Source: the two-sample z-test with unequal variances: Chow, Shao, Wang, Sample Size Calculations in Clinical Research (2008), 3.2.
    """
    reach = NormalDist().inv_cdf(1 - ALPHA / 2) + NormalDist().inv_cdf(power)
    return ceil((variance_a / (1 - share) + variance_b / share) * (reach / effect) ** 2)


def sequential_size(
    variance_a: float, variance_b: float, effect: float, share: float = 0.5, power: float = POWER
) -> int:
    """Customers in both arms together by which a difference is shown with the power asked for, when one looks at any time.

    Args:
        variance_a: of one customer's value in arm a.
        variance_b: of one customer's value in arm b, were the effect there.
        effect: the difference to be shown, above 0.
        share: of customers in b.
        power: how often it should be shown by then.
    """
    beyond = NormalDist().inv_cdf(power)

    def is_enough(n: int) -> bool:
        spread = variance_a / (n * (1 - share)) + variance_b / (n * share)
        return radius(spread, effect) + beyond * sqrt(spread) <= effect

    low, high = 1, 2
    while not is_enough(high) and high < _MOST:
        low, high = high, high * 2
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def share_variance(rate: float) -> float:
    """The variance of a yes or no.

    Args:
        rate: how often it is yes; kept off 0 and 1.
    """
    kept = min(max(rate, 0.001), 0.999)
    return kept * (1 - kept)
