"""Amounts that a reply works out before the customer's eyes: sums, multiples, and what a promotion makes of them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from agent.skills.pricing import pays
from retrieval.catalogue import Promotion

_ADDED = 4
"""At most so many amounts are added."""
_LOOKED_BACK = 8
"""So many amounts before are tried."""


def worked_out(figure: str, before: Sequence[str], promotions: Sequence[Promotion]) -> bool:
    """Whether an amount follows from figures that stand before it in the same reply.

    Args:
        figure: the amount, as it is written.
        before: supported figures of the reply so far, in their order.
        promotions: the shop's, of which one may be taken off.

    Returns:
        Whether it is a sum of amounts, an amount times a number, or what a promotion leaves of either.
    """
    wanted = Decimal(figure)
    known = [Decimal(one) for one in before[-_LOOKED_BACK:]]
    for total in _totals(known):
        if wanted == total or any(wanted == pays(total, promotion) for promotion in promotions):
            return True
    return False


def _totals(known: Sequence[Decimal]) -> Iterator[Decimal]:
    yield from known
    for count in range(2, _ADDED + 1):
        yield from (sum(parts, Decimal(0)) for parts in combinations(known, count))
    yield from (left * right for left, right in combinations(known, 2))
