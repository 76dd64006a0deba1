"""Orders and the customers who placed them, as the shop's back-end knows them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

OrderStatus = Literal["unpaid", "paid", "packing", "shipped", "signed", "cancelled", "refunding", "refunded"]
ReturnKind = Literal["return", "exchange"]


@dataclass(frozen=True)
class OrderItem:
    """One line of an order."""

    sku: str
    quantity: int
    """Pieces, >= 1."""
    price: Decimal
    """Paid for one piece, in the shop's currency."""


@dataclass(frozen=True)
class Order:
    """One order of one customer."""

    order_id: str
    customer_id: str
    status: OrderStatus
    created_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    signed_at: datetime | None
    amount: Decimal
    """The whole order, in the shop's currency, >= 0."""
    address: str
    items: tuple[OrderItem, ...]
    tracking_no: str | None
    as_of: datetime | None = None
    """When it was so, where the back-end reads from a copy and tells; None: it does not tell."""


@dataclass(frozen=True)
class Customer:
    """The person behind a session."""

    customer_id: str
    name: str
    phone: str
    level: str
    """The shop's own word for the membership level; empty: none."""
