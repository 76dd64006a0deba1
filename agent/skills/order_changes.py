"""Changes to an order that is not sent yet: cancel it, send it elsewhere."""

import re

from agent.evidence import Answer, Fact
from agent.facts.form import quote, say_amount
from agent.facts.orders import order_source, say_goods
from agent.facts.policies import policy_facts, sentence_fact
from agent.skills.policy import answer_policy, find_hits
from agent.skills.proposals import propose
from agent.skills.return_rules import refusal
from agent.skills.selection import ask_number, select_order, state_fact
from agent.state import PendingSlot
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore
from retrieval.retriever import Hit
from tools.orders import Order

CHANGEABLE = ("unpaid", "paid")
_NOT_SENT = ("unpaid", "paid", "packing")
_CLOSED = ("cancelled", "refunding", "refunded")
_NO_CANCEL = re.compile(r"(?:不支持|不可|不能|不予|无法)[^。，,]{0,12}(?:取消|退款|修改)")
_STATE_WORDS = {
    "packing": re.compile(r"(?<!未)(?:打包|配货|拣货|备货)(?!前)|出库前"),
    "shipped": re.compile(r"(?<!未)(?:已经?)?(?:发货|发出|出库|寄出)(?!前)后?|在途|拒收"),
    "signed": re.compile(r"签收"),
}
"""How policies name the state of an order."""
_TOO_LATE_TO_CANCEL = {
    "packing": "订单正在打包配货，还没有发出，怎么取消",
    "shipped": "订单已经发货了，怎么取消",
    "signed": "订单已经签收了，不想要了怎么退货",
}
"""What is looked up in the policies for an order that cannot simply be cancelled any more."""
_TOO_LATE_TO_MOVE = {
    "packing": "订单正在打包配货，还能修改收货地址吗",
    "shipped": "订单已经发货了，还能修改收货地址吗",
    "signed": "订单已经签收了，还能修改收货地址吗",
}


async def cancel(turn: Turn, ask: IntentScore) -> Answer:
    """Propose to cancel an order that is not being sent yet; otherwise say why not and what the rule is."""
    chosen = await select_order(turn, ask, lambda order: order.status in _NOT_SENT)
    if chosen.order is None:
        return chosen.instead or ask_number(turn, ask)
    return propose_cancel(turn, ask, chosen.order)


def propose_cancel(turn: Turn, ask: IntentScore, order: Order) -> Answer:
    """Put the cancelling of one order to the customer."""
    if order.status in _CLOSED:
        return Answer(ask.intent, "answered", "inform", (state_fact(turn, order),))
    if order.status not in CHANGEABLE:
        return _too_late(turn, ask, order, _TOO_LATE_TO_CANCEL[order.status])
    skus = [item.sku for item in order.items]
    excluded = (
        refusal(turn, order, skus, _NO_CANCEL, "这个商品付款后可以取消订单吗") if order.status == "paid" else None
    )
    if excluded is not None:
        return Answer(
            ask.intent, "declined", "decline", (state_fact(turn, order), excluded), lead="抱歉，这笔订单有特别的规定，"
        )
    paid = order.status == "paid"
    if paid and order.amount > turn.profile.handoff.refund_amount:
        turn.notes.handoff = "over_limit"
        return Answer(ask.intent, "handoff", "handoff", (state_fact(turn, order),))
    money = f"，已付的{say_amount(order.amount, turn.currency)}会原路退回" if paid else ""
    summary = f"为您取消订单{order.order_id}（{say_goods(order, turn.catalogue)}）{money}，取消后不能恢复。"
    propose(turn, "cancel_order", {"order_id": order.order_id, "reason": "客户主动取消"}, summary)
    return _confirm(ask, order, summary)


async def change_address(turn: Turn, ask: IntentScore) -> Answer:
    """Propose a new address for an order that has not left; ask for the address where it is missing."""
    chosen = await select_order(turn, ask, lambda order: order.status in _NOT_SENT)
    if chosen.order is None:
        return chosen.instead or ask_number(turn, ask)
    order = chosen.order
    if order.status in _CLOSED and not _names_order(turn) and find_hits(turn, ask):
        return await answer_policy(turn, ask)
    if order.status in _CLOSED:
        return Answer(ask.intent, "answered", "inform", (state_fact(turn, order),))
    if order.status not in CHANGEABLE:
        return _too_late(turn, ask, order, _TOO_LATE_TO_MOVE[order.status])
    entities = turn.understood.entities
    if entities.address is None:
        turn.notes.slot = PendingSlot(ask.intent, "address")
        return Answer(
            ask.intent, "clarify", "clarify", (state_fact(turn, order),), ask="请把新的收货地址完整发给我，写到门牌号。"
        )
    args = {"order_id": order.order_id, "address": entities.address, "phone": entities.phone}
    phone = f"，联系电话改为{entities.phone}" if entities.phone else ""
    summary = f"把订单{order.order_id}的收货地址改为{quote(entities.address)}{phone}。"
    propose(turn, "change_address", args, summary)
    return _confirm(ask, order, summary)


def _names_order(turn: Turn) -> bool:
    """Whether the message gives an order's number, or its last digits."""
    return bool(turn.understood.entities.order_ids or turn.understood.entities.order_suffixes)


def _confirm(ask: IntentScore, order: Order, summary: str) -> Answer:
    fact = Fact("proposal", f"将{summary}", order_source(order))
    return Answer(ask.intent, "clarify", "confirm", (fact,), ask="请问确认这样办理吗？")


def _too_late(turn: Turn, ask: IntentScore, order: Order, question: str) -> Answer:
    hits = turn.lookup(question, order=order) or find_hits(turn, ask, order)
    rule = _rule_for(turn, hits[0], order.status) if hits else ()
    lead = "抱歉，这笔订单现在没有办法直接修改，"
    person = "需要的话回复“人工”，我请同事帮您跟进。" if order.status == "packing" else ""
    if person and any("人工" in fact.text for fact in rule):
        return Answer(ask.intent, "clarify", "clarify", (state_fact(turn, order), *rule), ask=person)
    return Answer(ask.intent, "declined", "decline", (state_fact(turn, order), *rule), lead=lead, ask=person)


def _rule_for(turn: Turn, hit: Hit, status: str) -> tuple[Fact, ...]:
    """The most relevant sentence that speaks of the order's state, else the most relevant one."""
    words = _STATE_WORDS.get(status)
    told = next((text for text, _ in hit.sentences if words and words.search(text)), None)
    if told is not None:
        return (sentence_fact(hit, told),)
    return policy_facts(hit, turn.named_lately, most=1) if words is None else ()
