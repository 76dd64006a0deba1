"""The shop behind ECom-Bench-style tasks: ``data/*.json`` with goods, customers, orders and parcels, keyed in Chinese."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from evaluation.adapters.rows import Foreign, read_value, refuse
from evaluation.adapters.shop_files import goods_file, policy_file, sections, shop_file
from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.marked import Marked
from knowledge.schema import findings_of
from knowledge.source import read_source
from tools.mock_apis.seed import Seed

DATA = "data"
_RULES = ("policy.md", "agent_wiki.md", "../../wikis/agent_wiki.md")
"""Where the shop's own rules may lie, relative to the tasks."""
_PIECES = 10
"""Of goods on sale: the data say no more than that they are."""
_ON_SALE = "已上架"
_NOW = datetime.fromisoformat("2025-06-01T10:00:00+08:00")
_LATER = timedelta(hours=1)
_STATUSES = {
    "未付款": "unpaid",
    "待付款": "unpaid",
    "已付款": "paid",
    "待发货": "paid",
    "处理中": "paid",
    "备货中": "packing",
    "已发货": "shipped",
    "运输中": "shipped",
    "已签收": "signed",
    "已送达": "signed",
    "已完成": "signed",
    "已取消": "cancelled",
    "退款中": "refunding",
    "退货中": "refunding",
    "已退货": "refunded",
    "已退款": "refunded",
}
_PARTS = {"赠品信息": "gift", "辅材材料": "material", "安装说明": "install", "维修说明": "repair", "常见故障": "fault"}
"""What the data say about a product beside its description, each a page of its own."""
_MARKS = re.compile(r"[^\w-]+")


class EcomItem(Foreign):
    """One line of an order."""

    product_id: str = Field(alias="商品ID")
    price: Decimal = Field(alias="单价")
    quantity: int = Field(default=1, alias="数量", ge=1)


class EcomOrder(Foreign):
    """An order."""

    order_id: str = Field(alias="订单ID")
    customer_id: str = Field(alias="用户ID")
    status: str = Field(alias="订单状态")
    amount: Decimal = Field(alias="订单总金额")
    items: tuple[EcomItem, ...] = Field(alias="订单商品列表", min_length=1)
    address: dict[str, Any] = Field(default_factory=dict, alias="收货地址")


class EcomProduct(Foreign):
    """A product; each is its own variant."""

    product_id: str = Field(alias="商品ID")
    title: str = Field(alias="商品名称")
    price: Decimal = Field(alias="商品价格")
    status: str = Field(default=_ON_SALE, alias="商品状态")
    description: str = Field(default="", alias="商品描述")
    others: tuple[dict[str, Any], ...] = Field(default=(), alias="可换货商品")


class EcomUser(Foreign):
    """A customer."""

    customer_id: str = Field(alias="用户ID")
    name: str = Field(default="", alias="用户姓名")
    phone: str = Field(default="", alias="电话号码")


class EcomTrack(Foreign):
    """One scan of a parcel."""

    at: str = Field(alias="时间")
    place: str | None = Field(default="", alias="位置")
    text: str | None = Field(default="", alias="描述")


class EcomParcel(Foreign):
    """A parcel."""

    tracking_no: str = Field(alias="物流单号")
    carrier: str = Field(default="快递", alias="物流公司")
    arrived: str | None = Field(default=None, alias="实际送达时间")
    tracks: tuple[EcomTrack, ...] = Field(default=(), alias="物流轨迹")


class EcomTables(Foreign):
    """All tables, flattened: the shops and platforms of a set are taken for one."""

    products: dict[str, EcomProduct]
    users: dict[str, EcomUser]
    orders: dict[str, EcomOrder]
    parcels: dict[str, EcomParcel]


@dataclass(frozen=True)
class EcomShop:
    """A set's shop."""

    tables: EcomTables
    raw: Mapping[str, Any]
    """Products as they were written, by id."""
    seed: Seed


def page_of(part: str, product_id: str) -> str:
    """The id of the page on one part of a product, such as 安装说明."""
    return f"{_PARTS[part]}-{product_id}"


def load_ecom(folder: Path) -> EcomShop:
    """Read a set's data.

    Args:
        folder: that holds the tasks, with ``data`` in it.

    Raises:
        PackError: a file is missing or broken.
    """
    raw = {
        "products": _flat(_table(folder, "products"), 2),
        "users": _flat(_table(folder, "users_info"), 0),
        "orders": _flat(_table(folder, "orders"), 3),
        "parcels": _flat(_table(folder, "logistics"), 3),
    }
    tables = _tables(raw)
    return EcomShop(tables, raw["products"], Seed.model_validate(_seed(tables)))


