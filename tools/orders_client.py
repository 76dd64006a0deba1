"""The orders back-end: who the customer is, what they ordered, and what can be done about it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from tools.answers import CouponAnswer, CustomerAnswer, OrderAnswer, OrdersAnswer
from tools.entitlement import CouponState
from tools.errors import NotFound
from tools.exchange import path_segment
from tools.orders import Customer, Order, ReturnKind
from tools.receipts import ActionStatus, Receipt
from tools.transport import Transport


class OrdersClient:
    """What the agent may ask and do about orders and coupons.

    ``customer_id`` always comes from the session. Reads raise NotFound and Unavailable; writes raise NotFound, Refused,
    Unavailable (nothing was done) and OutcomeUnknown, and are done once under their ``key`` however often asked for.

    Args:
        transport: the way to the orders back-end.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    async def get_customer(self, customer_id: str) -> Customer:
        """Who the customer is."""

        def parse(body: bytes) -> Customer:
            customer = CustomerAnswer.model_validate_json(body).as_customer()
            if customer.customer_id != customer_id:
                raise NotFound("customer", customer_id)
            return customer

        path = f"/customers/{path_segment('customer', customer_id)}"
        return await self.transport.read(customer_id, path, parse, thing=("customer", customer_id))

    async def get_order(self, customer_id: str, order_id: str) -> Order:
        """One order of the customer."""
        path = f"/orders/{path_segment('order', order_id)}"
        return await self.transport.read(
            customer_id, path, _own_order(customer_id, order_id), thing=("order", order_id)
        )

    async def list_orders(self, customer_id: str, limit: int = 20) -> tuple[Order, ...]:
        """The customer's orders, newest first, ``limit`` (1..100) at most."""

        def parse(body: bytes) -> tuple[Order, ...]:
            orders = [answer.as_order() for answer in OrdersAnswer.model_validate_json(body).orders]
            if any(order.customer_id != customer_id for order in orders):
                raise ValueError("the list holds another customer's order")
            return tuple(sorted(orders, key=lambda order: order.created_at, reverse=True)[:limit])

        return await self.transport.read(
            customer_id, "/orders", parse, thing=("customer", customer_id), params={"limit": limit}
        )

    async def coupon_state(self, customer_id: str, promotion_id: str) -> CouponState:
        """How a coupon stands for the customer: quota left, already held, and what the audience depends on."""

        def parse(body: bytes) -> CouponState:
            return CouponAnswer.model_validate_json(body).as_state()

        path = f"/coupons/{path_segment('promotion', promotion_id)}"
        return await self.transport.read(customer_id, path, parse, thing=("promotion", promotion_id))

    async def action_status(self, customer_id: str, key: str) -> ActionStatus:
        """What became of a write asked for under ``key``; raises Unavailable where the back-end cannot say."""
        return await self.transport.action_status(customer_id, key)

    async def make(self, tool: str, customer_id: str, args: Mapping[str, Any], *, key: str) -> Receipt:
        """Make the write that a tool stands for.

        Args:
            tool: of the writing ones of the toolbox.
            customer_id: from the session.
            args: as the tool describes them; what is None is left out.
            key: of the write.
        """
        given = {name: value for name, value in args.items() if value is not None}
        calls: Mapping[str, Callable[..., Awaitable[Receipt]]] = {
            "cancel_order": self.cancel_order,
            "change_address": self.change_address,
            "create_return": self.create_return,
            "issue_coupon": self.issue_coupon,
            "subscribe_restock": self.subscribe_restock,
        }
        target = next(given.pop(name) for name in ("order_id", "promotion_id", "sku") if name in given)
        return await calls[tool](customer_id, target, **given, key=key)

    async def cancel_order(self, customer_id: str, order_id: str, *, reason: str, key: str) -> Receipt:
        """Cancel an order that is not being sent yet."""
        return await self.transport.write(
            customer_id,
            f"/orders/{path_segment('order', order_id)}/cancel",
            {"reason": reason},
            action="cancel_order",
            key=key,
            thing=("order", order_id),
        )

    async def change_address(
        self,
        customer_id: str,
        order_id: str,
        *,
        address: str,
        key: str,
        receiver: str | None = None,
        phone: str | None = None,
    ) -> Receipt:
        """Send an order that has not left yet to another address, receiver or phone."""
        return await self.transport.write(
            customer_id,
            f"/orders/{path_segment('order', order_id)}/address",
            {"address": address, "receiver": receiver, "phone": phone},
            action="change_address",
            key=key,
            thing=("order", order_id),
        )

    async def create_return(
        self,
        customer_id: str,
        order_id: str,
        *,
        skus: Sequence[str],
        kind: ReturnKind,
        reason: str,
        key: str,
        exchange_sku: str | None = None,
    ) -> Receipt:
        """Open a return or an exchange for goods of an order that was sent; the caller has asked the policy."""
        return await self.transport.write(
            customer_id,
            f"/orders/{path_segment('order', order_id)}/returns",
            {"skus": list(skus), "kind": kind, "reason": reason, "exchange_sku": exchange_sku},
            action="create_return",
            key=key,
            thing=("order", order_id),
        )

    async def issue_coupon(self, customer_id: str, promotion_id: str, *, key: str) -> Receipt:
        """Give the customer a coupon: one each, as long as the quota lasts."""
        return await self.transport.write(
            customer_id,
            "/coupons",
            {"promotion_id": promotion_id},
            action="issue_coupon",
            key=key,
            thing=("promotion", promotion_id),
        )

    async def subscribe_restock(self, customer_id: str, sku: str, *, key: str) -> Receipt:
        """Tell the customer when an SKU is back."""
        return await self.transport.write(
            customer_id, "/restock-subscriptions", {"sku": sku}, action="subscribe_restock", key=key, thing=("sku", sku)
        )


def _own_order(customer_id: str, order_id: str) -> Callable[[bytes], Order]:
    def parse(body: bytes) -> Order:
        order = OrderAnswer.model_validate_json(body).as_order()
        if order.customer_id != customer_id:  # a back-end that does not check the header must not leak
            raise NotFound("order", order_id)
        if order.order_id != order_id:
            raise ValueError(f"order {order.order_id!r} came instead of {order_id!r}")
        return order

    return parse
