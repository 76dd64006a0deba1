"""Questions about the state of an order, its parcel and its money."""

import re
from datetime import timedelta

from agent.evidence import Answer, Fact
from agent.facts.goods import sku_fact
from agent.facts.orders import goods_fact, list_fact, said_at_once, shipment_facts
from agent.facts.policies import answer_facts, ranked_sentences, sentence_fact
from agent.skills.deadlines import asks_until_when, last_day_facts
from agent.skills.policy import answer_policy, at_home, find_hits
from agent.skills.precedence import PLAIN, names_own
from agent.skills.rule_questions import names_one_of_theirs, supposes
from agent.skills.selection import ask_number, named_orders, select_order, state_fact
from agent.skills.third_parties import is_of_somebody_else
from agent.skills.when import asks_the_day
from agent.turn.context import Turn
from agent.understanding.intents import Intent
from agent.understanding.understand import IntentScore
from retrieval.answer_types import held_types
from retrieval.words import fold
from tools.orders import Order
from tools.parcels import Shipment

_WAITING = ("paid", "packing")
_OPEN = ("unpaid", "paid", "packing", "shipped")
_MONEY = ("refunding", "refunded")
_LISTED = 3
_STILL = timedelta(days=3)
"""A parcel that has not moved for so long is looked after."""
_LONG_THERE = timedelta(days=7)
_WHERE = re.compile(r"哪|到[了没吗不]")
_TROUBLE = re.compile(
    r"也没有|还是没|[没未](?:有)?(?:收到|拿到|见到|看到)|丢|不(?:动|更新)|没(?:动|更新|有更新)|[卡停]在?|坏了|破了|异常|怎么办|咋办"
)
_HOW_LONG = "退款多久到账"
"""What is looked up for how long a refund takes."""
_OF_SENDING = re.compile(r"发|寄|出库|等")
"""Words about goods that have not left yet, where 到 and 送 are about their way."""
_ASKS_ALL = re.compile(
    r"(?:买了|订了|拍了|下了|有)(?:些)?(?:哪些|什么|啥|几单|几个|多少)(?!时候)|哪[些几](?:个|笔)?(?:订?单|东西)|"
    r"所有.{0,3}订?单|全部.{0,3}订?单|最近.{0,4}订单"
)


async def say_order_status(turn: Turn, ask: IntentScore) -> Answer:
    """Say the state of an order; a sent one with its parcel, an unpaid one with a reminder; or name all orders."""
    if _ASKS_ALL.search(ask.clause) and not is_of_somebody_else(ask.clause) and not turn.understood.entities.order_ids:
        return await _list_orders(turn, ask)
    several = [] if is_of_somebody_else(ask.clause) else named_orders(turn, await turn.desk.own_orders())
    if len(several) > 1:
        states = tuple(state_fact(turn, order) for order in several[:_LISTED])
        return Answer(ask.intent, "answered", "inform", states)
    chosen = await select_order(turn, ask, lambda order: order.status in _OPEN)
    if chosen.order is None:
        return chosen.instead or ask_number(turn, ask)
    order = chosen.order
    facts = [state_fact(turn, order)]
    if order.status == "unpaid":
        return Answer(ask.intent, "answered", "remind", (facts[0],), ask="喜欢的话记得尽快付款哦。")
    if order.tracking_no and order.status in ("shipped", "signed"):
        facts.extend(await _parcel_facts(turn, order))
    elif order.status in _WAITING and asks_the_day(ask.clause):
        return Answer(ask.intent, "answered", "inform", say_waiting(turn, ask, order))
    else:
        facts.extend((*presale_facts(turn, order), goods_fact(order, turn.catalogue, turn.currency)))
    return Answer(ask.intent, "answered", "inform", tuple(facts))


