"""Orders and parcels, drawn anew, and what customers ask of them."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from agent.evidence import Answer, Fact
from agent.facts.orders import goods_fact, list_fact, order_fact, shipment_facts
from agent.understanding.intents import Intent
from finetune.small.corpus.goods import draw_product
from finetune.small.corpus.policies import Shelf
from finetune.small.corpus.scene import ZONE, Scene
from finetune.small.corpus.utterances import draw_utterance
from retrieval.catalogue import Catalogue
from tools.orders import Order, OrderItem, OrderStatus
from tools.parcels import Shipment, ShipmentEvent, ShipmentStatus

_CARRIERS = (
    ("顺丰速运", "SF"),
    ("中通快递", "7830"),
    ("圆通速递", "YT"),
    ("韵达快递", "YD"),
    ("京东物流", "JD"),
    ("EMS", "EM"),
    ("DHL", "DH"),
)
_PLACES = "杭州 武汉 广州 北京 上海 成都 西安 长沙 郑州 沈阳 深圳 苏州 昆明 福州 香港 青岛 重庆 合肥".split()
_EVENTS = {
    "collected": ("快件已揽收", "已收取快件，准备发往下一站"),
    "in_transit": ("已到达{place}转运中心", "快件已发往{place}", "已离开{place}分拨中心", "运输车辆途经{place}"),
    "delivering": ("派送中，派件员将电话联系", "快件正在派送，请保持电话畅通"),
    "signed": ("已签收，驿站代收", "已签收，签收人本人", "已放快递柜"),
    "exception": ("包裹外包装破损，已上报异常", "地址不详，等待核实", "外包装挤压变形，已上报异常，等待处理"),
}
_OPEN: tuple[OrderStatus, ...] = ("paid", "packing", "shipped", "signed", "cancelled", "refunding", "refunded")
_TAILS = ("到哪了", "发了没", "什么情况", "帮我看下", "查一下", "啥时候能到", "怎么还没动静", "现在啥状态", "发货了吗")


def draw_order(rng: random.Random, now: datetime, status: OrderStatus | None = None) -> tuple[Order, Catalogue]:
    """Invent an order and the catalogue that knows its goods.

    Args:
        rng: what is drawn with.
        now: the moment of the turn.
        status: None: any.
    """
    reached: OrderStatus = rng.choice(_OPEN) if status is None else status
    paid = now - timedelta(minutes=rng.randrange(60, 12 * 24 * 60))
    sent = paid + (now - paid) * rng.uniform(0.1, 0.5)
    products = tuple(draw_product(rng, now) for _ in range(rng.choice((1, 1, 1, 2, 3))))
    items = tuple(OrderItem(one.skus[0].sku, 1, one.skus[0].price) for one in products)
    number = rng.choice(
        (f"{paid:%Y%m%d}{rng.randrange(1000):03d}", f"{rng.choice(('TEA', 'A', 'DD', 'XS'))}-{rng.randrange(10**5)}")
    )
    order = Order(
        order_id=number,
        customer_id="U1",
        status=reached,
        created_at=paid - timedelta(minutes=5),
        paid_at=None if reached == "unpaid" else paid,
        shipped_at=sent if reached in ("shipped", "signed") else None,
        signed_at=sent + (now - sent) / 2 if reached == "signed" else None,
        amount=sum((item.price for item in items), Decimal(0)) - rng.choice((0, 0, 10, Decimal("5.5"))),
        address="",
        items=items,
        tracking_no=None,
    )
    return order, Catalogue(products, ())


def draw_shipment(rng: random.Random, now: datetime, status: ShipmentStatus) -> Shipment:
    """Invent a parcel with its last event."""
    carrier, prefix = rng.choice(_CARRIERS)
    place = rng.choice(_PLACES)
    said = rng.choice(_EVENTS[status]).format(place=place)
    event = ShipmentEvent(now - timedelta(minutes=rng.randrange(30, 6000)), place, said)
    eta = now.date() + timedelta(days=rng.randint(0, 6)) if rng.random() < 0.7 else None
    return Shipment(prefix + str(rng.randrange(10**9, 10**10)), carrier, status, eta, (event,))


def draw_order_scene(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    """A question on the customer's own order or parcel."""
    draws = (_parcel, _parcel, _trouble, _state, _state, _list, _unpaid, _refund, _refused, _unknown, _urged)
    return rng.choice(draws)(rng, now, shelf)


def _ask(rng: random.Random, intent: Intent, order: Order, catalogue: Catalogue) -> str:
    if rng.random() < 0.6:
        return draw_utterance(rng, intent)
    title = catalogue.products[0].title
    return rng.choice((order.order_id, title, f"{title[-2:]}那单", f"订单{order.order_id}")) + rng.choice(_TAILS)


