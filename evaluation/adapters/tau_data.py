"""The shop behind a tau2 domain: ``db.json`` with goods, customers and orders, ``policy.md`` with its rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from evaluation.adapters.rows import Foreign, read_value, refuse
from evaluation.adapters.shop_files import goods_file, pairs, policy_file, sections, shop_file
from knowledge.errors import PackError
from knowledge.findings import Place
from knowledge.schema import findings_of
from knowledge.source import read_source
from tools.mock_apis.seed import Seed

DB = "db.json"
POLICY = "policy.md"
_TABLES = ("products", "users", "orders")
_NOW = datetime.fromisoformat("2024-05-15T15:00:00-05:00")
"""The domains' own time; the data hold no others."""
_PIECES = 10
"""Of a variant that is available: the data say no more than that it is."""
_STATUSES = {
    "pending": "paid",
    "processed": "shipped",
    "delivered": "signed",
    "cancelled": "cancelled",
    "return requested": "refunding",
    "exchange requested": "refunding",
}


class Variant(Foreign):
    """One variant of a product."""

    item_id: str
    options: dict[str, str] = Field(default_factory=dict)
    available: bool
    price: Decimal


class TauProduct(Foreign):
    """One kind of product."""

    name: str
    product_id: str
    variants: dict[str, Variant]


class TauName(Foreign):
    """A customer's name."""

    first_name: str
    last_name: str


class TauUser(Foreign):
    """A customer."""

    user_id: str
    name: TauName
    address: dict[str, str] = Field(default_factory=dict)
    email: str = ""


class TauItem(Foreign):
    """One line of an order."""

    item_id: str
    price: Decimal


class TauFulfillment(Foreign):
    """A parcel of an order."""

    tracking_id: tuple[str, ...] = ()


class TauOrder(Foreign):
    """An order."""

    order_id: str
    user_id: str
    address: dict[str, str] = Field(default_factory=dict)
    items: tuple[TauItem, ...]
    status: str
    fulfillments: tuple[TauFulfillment, ...] = ()


class TauDb(Foreign):
    """The whole database of a domain that sells goods."""

    products: dict[str, TauProduct]
    users: dict[str, TauUser]
    orders: dict[str, TauOrder]


@dataclass(frozen=True)
class TauShop:
    """A domain's shop."""

    db: TauDb
    seed: Seed


def number_of(order_id: str) -> str:
    """An order's number without the sign before it: ``#W1`` and ``W1`` are one order."""
    return order_id.removeprefix("#")


def address_of(parts: Mapping[str, Any]) -> str:
    """An address in one line."""
    names = ("address1", "address2", "city", "state", "zip", "country")
    return ", ".join(str(parts[name]) for name in names if parts.get(name))


def load_tau(folder: Path) -> TauShop:
    """Read a domain's database.

    Args:
        folder: of the domain.

    Raises:
        PackError: it is missing, broken, or sells no goods.
    """
    marked = read_value(folder / DB)
    found = marked.value if isinstance(marked.value, dict) else {}
    missing = [table for table in _TABLES if table not in found]
    if missing:
        message = f"there is no table {missing[0]!r}; there are: {', '.join(map(str, found)) or 'none'}."
        advice = "Only domains that sell goods (products, users, orders) have a counterpart in a shop."
        raise refuse(Place(DB, 1), message, advice, "missing_key")
    try:
        db = TauDb.model_validate(found)
    except ValidationError as cause:
        raise PackError(findings_of(cause, TauDb, marked)) from cause
    return TauShop(db, Seed.model_validate(_seed(db)))


def tau_files(folder: Path) -> dict[str, str]:
    """A domain's shop as the files of a pack.

    Raises:
        PackError: a file of the domain is missing or broken.
    """
    shop, policy = load_tau(folder), read_source(folder, POLICY)
    files = shop_file(
        "tau", folder.name, policy + shop.db.model_dump_json(), timezone="America/New_York", currency="USD"
    )
    for number, (title, body) in enumerate(sections(policy), start=1):
        files |= policy_file(f"policy-{number}", title, "policy", body)
    return {**files, **goods_file(list(_goods(shop.db))), "backend.json": shop.seed.model_dump_json()}


def _goods(db: TauDb) -> Iterator[dict[str, object]]:
    for product in db.products.values():
        for variant in product.variants.values():
            options = dict(variant.options)
            yield {
                "sku": variant.item_id,
                "product_id": product.product_id,
                "title": product.name,
                "category": product.name[:40],
                "price": variant.price,
                "stock": _PIECES if variant.available else 0,
                "color": options.pop("color", ""),
                "size": options.pop("size", ""),
                "attributes": pairs(options),
            }


def _seed(db: TauDb) -> dict[str, Any]:
    owners: dict[str, str] = {}
    orders = [_order(order, owners) for order in db.orders.values() if order.items]
    customers = [
        {"customer_id": user.user_id, "name": f"{user.name.first_name} {user.name.last_name}"}
        for user in db.users.values()
    ]
    named = {order["tracking_no"]: order["status"] for order in orders if order["tracking_no"]}
    shipments = [
        {"tracking_no": number, "carrier": "carrier", "status": "in_transit" if status == "shipped" else "signed"}
        for number, status in named.items()
    ]
    return {"now": _NOW.isoformat(), "customers": customers, "orders": orders, "shipments": shipments}


def _order(order: TauOrder, owners: dict[str, str]) -> dict[str, Any]:
    """An order with the times that the data leave out: the last days before the domain's own time."""
    status = _STATUSES.get(order.status.split(" (")[0])
    if status is None:
        advice = f"Known: {', '.join(_STATUSES)}."
        raise refuse(Place(DB), f"'orders.{order.order_id}.status' is {order.status!r}.", advice)
    tracking = next((number for one in order.fulfillments for number in one.tracking_id), None)
    if tracking is not None and owners.setdefault(tracking, order.user_id) != order.user_id:
        tracking = None
    was_sent, has_come = status in ("shipped", "signed", "refunding"), status in ("signed", "refunding")
    return {
        "order_id": number_of(order.order_id),
        "customer_id": order.user_id,
        "status": status,
        "created_at": _ago(5),
        "paid_at": _ago(5),
        "shipped_at": _ago(3) if was_sent else None,
        "signed_at": _ago(1) if has_come else None,
        "amount": sum((item.price for item in order.items), Decimal(0)),
        "address": address_of(order.address),
        "items": [{"sku": item.item_id, "price": item.price} for item in order.items],
        "tracking_no": tracking,
    }


def _ago(days: int) -> str:
    return (_NOW - timedelta(days=days)).isoformat()
