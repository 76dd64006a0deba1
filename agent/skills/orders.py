"""Questions about the state of an order, its parcel and its money."""

from agent.evidence import Answer, Fact
from agent.facts.orders import goods_fact, order_fact, shipment_facts
from agent.facts.policies import policy_facts
from agent.skills.policy import find_hits
from agent.skills.selection import select_order
from agent.turn import Turn
from agent.understanding.understand import IntentScore
from tools.orders import Order

_WAITING = ("paid", "packing")
_OPEN = ("unpaid", "paid", "packing", "shipped")
_MONEY = ("refunding", "refunded")


async def say_order_status(turn: Turn, ask: IntentScore) -> Answer:
    """Say the state of an order; a sent one with its parcel, an unpaid one with a reminder."""
    chosen = await select_order(turn, ask, lambda order: order.status in _OPEN)
    if chosen.order is None:
        return chosen.instead or _nothing(ask)
    order = chosen.order
    facts = [_order_fact(turn, order)]
    if order.status == "unpaid":
        return Answer(ask.intent, "answered", "remind", (facts[0],), ask="喜欢的话记得尽快付款哦。")
    if order.tracking_no and order.status in ("shipped", "signed"):
        facts.extend(await _parcel_facts(turn, order))
    else:
        facts.append(goods_fact(order, turn.catalogue, turn.currency))
    return Answer(ask.intent, "answered", "inform", tuple(facts))


async def say_logistics(turn: Turn, ask: IntentScore) -> Answer:
    """Say where a parcel is and when it is due; trouble on the way gets sympathy and the rule for it."""
    chosen = await select_order(turn, ask, lambda order: order.status == "shipped")
    if chosen.order is None:
        return chosen.instead or _nothing(ask)
    order = chosen.order
    if not order.tracking_no or order.status in (*_WAITING, "unpaid"):
        facts = (_order_fact(turn, order), *_rule(turn, ask, "下单后多久发货"))
        return Answer(ask.intent, "answered", "inform", facts)
    shipment = await turn.desk.shipment(order.tracking_no)
    if shipment is None:
        fact = Fact("echo", f"单号{order.tracking_no}暂时还没有查到物流信息。")
        return Answer(ask.intent, "answered", "inform", (_order_fact(turn, order), fact))
    said = list(shipment_facts(shipment, turn.now, turn.profile.timezone))
    if shipment.status == "exception" or _is_missing(turn, ask):
        rule = _rule(turn, ask, ask.clause)
        lead = "给您添麻烦了，我马上帮您看了物流。"
        return Answer(
            ask.intent, "answered", "soothe", (*said[:2], *rule), lead=lead, ask="需要我转人工同事为您跟进吗？"
        )
    return Answer(ask.intent, "answered", "inform", tuple(said))


def _is_missing(turn: Turn, ask: IntentScore) -> bool:
    text = ask.clause
    return any(
        word in text for word in ("没收到", "没有收到", "未收到", "丢了", "丢件", "不动", "没动", "没更新", "不更新")
    )


async def urge(turn: Turn, ask: IntentScore) -> Answer:
    """Answer a customer who waits for the goods to be sent: the order's state and the rule for sending."""
    chosen = await select_order(turn, ask, lambda order: order.status in _WAITING)
    if chosen.order is None:
        return chosen.instead or _nothing(ask)
    order = chosen.order
    if order.status in _WAITING:
        facts = (_order_fact(turn, order), *_rule(turn, ask, "付款后多久发货，最晚什么时候发出"))
        return Answer(ask.intent, "answered", "soothe", facts, lead="您的心情我理解。")
    if order.status == "unpaid":
        return Answer(ask.intent, "answered", "remind", (_order_fact(turn, order),), ask="付款后我们就会安排发货。")
    return await say_order_status(turn, ask)


async def say_refund(turn: Turn, ask: IntentScore) -> Answer:
    """Say where the money of a refund is, and how long it takes by rule."""
    chosen = await select_order(turn, ask, lambda order: order.status in _MONEY)
    if chosen.order is None:
        rule = _rule(turn, ask, ask.clause)
        if rule and chosen.instead is not None and not turn.understood.entities.order_ids:
            return Answer(ask.intent, "answered", "inform", (*chosen.instead.facts, *rule), ask=chosen.instead.ask)
        return chosen.instead or _nothing(ask)
    facts = (_order_fact(turn, chosen.order), *_rule(turn, ask, "退款多久到账"))
    return Answer(ask.intent, "answered", "inform", facts)


def _rule(turn: Turn, ask: IntentScore, question: str) -> tuple[Fact, ...]:
    hits = turn.lookup(question) or find_hits(turn, ask)
    return policy_facts(hits[0], most=1) if hits else ()


async def _parcel_facts(turn: Turn, order: Order) -> tuple[Fact, ...]:
    shipment = await turn.desk.shipment(order.tracking_no or "")
    return shipment_facts(shipment, turn.now, turn.profile.timezone)[:2] if shipment else ()


def _order_fact(turn: Turn, order: Order) -> Fact:
    return order_fact(order, turn.now, turn.profile.timezone, turn.currency)


def _nothing(ask: IntentScore) -> Answer:
    return Answer(ask.intent, "clarify", "clarify", ask="麻烦把订单号发给我好吗？")