def _parcel(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    order, catalogue = draw_order(rng, now, "shipped")
    status: ShipmentStatus = rng.choice(("collected", "in_transit", "in_transit", "delivering", "signed"))
    facts = shipment_facts(draw_shipment(rng, now, status), now, ZONE)
    if rng.random() < 0.2:
        facts = (order_fact(order, now, ZONE, "CNY"), *facts)
    return Scene(_ask(rng, "logistics", order, catalogue), Answer("logistics", "answered", "inform", facts), facts)


def _trouble(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    """A parcel that worries the customer: its state, the rule for it, its last event."""
    order, catalogue = draw_order(rng, now, "shipped")
    status: ShipmentStatus = rng.choice(("exception", "exception", "in_transit", "signed"))
    first, *rest = shipment_facts(draw_shipment(rng, now, status), now, ZONE)
    rules = shelf.draw_rules(rng, ("物流", "快递", "丢件", "查件", "签收"), rng.randint(0, 2))
    facts = (first, *rules, *rest[:1])
    ask = rng.choice(("需要我转人工同事为您跟进吗？", ""))
    answer = Answer("logistics", "answered", "soothe", facts, lead="给您添麻烦了，", ask=ask)
    return Scene(_ask(rng, "logistics", order, catalogue), answer, facts)


def _urged(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    order, catalogue = draw_order(rng, now, rng.choice(("paid", "packing")))
    facts = (order_fact(order, now, ZONE, "CNY"), *shelf.draw_rules(rng, ("发货", "预售"), rng.randint(0, 2)))
    answer = Answer("urge_shipping", "answered", "soothe", facts, lead="您的心情我理解，")
    return Scene(_ask(rng, "urge_shipping", order, catalogue), answer, facts)


def _state(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    order, catalogue = draw_order(rng, now)
    facts: tuple[Fact, ...] = (order_fact(order, now, ZONE, "CNY"),)
    if rng.random() < 0.6:
        facts = (*facts, goods_fact(order, catalogue, "CNY"))
    return Scene(
        _ask(rng, "order_status", order, catalogue), Answer("order_status", "answered", "inform", facts), facts
    )


def _list(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    """Several orders stand to choose from."""
    drawn = [draw_order(rng, now) for _ in range(rng.randint(2, 3))]
    facts = tuple(list_fact(order, catalogue, now, ZONE) for order, catalogue in drawn)
    if rng.random() < 0.4:
        return Scene("我最近都买了些啥", Answer("order_status", "answered", "inform", facts), facts)
    intent: Intent = rng.choice(("cancel_order", "change_address", "urge_shipping", "return_request", "logistics"))
    answer = Answer(intent, "clarify", "clarify", facts, lead="您名下有几笔订单。", ask="请问您说的是哪一笔？")
    return Scene(draw_utterance(rng, intent), answer, facts)


def _unpaid(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    order, catalogue = draw_order(rng, now, "unpaid")
    facts = (order_fact(order, now, ZONE, "CNY"),)
    ask = rng.choice(("喜欢的话记得尽快付款哦。", "付款后我们就会安排发货。", ""))
    return Scene(
        _ask(rng, "order_status", order, catalogue), Answer("order_status", "answered", "remind", facts, ask=ask), facts
    )


def _refund(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    order, catalogue = draw_order(rng, now, rng.choice(("refunding", "refunded", "cancelled")))
    rules = shelf.draw_rules(rng, ("退款", "到账", "原路"), rng.randint(1, 3))
    facts = (order_fact(order, now, ZONE, "CNY"), *rules)
    return Scene(
        _ask(rng, "refund_status", order, catalogue), Answer("refund_status", "answered", "inform", facts), facts
    )


def _refused(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    """What is wanted cannot be done, or not yet."""
    intent: Intent = rng.choice(("cancel_order", "change_address", "return_request", "exchange"))
    order, _ = draw_order(rng, now, rng.choice(("shipped", "signed", "packing")))
    words = {
        "cancel_order": ("取消",),
        "change_address": ("地址", "改"),
        "return_request": ("退货",),
        "exchange": ("换货",),
    }
    facts = (order_fact(order, now, ZONE, "CNY"), *shelf.draw_rules(rng, words[intent], rng.randint(0, 2)))
    if rng.random() < 0.3:
        ask = rng.choice(
            (
                "请问想换成什么颜色和尺码？",
                "请把新的收货地址完整发给我，写到门牌号。",
                "需要的话回复“人工”，我请同事帮您跟进。",
            )
        )
        return Scene(draw_utterance(rng, intent), Answer(intent, "clarify", "clarify", facts, ask=ask), facts)
    answer = Answer(intent, "declined", "decline", facts, lead="抱歉，这笔订单现在没有办法直接修改，")
    return Scene(draw_utterance(rng, intent), answer, facts)


def _unknown(rng: random.Random, now: datetime, shelf: Shelf) -> Scene:
    order, _ = draw_order(rng, now)
    facts = (Fact("echo", f"您账号下没有查到{order.order_id}这个单号。"),)
    text = order.order_id + rng.choice(_TAILS)
    answer = Answer("order_status", "clarify", "clarify", facts, ask="麻烦核对一下订单号再发给我好吗？")
    return Scene(text, answer, facts)
