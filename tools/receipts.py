"""Receipts: what a back-end hands out for a write, the only ground on which a reply may say that something was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ActionName = Literal["cancel_order", "change_address", "create_return", "issue_coupon", "subscribe_restock"]
DetailValue = str | int | bool | None | list[str]


@dataclass(frozen=True)
class Receipt:
    """Proof that one action was done, once."""

    receipt_id: str
    action: ActionName
    order_id: str | None
    """The order it was done to; None where there is none (a coupon, a subscription)."""
    at: datetime
    detail: Mapping[str, DetailValue]
    """What the action left behind: a return number, a coupon code, the new address."""
    key: str
    """The idempotency key under which it was asked for."""


@dataclass(frozen=True)
class ActionStatus:
    """What became of a write."""

    state: Literal["done", "refused", "pending", "absent"]
    """``absent``: the back-end has never seen the key, so nothing was done under it so far."""
    receipt: Receipt | None = None
    """With ``done`` only."""
    code: str | None = None
    """With ``refused`` only: the machine's word."""
    reason: str | None = None
    """With ``refused`` only: Chinese words for the customer."""
