"""``promotions.yaml``: coupons and campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.marked import Marked, read_yaml
from knowledge.schema import Amount, Moment, Record, parse
from knowledge.shop import Word
from knowledge.source import read_source
from retrieval.catalogue import Audience, Promotion, PromotionKind

PROMOTIONS_FILE = "promotions.yaml"


class PromotionEntry(Record):
    """One entry of the promotions file."""

    id: str = Field(pattern=r"^[^\s#*?\[\]/\\]{1,80}$")
    name: str = Field(min_length=1, max_length=80)
    kind: PromotionKind
    threshold: Annotated[Amount, Field(ge=0)] | None = None
    discount: Annotated[Amount, Field(ge=0)] | None = None
    """An amount taken off; 0 counts as none."""
    rate: Annotated[Amount, Field(gt=0, lt=1)] | None = None
    """The share paid."""
    products: Annotated[tuple[Word, ...], Field(min_length=1)] = ("*",)
    stackable: bool = False
    code: str | None = None
    quota: Annotated[int, Field(ge=0)] | None = None
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)] = ("all",)
    starts_at: Moment
    ends_at: Moment

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        given = [name for name in ("discount", "rate") if getattr(self, name)]
        if len(given) == 2:
            raise ValueError("discount and rate stand together: keep one of the two")
        if not given and self.kind not in ("gift", "free_shipping"):
            raise ValueError(f"a {self.kind} needs a discount (an amount) or a rate (the share paid, 0.88 is 88 折)")
        if self.kind != "coupon" and (self.code or self.quota is not None):
            raise ValueError(f"code and quota are for coupons only, this is a {self.kind}")
        if self.ends_at <= self.starts_at:
            raise ValueError(
                f"ends_at {self.ends_at.isoformat()} does not lie after starts_at {self.starts_at.isoformat()}"
            )
        return self

    def as_promotion(self) -> Promotion:
        """The promotion as the catalogue knows it."""
        return Promotion(
            promotion_id=self.id,
            name=self.name,
            kind=self.kind,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            threshold=self.threshold or Decimal(0),
            discount=self.discount or None,
            rate=self.rate,
            products=self.products,
            stackable=self.stackable,
            code=self.code,
            quota=self.quota,
            audience=self.audience,
        )


@dataclass(frozen=True)
class Promotions:
    """The promotions of a pack with the place of each."""

    entries: tuple[Promotion, ...] = ()
    """In the order of the file."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each stands, by its id."""
    unruled: frozenset[str] = frozenset()
    """Ids of those that do not say whether they are stackable."""


def load_promotions(folder: Path) -> Promotions:
    """Read the promotions of a pack.

    Args:
        folder: the pack.

    Returns:
        The promotions; none where the pack has no such file.

    Raises:
        PackError: with every mismatch, also for an id or a code used twice.
    """
    if not (folder / PROMOTIONS_FILE).is_file():
        return Promotions()
    marked = read_yaml(read_source(folder, PROMOTIONS_FILE), PROMOTIONS_FILE)
    if marked.value is None:
        return Promotions()
    if not isinstance(marked.value, list):
        message = "the file must be a list of promotions."
        raise PackError(
            [Finding("bad_value", "error", marked.place(()), message, "Begin each promotion with '- id: …'.")]
        )
    return _entries(marked)


def _entries(marked: Marked) -> Promotions:
    entries: list[PromotionEntry] = []
    findings: list[Finding] = []
    seen: dict[tuple[str, str], Place] = {}
    for position in range(len(marked.value)):
        try:
            entry = parse(PromotionEntry, marked, (position,))
        except PackError as error:
            findings.extend(error.findings)
            continue
        for key, value in (("id", entry.id), ("code", entry.code)):
            place = marked.place((position, key))
            if value and seen.setdefault((key, value), place) is not place:
                message = f"promotion {key} {value!r} stands here again, first in line {seen[key, value].line}."
                findings.append(Finding("duplicate_id", "error", place, message, f"Give each promotion its own {key}."))
        entries.append(entry)
    if findings:
        raise PackError(findings)
    return Promotions(
        entries=tuple(entry.as_promotion() for entry in entries),
        places={entry.id: seen["id", entry.id] for entry in entries},
        unruled=frozenset(entry.id for entry in entries if "stackable" not in entry.model_fields_set),
    )