async def say_logistics(turn: Turn, ask: IntentScore) -> Answer:
    """Say where a parcel is and when it is due; trouble on the way gets sympathy and the rule for it."""
    chosen = await select_order(turn, ask, lambda order: order.status == "shipped")
    if chosen.refusal is not None:
        return chosen.refusal
    if chosen.order is None:
        named = turn.understood.entities.order_ids or turn.understood.entities.tracking_nos
        rule = () if named or await turn.desk.own_orders() else _rule(turn, ask, ask.clause, most=2)
        return Answer(ask.intent, "answered", "inform", rule) if rule else chosen.instead or ask_number(turn, ask)
    order = chosen.order
    if _is_long_there(turn, order) and _asks_in_general(turn, ask):
        return await answer_policy(turn, ask)
    if not order.tracking_no or order.status in (*_WAITING, "unpaid"):
        intent: Intent = "order_status" if _OF_SENDING.search(ask.clause) else ask.intent
        return Answer(intent, "answered", "inform", say_waiting(turn, ask, order))
    shipment = await turn.desk.shipment(order.tracking_no)
    if shipment is None:
        fact = Fact("echo", f"单号{order.tracking_no}暂时还没有查到物流信息。")
        return Answer(ask.intent, "answered", "inform", (state_fact(turn, order), fact))
    said = list(shipment_facts(shipment, turn.now, turn.profile.timezone))
    if shipment.status == "exception" or _is_missing(ask) or _is_late(turn, shipment):
        facts = (said_at_once(said[:2]), *_trouble_rule(turn, ask, order))
        question = "需要我转人工同事为您跟进吗？"
        return Answer(ask.intent, "answered", "soothe", facts, lead="给您添麻烦了，", ask=question)
    return Answer(ask.intent, "answered", "inform", tuple(said))


def _is_long_there(turn: Turn, order: Order) -> bool:
    """Whether an order arrived so long ago that hardly anybody waits for it."""
    return order.signed_at is not None and turn.now - order.signed_at > _LONG_THERE


def _asks_in_general(turn: Turn, ask: IntentScore) -> bool:
    """Whether a question on parcels names none and a policy plainly answers it."""
    if names_own(turn) or names_one_of_theirs(ask.clause) or _WHERE.search(ask.clause):
        return False
    hits = find_hits(turn, ask)
    return bool(hits) and hits[0].score >= PLAIN


async def _list_orders(turn: Turn, ask: IntentScore) -> Answer:
    orders = await turn.desk.own_orders()
    zone = turn.profile.timezone
    facts = tuple(list_fact(order, turn.catalogue, turn.now, zone) for order in orders[:_LISTED])
    return Answer(ask.intent, "answered", "inform", facts or (Fact("echo", "您的账号下目前没有订单。"),))


def presale_facts(turn: Turn, order: Order) -> tuple[Fact, ...]:
    """For an order that waits: which of its goods are on presale, and when they are sent."""
    if order.status not in (*_WAITING, "unpaid"):
        return ()
    found = (turn.catalogue.by_sku.get(item.sku) for item in order.items)
    return tuple(sku_fact(*entry, turn.today) for entry in found if entry and entry[1].status == "presale")


def say_waiting(turn: Turn, ask: IntentScore, order: Order) -> tuple[Fact, ...]:
    """Say of an order that is not sent yet how it stands, the day of its presale goods, and the rule that holds for it."""
    presale = presale_facts(turn, order)
    question = f"预售商品 {ask.clause}" if presale else "付款后多久发货，最晚什么时候发出"
    return (state_fact(turn, order), *presale, *_rule(turn, ask, question, order))


def _say_what_if(turn: Turn, ask: IntentScore, order: Order) -> tuple[Fact, ...]:
    """Say of an order that is not sent yet what holds if things go otherwise than planned."""
    presale = presale_facts(turn, order)
    rule = _rule(turn, ask, f"{'预售商品' if presale else '现货'} {ask.clause} 补偿", order, most=2)
    return (*rule, state_fact(turn, order), *presale)


def _is_missing(ask: IntentScore) -> bool:
    return _TROUBLE.search(ask.clause) is not None


def _is_late(turn: Turn, shipment: Shipment) -> bool:
    """Whether a parcel is overdue, or has not moved for days."""
    if shipment.status in ("signed", "exception"):
        return False
    last = max((event.at for event in shipment.events), default=None)
    overdue = shipment.eta is not None and shipment.eta < turn.today
    return overdue or (last is not None and turn.now - last > _STILL)


