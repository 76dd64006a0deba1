"""The tool desk of one turn: every back-end call goes through it, is recorded, and fails in one way."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from agent import spans
from agent.messages import ToolUse
from retrieval.catalogue import Catalogue, Product, Promotion, Sku
from tools.backends import BackEnds
from tools.entitlement import CouponState, decide_entitlement
from tools.errors import NotFound, ToolError
from tools.orders import Customer, Order
from tools.parcels import Shipment
from tools.toolbox import TOOLS, Effect

T = TypeVar("T")


@dataclass
class ToolDesk:
    """What one turn asked the back-ends, in order; answers are kept for the length of the turn."""

    customer_id: str
    """From the verified session: the only identity a call ever carries."""
    backends: BackEnds
    catalogue: Catalogue
    now: datetime
    goods_as_of: datetime | None = None
    """When the catalogue was as it is; None: unknown."""
    uses: list[ToolUse] = field(default_factory=list)
    """Every call, reads and writes, as the reply reports them."""
    _orders: tuple[Order, ...] | None = None
    _answers: dict[str, Any] = field(default_factory=dict)

    @property
    def has_asked_of_customer(self) -> bool:
        """Whether anything was asked that another customer would be answered otherwise: orders, parcels, level, coupons."""
        return self._orders is not None or bool(self._answers)

    async def own_orders(self) -> tuple[Order, ...]:
        """All orders of the customer, newest first.

        Raises:
            ToolError: the order back-end gave no usable answer.
        """
        if self._orders is None:
            found = await self._call("list_orders", {}, lambda: self.backends.orders.list_orders(self.customer_id))
            self._orders = tuple(sorted(found, key=lambda order: order.created_at, reverse=True))
        return self._orders

    async def order(self, order_id: str) -> Order | None:
        """One order of the customer's own; None when there is none of that number for this customer."""
        key = f"order {order_id}"
        if key not in self._answers:
            call = self._call(
                "get_order", {"order_id": order_id}, lambda: self.backends.orders.get_order(self.customer_id, order_id)
            )
            self._answers[key] = await _or_none(call)
        found: Order | None = self._answers[key]
        return found

    async def shipment(self, tracking_no: str) -> Shipment | None:
        """One parcel of the customer's own; None when the carrier does not know it yet."""
        key = f"parcel {tracking_no}"
        if key not in self._answers:
            call = self._call(
                "get_shipment",
                {"tracking_no": tracking_no},
                lambda: self.backends.logistics.get_shipment(self.customer_id, tracking_no),
            )
            self._answers[key] = await _or_none(call)
        found: Shipment | None = self._answers[key]
        return found

    async def customer(self) -> Customer | None:
        """The customer's own record, None when the shop has none."""
        if "customer" not in self._answers:
            self._answers["customer"] = await _or_none(self.backends.orders.get_customer(self.customer_id))
        found: Customer | None = self._answers["customer"]
        return found

    def stock(self, product: Product, skus: tuple[Sku, ...], named: Mapping[str, str]) -> tuple[Sku, ...]:
        """Read the stock of a product's variants from the published catalogue, by exact SKU.

        Args:
            product: the product asked for.
            skus: the variants that fit what the customer named; empty: all of them.
            named: colour and size as the customer named them, for the record.
        """
        wanted = skus or product.skus
        args = {"product_id": product.product_id, **named}
        if len(wanted) == 1:
            args["sku"] = wanted[0].sku
        self.uses.append(ToolUse("get_stock", args, ok=True, effect="read", as_of=self.goods_as_of))
        return tuple(self.catalogue.by_sku[sku.sku][1] for sku in wanted)

    async def promotions(
        self, product_ids: tuple[str, ...] = (), *, is_hesitating: bool = False, must_know: bool = False
    ) -> list[Promotion]:
        """Promotions that are on now and that this customer may use.

        Args:
            product_ids: only those that cover one of these; empty: all.
            is_hesitating: whether the offers for hesitating customers count too.
            must_know: whether an outage is an error; else what the back-end cannot say is not offered.

        Raises:
            ToolError: ``must_know``, and the back-end gave no usable answer.
        """
        started = time.perf_counter()
        active = self.catalogue.active_promotions(self.now, product_ids)
        args: dict[str, object] = {"product_ids": list(product_ids)} if product_ids else {}
        with spans.of_tool("find_promotions", "read", args):
            allowed = [promotion for promotion in active if await self._may_use(promotion, is_hesitating, must_know)]
        elapsed = (time.perf_counter() - started) * 1000
        self.uses.append(ToolUse("find_promotions", args, True, "read", None, elapsed, self.goods_as_of))
        return allowed

    async def _may_use(self, promotion: Promotion, is_hesitating: bool, must_know: bool) -> bool:
        """Whether the customer is entitled; where the back-end cannot say, nothing is offered."""
        if promotion.kind != "coupon" and "all" in promotion.audience:
            return True
        try:
            state = await self._standing(promotion)
        except NotFound:
            return False
        except ToolError:
            if must_know:
                raise
            return False
        return decide_entitlement(promotion.audience, state, is_hesitating=is_hesitating).is_allowed

    async def _standing(self, promotion: Promotion) -> CouponState:
        """How a promotion stands for this customer: a coupon by the back-end's count, an offer by level and orders."""
        if promotion.kind == "coupon":
            key = f"coupon {promotion.promotion_id}"
            if key not in self._answers:
                self._answers[key] = await self.backends.orders.coupon_state(self.customer_id, promotion.promotion_id)
            state: CouponState = self._answers[key]
            return state
        customer = await self.customer()
        paid = sum(order.paid_at is not None for order in await self.own_orders())
        return CouponState(promotion.promotion_id, None, None, False, paid, customer.level if customer else "")

    async def write(self, name: str, args: Mapping[str, object], call: Callable[[], Awaitable[T]]) -> T:
        """Carry out one write that the customer said yes to.

        Raises:
            ToolError: refused, unavailable, or its outcome is unknown.
        """
        return await self._call(name, args, call)

    async def _call(self, name: str, args: Mapping[str, object], call: Callable[[], Awaitable[T]]) -> T:
        started = time.perf_counter()
        error: str | None = None
        answer: T | None = None
        try:
            with spans.of_tool(name, _effect_of(name), args):
                answer = await call()
            return answer
        except ToolError as exc:
            error = type(exc).__name__
            raise
        finally:
            elapsed = (time.perf_counter() - started) * 1000
            as_of = _as_of(answer)
            self.uses.append(ToolUse(name, dict(args), error is None, _effect_of(name), error, elapsed, as_of))


def _effect_of(name: str) -> Effect:
    """Whether a tool reads or writes, as the catalogue of tools declares it."""
    return next(tool.effect for tool in TOOLS if tool.name == name)


def _as_of(answer: object) -> datetime | None:
    """When what a back-end gave was so: the oldest of it; None where it does not tell."""
    given = answer if isinstance(answer, tuple) else (answer,)
    told = [one.as_of for one in given if isinstance(one, Order | Shipment)]
    return min((moment for moment in told if moment is not None), default=None)


async def _or_none(call: Awaitable[T]) -> T | None:
    try:
        return await call
    except NotFound:
        return None
