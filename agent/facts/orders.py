"""What the order and logistics back-ends say, in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.evidence import Fact
from agent.facts.form import quote, say_amount, say_day, say_moment
from agent.messages import Source
from retrieval.catalogue import Catalogue
from tools.orders import Order
from tools.parcels import Shipment

SHIPMENT_WORDS = {
    "collected": "快递已揽收",
    "in_transit": "运输中",
    "delivering": "派送中",
    "signed": "已签收",
    "exception": "运输出现异常",
}
_NAMED = 2


def order_source(order: Order) -> Source:
    """Cite an order of the customer's own."""
    return Source(id=order.order_id, kind="order", title=f"订单{order.order_id}")


def shipment_source(shipment: Shipment) -> Source:
    """Cite a parcel of the customer's own."""
    return Source(id=shipment.tracking_no, kind="shipment", title=f"{shipment.carrier}{shipment.tracking_no}")


def say_goods(order: Order, catalogue: Catalogue) -> str:
    """Name the goods of an order, the first two by title."""
    titles = []
    for item in order.items:
        found = catalogue.by_sku.get(item.sku)
        titles.append(quote(found[0].title if found else item.sku))
    titles = list(dict.fromkeys(titles))
    return "、".join(titles[:_NAMED]) + ("等" if len(titles) > _NAMED else "")


def order_fact(order: Order, now: datetime, zone: ZoneInfo, currency: str) -> Fact:
    """Say the state of an order with the moment it was reached."""
    amount = say_amount(order.amount, currency)
    words = {
        "unpaid": f"还没有付款，待支付{amount}",
        "paid": "已付款，等待发货",
        "packing": "正在配货打包，还没有发出",
        "shipped": "已发货",
        "signed": "已签收",
        "cancelled": "已取消",
        "refunding": f"正在退款处理中，订单金额{amount}",
        "refunded": f"已退款，订单金额{amount}",
    }[order.status]
    moment = {"paid": order.paid_at, "packing": order.paid_at, "shipped": order.shipped_at, "signed": order.signed_at}
    reached = moment.get(order.status)
    if reached is not None:
        said = say_moment(reached, now, zone)
        words = {
            "paid": f"已于{said}付款，等待发货",
            "packing": f"已于{said}付款，正在配货打包，还没有发出",
            "shipped": f"已于{said}发货",
            "signed": f"已于{said}签收",
        }[order.status]
    return Fact("order", f"订单{order.order_id}{words}。", order_source(order))


def goods_fact(order: Order, catalogue: Catalogue, currency: str) -> Fact:
    """Say what an order holds and what it cost."""
    goods = say_goods(order, catalogue)
    return Fact(
        "order", f"订单{order.order_id}里是{goods}，共{say_amount(order.amount, currency)}。", order_source(order)
    )


def shipment_facts(shipment: Shipment, now: datetime, zone: ZoneInfo) -> tuple[Fact, ...]:
    """Say carrier, number and state of a parcel, then its last event and when it is due."""
    source = shipment_source(shipment)
    state = SHIPMENT_WORDS[shipment.status]
    facts = [
        Fact("shipment", f"包裹由{quote(shipment.carrier)}承运，单号{shipment.tracking_no}，目前{state}。", source)
    ]
    last = max(shipment.events, key=lambda event: event.at, default=None)
    if last is not None:
        place = f"在{quote(last.place)}" if last.place else ""
        facts.append(
            Fact("shipment", f"最新动态：{say_moment(last.at, now, zone)}{place}，{quote(last.text)}。", source)
        )
    today = now.astimezone(zone).date()
    if shipment.eta is not None and shipment.status != "signed" and shipment.eta >= today:
        facts.append(Fact("shipment", f"预计{say_day(shipment.eta, today)}送达。", source))
    return tuple(facts)


def said_at_once(facts: Sequence[Fact]) -> Fact:
    """Join facts from one source into one sentence.

    Args:
        facts: at least one, each a sentence closed by 。
    """
    return replace(facts[0], text="，".join(fact.text.removesuffix("。") for fact in facts) + "。")


def list_fact(order: Order, catalogue: Catalogue, now: datetime, zone: ZoneInfo) -> Fact:
    """Name an order in a list to choose from: number, goods and state in a few words."""
    state = {
        "unpaid": "待付款",
        "paid": "待发货",
        "packing": "打包中",
        "shipped": "已发货",
        "signed": "已签收",
        "cancelled": "已取消",
        "refunding": "退款中",
        "refunded": "已退款",
    }[order.status]
    when = say_day(order.created_at.astimezone(zone).date(), now.astimezone(zone).date())
    return Fact("order", f"{order.order_id}（{when}，{say_goods(order, catalogue)}，{state}）。", order_source(order))
