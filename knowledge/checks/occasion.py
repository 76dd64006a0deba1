"""The day on which a pack is checked, and how far ahead the check looks."""

from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.passages import Scope

SOON_DAYS = 14


@dataclass(frozen=True)
class Occasion:
    """When a check takes place."""

    today: date
    """In the shop's time zone."""
    soon_days: int = SOON_DAYS
    """What ends within this many days is told."""

    @property
    def soon(self) -> date:
        """The last day that counts as soon."""
        return self.today + timedelta(days=self.soon_days)


def dates_overlap(one: Scope, other: Scope) -> bool:
    """Whether there is a day on which both hold.

    Args:
        one: a scope.
        other: another.
    """
    begins = max(one.effective_from or date.min, other.effective_from or date.min)
    ends = min(one.effective_to or date.max, other.effective_to or date.max)
    return begins <= ends


def scopes_overlap(one: Scope, other: Scope, product_ids: list[str]) -> bool:
    """Whether one customer can meet both on one day.

    Args:
        one: a scope.
        other: another.
        product_ids: the goods that globs can name.
    """
    if not dates_overlap(one, other):
        return False
    if one.regions and other.regions and not set(one.regions) & set(other.regions):
        return False
    if not one.products or not other.products:
        return True
    return any(covers(one.products, item) and covers(other.products, item) for item in product_ids)


def covers(globs: tuple[str, ...], product_id: str) -> bool:
    """Whether one of the globs names the product.

    Args:
        globs: product_id globs.
        product_id: of one product.
    """
    return Scope(products=globs).excludes(date.min, None, product_id) is None
