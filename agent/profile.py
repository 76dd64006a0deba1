"""Who the agent is and how the shop wants it to behave: the shop's own words, read from the published release."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Style:
    """How replies sound."""

    address: str = ""
    """How the customer is called, such as 亲; empty: not at all."""
    max_sentences: int = 3
    max_chars: int = 160
    closing: str = ""
    """Ends a cheerful answer; empty: none."""


@dataclass(frozen=True)
class HandoffRules:
    """When a person takes over."""

    max_failures: int = 2
    """Unresolved turns in a row."""
    refund_amount: Decimal = Decimal(500)
    """A claim over this amount goes to a person, in the shop's currency."""
    always: tuple[str, ...] = ()
    """Words that go straight to a person."""


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
            ),
        )
