"""Whether two runs pass and fail differently: McNemar's test, exact."""

from math import comb


def mcnemar(broke: int, mended: int) -> float:
    """How likely a split at least this uneven is if neither run is better.

    Only cases that one run passes and the other fails tell the two apart; if neither is better, each falls to either side like a coin.

    Args:
        broke: cases that passed before and fail now, at least 0.
        mended: cases that failed before and pass now, at least 0.

    Returns:
        The two-sided p-value, 0 to 1; small values show a difference.

    Source: McNemar, Psychometrika 12 (1947); exact binomial form.
    """
    discordant = broke + mended
    tail = sum(comb(discordant, count) for count in range(min(broke, mended) + 1))
    p_value: float = 2 * tail / 2**discordant
    return min(1.0, p_value)
