"""Passages: the quotable pieces of a shop's knowledge, with the scope in which each holds."""

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

PassageKind = Literal["policy", "product"]
DecidedBy = Literal["ask", "order", "signed"]


@dataclass(frozen=True)
class Scope:
    """When, where and for what a passage holds."""

    effective_from: date | None = None
    """First day in force; None: since ever."""
    effective_to: date | None = None
    """Last day in force, included; None: for ever."""
    regions: tuple[str, ...] = ()
    """ISO country codes; empty: everywhere."""
    products: tuple[str, ...] = ()
    """product_id globs; empty: all products."""

    def excludes(self, day: date, region: str | None, product_id: str | None) -> str | None:
        """Say why a passage does not hold, or None where it does.

        Args:
            day: the deciding day, in the shop's time zone.
            region: the customer's region; None: unknown, so regional passages hold only if they are not regional.
            product_id: the product the turn is about; None: none known, then product passages are kept.

        Returns:
            ``not_yet``, ``expired``, ``region`` or ``product``; None when the passage holds.
        """
        if self.effective_from is not None and day < self.effective_from:
            return "not_yet"
        if self.effective_to is not None and day > self.effective_to:
            return "expired"
        if self.regions and region not in self.regions:
            return "region"
        if (
            self.products
            and product_id is not None
            and not any(fnmatchcase(product_id, glob) for glob in self.products)
        ):
            return "product"
        return None


@dataclass(frozen=True)
class Passage:
    """One piece of a source document, small enough to quote."""

    passage_id: str
    """``source_id#ordinal``, unique in a release."""
    source_id: str
    """A policy id or a product_id."""
    kind: PassageKind
    title: str
    category: str
    heading: str
    """Headings above the piece, joined by `` / ``; may be empty."""
    sentences: tuple[str, ...]
    """The body as sentences that can be quoted one by one, in order; table rows are rendered as sentences."""
    questions: tuple[str, ...] = ()
    """The editor's own questions: further keys under which the source is found."""
    scope: Scope = Scope()
    version: int | None = None
    decided_by: DecidedBy = "ask"

    @property
    def text(self) -> str:
        """The whole body."""
        return "".join(self.sentences)