async def urge(turn: Turn, ask: IntentScore) -> Answer:
    """Answer a customer who waits for the goods to be sent: the order's state and the rule for sending."""
    chosen = await select_order(turn, ask, lambda order: order.status in _WAITING)
    what_if = supposes(ask.clause)
    if what_if and (chosen.order is None or chosen.order.status not in _WAITING) and find_hits(turn, ask):
        return await answer_policy(turn, ask)
    if chosen.order is None:
        return chosen.instead or ask_number(turn, ask)
    order = chosen.order
    if order.status in _WAITING:
        facts = _say_what_if(turn, ask, order) if what_if else say_waiting(turn, ask, order)
        return Answer(ask.intent, "answered", "soothe", facts, lead="您的心情我理解，")
    if order.status == "unpaid":
        return Answer(ask.intent, "answered", "remind", (state_fact(turn, order),), ask="付款后我们就会安排发货。")
    return await say_order_status(turn, ask)


async def say_refund(turn: Turn, ask: IntentScore) -> Answer:
    """Say where the money of a refund is, and how long it takes by rule."""
    chosen = await select_order(turn, ask, lambda order: order.status in _MONEY)
    if chosen.refusal is not None:
        return chosen.refusal
    if chosen.order is None:
        by_way = _by_way_of_paying(turn)
        if by_way:
            return Answer(ask.intent, "answered", "inform", by_way)
        rule = _rule(turn, ask, ask.clause)
        if rule and chosen.instead is not None and not turn.understood.entities.order_ids:
            return Answer(ask.intent, "answered", "inform", (*chosen.instead.facts, *rule), ask=chosen.instead.ask)
        return chosen.instead or ask_number(turn, ask)
    entities = turn.understood.entities
    waits = chosen.order.status in _OPEN and not (entities.order_ids or entities.order_suffixes)
    if waits and find_hits(turn, ask):
        return await answer_policy(turn, ask)
    if chosen.order.status == "signed" and asks_until_when(turn.understood.folded):
        return Answer("return_policy", "answered", "inform", last_day_facts(turn, chosen.order))
    return Answer(
        ask.intent, "answered", "inform", (state_fact(turn, chosen.order), *_when_paid(turn, ask, chosen.order))
    )


def _when_paid(turn: Turn, ask: IntentScore, order: Order) -> tuple[Fact, ...]:
    """How long a refund takes: by the way of paying that was named, and what holds for all of them."""
    question = "取消订单后退款多久发起，多久到账" if order.status == "cancelled" else _HOW_LONG
    hits = turn.lookup(question, order=order) or find_hits(turn, ask, order)
    if not hits:
        return ()
    lately = turn.named_lately
    ranked = ranked_sentences(hits[:1], lately)
    named = [one for one in ranked if one.row is not None and one.row.is_named(lately)]
    general = [one for one in ranked if one.row is None and "退款" in one.sentence]
    timed = [one for one in general if "duration" in held_types(fold(one.sentence))]
    said = (*named[:1], *(timed or general)[:1]) or [one for one in ranked if "退" in one.sentence][:1]
    return tuple(sentence_fact(one.hit, one.sentence) for one in said)


def _by_way_of_paying(turn: Turn) -> tuple[Fact, ...]:
    """How long a refund takes by the way of paying that the message names; empty: it names none, or no policy tells."""
    ranked = ranked_sentences(turn.lookup(_HOW_LONG)[:1], turn.understood.folded)
    named = [one for one in ranked if one.row is not None and one.row.is_named(turn.understood.folded)]
    timed = [one for one in ranked if one.row is None and "duration" in held_types(fold(one.sentence))]
    return tuple(sentence_fact(one.hit, one.sentence) for one in (*named[:1], *timed[:1])) if named else ()


def _rule(turn: Turn, ask: IntentScore, question: str, order: Order | None = None, most: int = 1) -> tuple[Fact, ...]:
    # The customer's own words were looked up in the light of the message before; a question of ours stands by itself.
    own = question == ask.clause
    hits = (() if own else turn.lookup(question, order=order)) or find_hits(turn, ask, order)
    return answer_facts(at_home(turn, hits[:1]), turn.named_lately, most)


def _trouble_rule(turn: Turn, ask: IntentScore, order: Order) -> tuple[Fact, ...]:
    """The rule for a parcel in trouble: for the whole message, else for the words that ask."""
    return _rule(turn, ask, ask.clause, order, most=2)


async def _parcel_facts(turn: Turn, order: Order) -> tuple[Fact, ...]:
    shipment = await turn.desk.shipment(order.tracking_no or "")
    return shipment_facts(shipment, turn.now, turn.profile.timezone)[:2] if shipment else ()
