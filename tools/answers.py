"""The back-ends' answers on the wire, and how they become orders, parcels and receipts.

Unknown keys are ignored here and nowhere else: a back-end may grow fields without
taking the shop's customer service down. Everything that is used is checked, and texts are bounded, since they end up
in front of customers.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tools.entitlement import CouponState
from tools.orders import Customer, Order, OrderItem, OrderStatus
from tools.parcels import Shipment, ShipmentEvent, ShipmentStatus
from tools.receipts import ActionName, ActionStatus, DetailValue, Receipt

Id = Annotated[str, Field(min_length=1, max_length=128)]
Line = Annotated[str, Field(max_length=500)]
Money = Annotated[Decimal, Field(ge=0, max_digits=14)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ItemAnswer(_Answer):
    """One line of an order."""

    sku: Id
    quantity: Annotated[int, Field(ge=1)]
    price: Money


class OrderAnswer(_Answer):
    """One order."""

    order_id: Id
    customer_id: Id
    status: OrderStatus
    created_at: AwareDatetime
    paid_at: AwareDatetime | None = None
    shipped_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None
    amount: Money
    address: Line = ""
    items: Annotated[tuple[ItemAnswer, ...], Field(max_length=200)]
    tracking_no: Id | None = None
    as_of: AwareDatetime | None = None

    def as_order(self) -> Order:
        """The order it speaks of."""
        return Order(
            order_id=self.order_id,
            customer_id=self.customer_id,
            status=self.status,
            created_at=self.created_at,
            paid_at=self.paid_at,
            shipped_at=self.shipped_at,
            signed_at=self.signed_at,
            amount=self.amount,
            address=self.address,
            items=tuple(OrderItem(item.sku, item.quantity, item.price) for item in self.items),
            tracking_no=self.tracking_no,
            as_of=self.as_of,
        )


class OrdersAnswer(_Answer):
    """A customer's orders, newest first."""

    orders: Annotated[tuple[OrderAnswer, ...], Field(max_length=200)]


class CustomerAnswer(_Answer):
    """One customer."""

    customer_id: Id
    name: Line = ""
    phone: Line = ""
    level: Line = ""

    def as_customer(self) -> Customer:
        """The customer it speaks of."""
        return Customer(self.customer_id, self.name, self.phone, self.level)


class EventAnswer(_Answer):
    """One scan of a parcel."""

    at: AwareDatetime
    place: Line = ""
    text: Line = ""


class ShipmentAnswer(_Answer):
    """One parcel."""

    tracking_no: Id
    carrier: Line
    status: ShipmentStatus
    eta: date | None = None
    events: Annotated[tuple[EventAnswer, ...], Field(max_length=500)] = ()
    as_of: AwareDatetime | None = None

    def as_shipment(self) -> Shipment:
        """The parcel it speaks of, its scans in order of time."""
        events = sorted((ShipmentEvent(event.at, event.place, event.text) for event in self.events), key=lambda e: e.at)
        return Shipment(self.tracking_no, self.carrier, self.status, self.eta, tuple(events), self.as_of)


class CouponAnswer(_Answer):
    """One promotion as it stands for one customer."""

    promotion_id: Id
    quota: Annotated[int, Field(ge=0)] | None = None
    left: Annotated[int, Field(ge=0)] | None = None
    held: bool
    paid_orders: Annotated[int, Field(ge=0)]
    level: Line = ""

    def as_state(self) -> CouponState:
        """The state it speaks of."""
        return CouponState(self.promotion_id, self.quota, self.left, self.held, self.paid_orders, self.level)


class ReceiptAnswer(_Answer):
    """Proof of one action."""

    receipt_id: Id
    action: ActionName
    order_id: Id | None = None
    at: AwareDatetime
    detail: Annotated[dict[str, DetailValue], Field(max_length=50)] = Field(default_factory=dict)
    key: Id

    def as_receipt(self) -> Receipt:
        """The receipt it speaks of."""
        return Receipt(self.receipt_id, self.action, self.order_id, self.at, self.detail, self.key)


class Complaint(_Answer):
    """Why a back-end said no."""

    code: Id
    reason: Line = ""


class ErrorAnswer(_Answer):
    """The agreed body of every 4xx: ``{"error": {"code": ..., "reason": ...}}``."""

    error: Complaint


class StatusAnswer(_Answer):
    """What became of a write."""

    state: Literal["done", "refused", "pending"]
    receipt: ReceiptAnswer | None = None
    error: Complaint | None = None

    def as_status(self) -> ActionStatus:
        """The status it speaks of.

        Raises:
            ValueError: done without a receipt, or refused without a reason.
        """
        if self.state == "done" and self.receipt is not None:
            return ActionStatus("done", receipt=self.receipt.as_receipt())
        if self.state == "refused" and self.error is not None:
            return ActionStatus("refused", code=self.error.code, reason=self.error.reason)
        if self.state == "pending":
            return ActionStatus("pending")
        raise ValueError(f"state {self.state!r} came without its receipt or reason")
