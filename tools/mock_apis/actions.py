"""What the mocked shop does on request: the rules of each action, and each key once."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from tools.mock_apis.errors import KeyReused, Refusal
from tools.mock_apis.store import MockStore, Row
from tools.orders import ReturnKind
from tools.receipts import ActionName, DetailValue

Detail = dict[str, DetailValue]

_OVER: Mapping[str, tuple[str, str]] = {
    "cancelled": ("already_cancelled", "订单已经取消了"),
    "refunding": ("refunding", "订单正在退款中"),
    "refunded": ("refunded", "订单已经退款完成"),
}
_NO_CANCEL: Mapping[str, tuple[str, str]] = {
    **_OVER,
    "packing": ("packing", "订单正在打包出库，已经不能直接取消"),
    "shipped": ("shipped", "订单已经发货，不能取消；收到后可以申请退货"),
    "signed": ("signed", "订单已经签收，不能取消；可以申请退货"),
}
_NO_NEW_ADDRESS: Mapping[str, tuple[str, str]] = {
    **_OVER,
    "shipped": ("shipped", "订单已经发货，不能再修改收货信息"),
    "signed": ("signed", "订单已经签收，不能再修改收货信息"),
}
_NO_RETURN: Mapping[str, tuple[str, str]] = {
    **_OVER,
    "unpaid": ("unpaid", "订单还没有付款，不需要退换"),
    "paid": ("not_shipped", "订单还没有发货，可以直接取消，不需要退换"),
    "packing": ("not_shipped", "订单还没有发货，暂时不能申请退换"),
}


@dataclass(frozen=True)
class Request:
    """One write as it was asked for."""

    customer_id: str
    key: str
    action: ActionName
    args: Mapping[str, Any]
    """Everything that makes it this request and no other, the order's id included."""

    @property
    def fingerprint(self) -> str:
        """The same for the same request, another for another."""
        return json.dumps({"action": self.action, "args": dict(self.args)}, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Stamp:
    """A receipt as it goes over the wire."""

    receipt_id: str
    action: ActionName
    order_id: str | None
    at: str
    detail: Detail
    key: str


class Actions:
    """Does what customers ask for, each key once.

    Args:
        store: the shop's data.
    """

    def __init__(self, store: MockStore) -> None:
        self._store = store

    def status(self, customer_id: str, key: str) -> Row:
        """What became of a key of this customer; raises Missing where it was never seen."""
        query = "SELECT answer FROM actions WHERE customer_id = ? AND key = ?"
        answer: Row = json.loads(self._store.one(query, customer_id, key)["answer"])
        return answer

    def cancel_order(self, request: Request, order_id: str) -> Row:
        """Cancel an order that is unpaid, or paid and not being packed."""

        def act() -> Detail:
            order = self._order_unless(_NO_CANCEL, request, order_id)
            self._set("UPDATE orders SET status = 'cancelled' WHERE order_id = ?", order_id)
            is_paid = order["status"] != "unpaid"
            return {"status": "cancelled", "refund_amount": order["amount"] if is_paid else None}

        return self._once(request, order_id, act)

    def change_address(
        self, request: Request, order_id: str, *, address: str, receiver: str | None, phone: str | None
    ) -> Row:
        """Send an order that has not left yet elsewhere."""

        def act() -> Detail:
            self._order_unless(_NO_NEW_ADDRESS, request, order_id)
            self._set(
                "UPDATE orders SET address = ?, receiver = coalesce(?, receiver), phone = coalesce(?, phone) "
                "WHERE order_id = ?",
                *(address, receiver, phone, order_id),
            )
            return {"address": address, "receiver": receiver, "phone": phone}

        return self._once(request, order_id, act)

    def create_return(
        self,
        request: Request,
        order_id: str,
        *,
        skus: Sequence[str],
        kind: ReturnKind,
        reason: str,
        exchange_sku: str | None,
    ) -> Row:
        """Open a return for goods of an order that was sent and are not being returned already."""

        def act() -> Detail:
            order = self._order_unless(_NO_RETURN, request, order_id)
            prices = _prices(order)
            rest = prices.keys() - self._returning(order_id)
            if not set(skus) <= prices.keys():
                raise Refusal("not_in_order", "这个订单里没有您说的商品")
            if not set(skus) <= rest:
                raise Refusal("already_returning", "这件商品已经申请过退换了")
            return_id = self._number("RT")
            for sku in skus:
                row = (return_id, order_id, sku, kind, reason, exchange_sku)
                self._set("INSERT INTO returns VALUES (?, ?, ?, ?, ?, ?)", *row)
            if kind == "return" and rest == set(skus):
                self._set("UPDATE orders SET status = 'refunding' WHERE order_id = ?", order_id)
            worth = min(sum((prices[sku] for sku in skus), Decimal(0)), Decimal(order["amount"]))
            amount = str(worth) if kind == "return" else None
            detail: Detail = {"return_id": return_id, "kind": kind, "skus": list(skus), "amount": amount}
            return {**detail, "exchange_sku": exchange_sku}

        return self._once(request, order_id, act)

    def issue_coupon(self, request: Request, promotion_id: str) -> Row:
        """Give a coupon: one each, as long as the quota lasts."""

        def act() -> Detail:
            state = self._store.coupon(request.customer_id, promotion_id)
            if state["held"]:
                raise Refusal("already_held", "您已经领取过这张优惠券了，每人限领一张")
            if state["left"] == 0:
                raise Refusal("quota_exhausted", "这张优惠券已经被领完了")
            code = self._number("CP")
            self._set("INSERT INTO coupons VALUES (?, ?, ?)", code, promotion_id, request.customer_id)
            return {"promotion_id": promotion_id, "coupon_code": code}

        return self._once(request, None, act)

    def subscribe_restock(self, request: Request, sku: str) -> Row:
        """Note that a customer waits for an SKU; a second time changes nothing."""

        def act() -> Detail:
            self._set("INSERT OR IGNORE INTO subscriptions VALUES (?, ?)", request.customer_id, sku)
            return {"sku": sku}

        return self._once(request, None, act)

    def _once(self, request: Request, order_id: str | None, act: Callable[[], Detail]) -> Row:
        """Act unless the key was seen before; refusals are remembered too.

        Returns:
            ``{"state": "done", "receipt": {...}}`` or ``{"state": "refused", "error": {...}}``.

        Raises:
            Missing: no such thing for this customer; the key stays free.
            KeyReused: the key was used for another request.
        """
        with self._store.transaction() as db:
            query = "SELECT request, answer FROM actions WHERE customer_id = ? AND key = ?"
            seen = db.execute(query, (request.customer_id, request.key)).fetchone()
            if seen is not None:
                if seen["request"] != request.fingerprint:
                    raise KeyReused
                stored: Row = json.loads(seen["answer"])
                return stored
            answer = self._answer(request, order_id, act)
            db.execute(
                "INSERT INTO actions (customer_id, key, request, answer) VALUES (?, ?, ?, ?)",
                (request.customer_id, request.key, request.fingerprint, json.dumps(answer, ensure_ascii=False)),
            )
            return answer

    def _answer(self, request: Request, order_id: str | None, act: Callable[[], Detail]) -> Row:
        receipt_id = self._number("R")
        try:
            detail = act()
        except Refusal as refusal:
            return {"state": "refused", "error": {"code": refusal.code, "reason": refusal.reason}}
        receipt = Stamp(receipt_id, request.action, order_id, self._store.now().isoformat(), detail, request.key)
        return {"state": "done", "receipt": asdict(receipt)}

    def _order_unless(self, forbidden: Mapping[str, tuple[str, str]], request: Request, order_id: str) -> Row:
        order = self._store.order(request.customer_id, order_id)
        if order["status"] in forbidden:
            raise Refusal(*forbidden[order["status"]])
        return order

    def _returning(self, order_id: str) -> set[str]:
        return {row["sku"] for row in self._store.rows("SELECT sku FROM returns WHERE order_id = ?", order_id)}

    def _number(self, prefix: str) -> str:
        """A fresh number, the same in every run of the same conversation."""
        count = self._store.one("SELECT coalesce(max(seq), 0) + 1 AS n FROM actions")["n"]
        return f"{prefix}{self._store.now():%Y%m%d}{count:04d}"

    def _set(self, statement: str, *values: object) -> None:
        self._store.rows(statement, *values)


def _prices(order: Row) -> dict[str, Decimal]:
    """What was paid for all pieces of each SKU."""
    prices: dict[str, Decimal] = {}
    for item in order["items"]:
        prices[item["sku"]] = prices.get(item["sku"], Decimal(0)) + Decimal(item["price"]) * item["quantity"]
    return prices
