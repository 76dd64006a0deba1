"""``shop.yaml``: who the agent is and how this shop wants it to behave."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.marked import read_yaml
from knowledge.schema import Amount, Record, parse
from knowledge.source import read_source

SHOP_FILE = "shop.yaml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


def days_of(span: str) -> tuple[str, ...]:
    """The days a key of ``service_hours`` names.

    Args:
        span: ``mon``, ``mon-fri``, ``sat-mon`` or several of these joined by commas.

    Returns:
        Days as ``mon`` … ``sun``, in the order named.

    Raises:
        ValueError: a day is not known.
    """
    days: list[str] = []
    for part in span.lower().split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or any(end not in DAYS for end in ends):
            raise ValueError(f"{span!r} is not a day or a span of days such as mon, mon-fri or sat-sun")
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days.extend(DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1))
    return tuple(days)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as cause:
        raise ValueError(f"{name!r} is not a time zone such as Asia/Shanghai") from cause
    return name


def _hours(value: Mapping[str, str]) -> dict[str, str]:
    """Hours by day or span of days; several spans in one key become several keys."""
    seen: set[str] = set()
    for span, hours in value.items():
        days = days_of(span)
        if seen.intersection(days):
            raise ValueError(f"{span!r} names a day that another key names already")
        seen.update(days)
        if not _SPAN.fullmatch(hours):
            raise ValueError(f"hours of {span!r} are written as 09:00-22:00, found {hours!r}")
        if hours[:5] >= hours[6:]:
            raise ValueError(f"hours of {span!r} end before they begin: write them to 24:00 at most, found {hours!r}")
    return {part.strip().lower(): hours for span, hours in value.items() for part in span.split(",")}


def _none_is_empty(value: Any) -> Any:
    return () if value is None else value


Word = Annotated[str, Field(min_length=1)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_none_is_empty)]
Days = Annotated[tuple[date, ...], BeforeValidator(_none_is_empty)]


class StyleSection(Record):
    """How replies sound."""

    address: str | None = None
    """How the customer is called."""
    max_sentences: int = Field(default=3, ge=1, le=20)
    max_chars: int = Field(default=160, ge=20, le=2000)
    closing: str | None = None
    """Ends every cheerful answer."""


class HandoffSection(Record):
    """When a person takes over."""

    max_failures: int = Field(default=2, ge=1, le=10)
    """Unresolved turns in a row."""
    refund_amount: Annotated[Amount, Field(ge=0)] = Decimal(500)
    """A claim over this amount goes to a person, in the shop's currency."""
    always: Words = ()
    """Words that go straight to a person."""
    acknowledge_s: int = Field(default=120, ge=0, le=86_400)
    """Seconds in which somebody must have taken a handoff; 0: no such time."""
    queues: Words = ()
    """Names of the people's queues, in the order in which they get a handoff."""


class ServiceDaysSection(Record):
    """Days on which people are on duty otherwise than in the week."""

    closed: Days = ()
    """Nobody is on duty."""
    holidays: Days = ()
    """Sunday's hours hold."""
    workdays: Days = ()
    """Monday's hours hold."""


class ShopFile(Record):
    """The whole of ``shop.yaml``; only ``shop_id`` and ``name`` must be given."""

    shop_id: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    name: str = Field(min_length=1, max_length=60)
    assistant: str = Field(default="", max_length=40)
    """How the assistant calls itself; by default the shop's name and 客服."""
    maker: str = Field(default="", max_length=80)
    """Who built and maintains it; by default the shop's name."""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    service_hours: Annotated[dict[str, str], AfterValidator(_hours)] | None = None
    """Of the people, local time: day or span of days to ``HH:MM-HH:MM``; a missing day is closed; None: not stated."""
    service_days: ServiceDaysSection | None = None
    """The shop's own list of other days; None: public holidays hold."""
    hotline: str | None = None
    can: Words = ()
    cannot: Words = ()
    style: StyleSection = StyleSection()
    forbidden_claims: Words = ()
    sensitive_words: Words = ()
    handoff: HandoffSection = HandoffSection()

    @model_validator(mode="before")
    @classmethod
    def _empty_sections(cls, data: Any) -> Any:
        """A section that is named but left empty counts as absent."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key in ("shop_id", "name")}

    @model_validator(mode="after")
    def _names(self) -> Self:
        if self.assistant and self.maker:
            return self
        named = {"assistant": self.assistant or f"{self.name}客服", "maker": self.maker or self.name}
        return self.model_copy(update=named)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone: its days begin there."""
        return ZoneInfo(self.timezone)

    def as_release(self) -> dict[str, Any]:
        """The plain JSON form that a release carries."""
        return self.model_dump(mode="json", exclude_none=True)


def load_shop(folder: Path) -> ShopFile:
    """Read ``shop.yaml`` of a pack.

    Raises:
        PackError: the file is missing, broken or does not fit; every mismatch is told.
    """
    marked = read_yaml(read_source(folder, SHOP_FILE), SHOP_FILE)
    if not isinstance(marked.value, dict):
        message = "the file must hold keys and values."
        raise PackError([Finding("bad_value", "error", Place(SHOP_FILE, 1), message, "Begin with 'shop_id: …'.")])
    return parse(ShopFile, marked)
