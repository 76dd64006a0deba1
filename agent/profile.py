"""Who the agent is and how the shop wants it to behave: the shop's own words, read from the published release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

_PRONOUNS = frozenset({"", "您", "你"})
"""Forms of address that nobody is called by at the head of a sentence."""
_SERVICE_DAYS = ("closed", "holidays", "workdays")


@dataclass(frozen=True)
class Style:
    """How replies sound."""

    address: str = ""
    """How the customer is called, such as 亲; empty: not at all."""
    max_sentences: int = 3
    max_chars: int = 160
    closing: str = ""
    """Ends a cheerful answer; empty: none."""

    def addressed(self, text: str) -> str:
        """A text with the customer called by name before it, where the shop has a form of address that begins a sentence."""
        return text if self.address in _PRONOUNS else f"{self.address}，{text}"


@dataclass(frozen=True)
class HandoffRules:
    """When a person takes over."""

    max_failures: int = 2
    """Unresolved turns in a row."""
    refund_amount: Decimal = Decimal(500)
    """A claim over this amount goes to a person, in the shop's currency."""
    always: tuple[str, ...] = ()
    """Words that go straight to a person."""
    acknowledge_s: int = 120
    """Seconds in which somebody must have taken a handoff, before the next queue gets it or the customer is told; 0: no such time."""
    queues: tuple[str, ...] = ()
    """Names of the people's queues, in the order in which they get a handoff; empty: one queue."""


@dataclass(frozen=True)
class ServiceDays:
    """Days on which people are on duty otherwise than in the week."""

    closed: frozenset[date] = frozenset()
    """Nobody is on duty."""
    holidays: frozenset[date] = frozenset()
    """Sunday's hours hold."""
    workdays: frozenset[date] = frozenset()
    """Monday's hours hold."""


@dataclass(frozen=True)
class ShopProfile:
    """One shop, as its agent needs to know it."""

    shop_id: str
    name: str
    assistant: str
    maker: str
    timezone: ZoneInfo
    currency: str = "CNY"
    service_hours: Mapping[str, str] | None = None
    """Of the people: day or span of days (``mon-fri``) to ``HH:MM-HH:MM``; None: unknown."""
    service_days: ServiceDays | None = None
    """The shop's own list; None: the public holidays of mainland China hold in its time zones, plain weeks elsewhere."""
    hotline: str | None = None
    can: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    style: Style = Style()
    forbidden_claims: tuple[str, ...] = ()
    sensitive_words: tuple[str, ...] = ()
    handoff: HandoffRules = HandoffRules()

    @classmethod
    def from_release(cls, shop: Mapping[str, Any]) -> "ShopProfile":
        """Read the profile that a release carries (already validated by the build).

        Args:
            shop: the plain JSON form of ``shop.yaml``; optional keys may be missing.
        """
        style = shop.get("style") or {}
        handoff = shop.get("handoff") or {}
        return cls(
            shop_id=shop["shop_id"],
            name=shop["name"],
            assistant=shop["assistant"],
            maker=shop.get("maker") or shop["name"],
            timezone=ZoneInfo(shop.get("timezone") or "Asia/Shanghai"),
            currency=shop.get("currency") or "CNY",
            service_hours=shop.get("service_hours"),
            service_days=_days(shop.get("service_days")),
            hotline=shop.get("hotline"),
            can=tuple(shop.get("can") or ()),
            cannot=tuple(shop.get("cannot") or ()),
            style=Style(**{key: value for key, value in style.items() if value is not None}),
            forbidden_claims=tuple(shop.get("forbidden_claims") or ()),
            sensitive_words=tuple(shop.get("sensitive_words") or ()),
            handoff=HandoffRules(
                max_failures=int(handoff.get("max_failures", 2)),
                refund_amount=Decimal(str(handoff.get("refund_amount", 500))),
                always=tuple(handoff.get("always") or ()),
                acknowledge_s=int(handoff.get("acknowledge_s", 120)),
                queues=tuple(handoff.get("queues") or ()),
            ),
        )


def _days(section: Mapping[str, Any] | None) -> ServiceDays | None:
    if section is None:
        return None
    named = {name: frozenset(map(date.fromisoformat, section.get(name) or ())) for name in _SERVICE_DAYS}
    return ServiceDays(**named)