def ecom_files(folder: Path) -> dict[str, str]:
    """A set's shop as the files of a pack.

    Raises:
        PackError: a file of the set is missing or broken.
    """
    shop = load_ecom(folder)
    files = shop_file("ecom", "店铺", json.dumps(shop.raw, ensure_ascii=False) + shop.seed.model_dump_json())
    files |= {**goods_file(list(_goods(shop.tables))), "backend.json": shop.seed.model_dump_json()}
    for name in _RULES:
        if (folder / name).is_file():
            for number, (title, body) in enumerate(sections(read_source(folder, name)), start=1):
                files |= policy_file(f"rule-{number}", title, "规则", body)
            break
    if (folder / DATA / "discount.json").is_file():
        offers = read_value(folder / DATA / "discount.json").value
        files |= policy_file("offers", "优惠政策", "优惠", _said(offers))
    for product_id, product in shop.raw.items():
        for part in _PARTS:
            body = _said(product.get(part))
            if body:
                title = f"{part} {product['商品名称']}"
                files |= policy_file(page_of(part, product_id), title, part, body, [product_id])
    return files


def _table(folder: Path, name: str) -> dict[str, Any]:
    value = read_value(folder / DATA / f"{name}.json").value
    if not isinstance(value, dict):
        raise refuse(Place(f"{DATA}/{name}.json", 1), "the file must hold an object.", "Begin with '{'.")
    return value


def _flat(table: dict[str, Any], depth: int) -> dict[str, Any]:
    """The rows under so many levels of platform, shop and customer."""
    for _ in range(depth):
        table = {key: row for part in table.values() if isinstance(part, dict) for key, row in part.items()}
    return table


def _tables(raw: Mapping[str, Any]) -> EcomTables:
    try:
        return EcomTables.model_validate(raw)
    except ValidationError as cause:
        raise PackError(findings_of(cause, EcomTables, Marked(DATA, raw, {(): Place(DATA)}))) from cause


def _goods(tables: EcomTables) -> Iterator[dict[str, object]]:
    for product in tables.products.values():
        others = [str(other.get("商品ID", "")) for other in product.others]
        yield {
            "sku": product.product_id,
            "product_id": product.product_id,
            "title": product.title,
            "category": "商品",
            "price": product.price,
            "stock": _PIECES if product.status == _ON_SALE else 0,
            "attributes": f"商品描述={_MARKS.sub('，', product.description)}" if product.description.strip() else "",
            "similar": ";".join(other for other in others if other in tables.products),
        }


def _seed(tables: EcomTables) -> dict[str, Any]:
    times = [_moment(track.at) for parcel in tables.parcels.values() for track in parcel.tracks]
    now = max((time for time in times if time), default=_NOW - _LATER) + _LATER
    orders, shipments, taken = [], [], set[str]()
    for order in tables.orders.values():
        parcel = tables.parcels.get(order.order_id)
        status = _STATUSES.get(order.status)
        if status is None:
            advice = f"Known: {'、'.join(_STATUSES)}."
            message = f"'{order.order_id}.订单状态' is {order.status!r}."
            raise PackError([Finding("bad_value", "error", Place(f"{DATA}/orders.json"), message, advice)])
        if parcel is not None and (parcel.tracking_no in taken or status in ("unpaid", "paid", "packing")):
            parcel = None
        if parcel is not None:
            taken.add(parcel.tracking_no)
            shipments.append(_shipment(parcel))
        orders.append(_order(order, status, parcel, now))
    customers = [
        {"customer_id": user.customer_id, "name": user.name, "phone": user.phone} for user in tables.users.values()
    ]
    return {"now": now.isoformat(), "customers": customers, "orders": orders, "shipments": shipments}


def _order(order: EcomOrder, status: str, parcel: EcomParcel | None, now: datetime) -> dict[str, Any]:
    """An order; times that the data leave out are the last days before the last scan of all parcels."""
    arrived = _moment(parcel.arrived) if parcel and parcel.arrived else None
    scans = [time for track in (parcel.tracks if parcel else ()) if (time := _moment(track.at))]
    sent = status in ("shipped", "signed", "refunding", "refunded")
    created = (min(scans) if scans else now - timedelta(days=5)).isoformat()
    names = ("省份", "城市", "区县", "详细地址")
    return {
        "order_id": order.order_id,
        "customer_id": order.customer_id,
        "status": status,
        "created_at": created,
        "paid_at": None if status == "unpaid" else created,
        "shipped_at": (max(scans) if scans else now - timedelta(days=3)).isoformat() if sent else None,
        "signed_at": (arrived or now - timedelta(days=1)).isoformat() if status == "signed" else None,
        "amount": order.amount,
        "address": "".join(str(order.address.get(name) or "") for name in names),
        "items": [{"sku": one.product_id, "price": one.price, "quantity": one.quantity} for one in order.items],
        "tracking_no": parcel.tracking_no if parcel else None,
    }


def _shipment(parcel: EcomParcel) -> dict[str, Any]:
    events = [
        {"at": time.isoformat(), "place": track.place or "", "text": track.text or ""}
        for track in parcel.tracks
        if (time := _moment(track.at))
    ]
    status = "signed" if parcel.arrived else "in_transit"
    return {"tracking_no": parcel.tracking_no, "carrier": parcel.carrier, "status": status, "events": events}


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=_NOW.tzinfo)


def _said(value: Any) -> str:
    """Plain data as lines of text."""
    if isinstance(value, dict):
        return "\n".join(f"{key}：{_said(part)}" for key, part in value.items() if part not in (None, "", [], {}))
    if isinstance(value, list):
        return "\n\n".join(_said(part) for part in value)
    return "" if value is None else str(value)
