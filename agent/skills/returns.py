"""Sending goods back and swapping them, within the policy in force and the shop's amount limit."""

import re
from collections.abc import Sequence
from decimal import Decimal

from agent.evidence import Answer, Fact
from agent.facts.form import quote, say_amount
from agent.facts.goods import is_buyable, say_sku, sku_fact
from agent.facts.orders import order_source
from agent.facts.policies import answer_facts
from agent.skills.clues import named_goods
from agent.skills.order_changes import propose_cancel
from agent.skills.policy import answer_policy, find_hits
from agent.skills.proposals import propose
from agent.skills.return_rules import judge_return, reason_of
from agent.skills.selection import select_order, state_fact
from agent.state import PendingSlot
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Sku
from tools.orders import Order

_BACK = ("signed", "shipped")
_ASKS_RULE = re.compile(r"如果|要是|万一|假如|[吗么嘛?？]$|谁|多久|几天|多少|怎么|哪里")


async def return_goods(turn: Turn, ask: IntentScore) -> Answer:
    """Propose a return of goods that arrived; an order not sent yet is cancelled instead, a question gets the rule."""
    if not ask.is_request and _ASKS_RULE.search(ask.clause) and find_hits(turn, ask):
        return await answer_policy(turn, ask)
    chosen = await select_order(turn, ask, lambda order: order.status in _BACK)
    if chosen.order is None:
        return _with_rule(turn, ask, chosen.instead)
    order = chosen.order
    if order.status in ("unpaid", "paid", "packing"):
        return propose_cancel(turn, ask, order)
    if order.status != "signed":
        return _not_now(turn, ask, order)
    skus = named_goods(turn, order)
    amount = _worth(order, skus)
    verdict = judge_return(turn, order, skus)
    if not verdict.allowed:
        said = (state_fact(turn, order), *((verdict.fact,) if verdict.fact else ()))
        lead = "抱歉，这件商品没有办法为您申请退货，"
        return Answer(ask.intent, "declined", "decline", said, lead=lead)
    if amount > turn.profile.handoff.refund_amount:
        turn.notes.handoff = "over_limit"
        return Answer(ask.intent, "handoff", "handoff", (state_fact(turn, order),))
    return _propose_return(turn, ask, order, skus, amount, verdict.fact)


def _propose_return(
    turn: Turn, ask: IntentScore, order: Order, skus: Sequence[str], amount: Decimal, rule: Fact | None
) -> Answer:
    reason = reason_of(turn) or "不想要了"
    args = {"order_id": order.order_id, "skus": list(skus), "kind": "return", "reason": reason}
    money = say_amount(amount, turn.currency)
    summary = f"为订单{order.order_id}的{_names(turn, skus)}提交退货申请，退款金额{money}，原路退回。"
    propose(turn, "create_return", args, summary)
    facts = (Fact("proposal", f"将{summary}", order_source(order)), *((rule,) if rule else ()))
    return Answer(ask.intent, "clarify", "confirm", facts, ask="请问确认提交吗？")


async def exchange(turn: Turn, ask: IntentScore) -> Answer:
    """Answer the rule; where an order and a new colour or size are named, propose the swap."""
    entities = turn.understood.entities
    slot = turn.state.slot
    wants = ask.is_request or (slot is not None and slot.intent == "exchange")
    if not (entities.color or entities.size) or not wants:
        rule = await answer_policy(turn, ask)
        if wants and rule.outcome == "answered":
            turn.notes.slot = PendingSlot(ask.intent, "sku")
            return Answer(
                rule.intent, "answered", "inform", rule.facts[:2], ask="想换哪笔订单的哪件商品、换成什么颜色尺码？"
            )
        return rule
    chosen = await select_order(turn, ask, lambda order: order.status == "signed")
    if chosen.order is None:
        return _with_rule(turn, ask, chosen.instead)
    if chosen.order.status != "signed":
        return _not_now(turn, ask, chosen.order, answer_facts(find_hits(turn, ask), turn.named_lately, 1))
    return _propose_exchange(turn, ask, chosen.order)


def _propose_exchange(turn: Turn, ask: IntentScore, order: Order) -> Answer:
    skus = named_goods(turn, order)
    verdict = judge_return(turn, order, skus)
    if not verdict.allowed:
        said = (state_fact(turn, order), *((verdict.fact,) if verdict.fact else ()))
        return Answer(ask.intent, "declined", "decline", said, lead="抱歉，这件商品没有办法为您换货，")
    target = _target(turn, skus[0])
    if target is None:
        turn.notes.slot = PendingSlot(ask.intent, "sku")
        return Answer(ask.intent, "clarify", "clarify", (state_fact(turn, order),), ask="请问想换成什么颜色和尺码？")
    product = turn.catalogue.by_sku[target.sku][0]
    turn.desk.stock(product, (target,), {})
    if not is_buyable(target):
        fact = sku_fact(product, target, turn.today)
        turn.notes.slot = PendingSlot(ask.intent, "sku")
        return Answer(ask.intent, "answered", "alternative", (fact,), ask="可以换其他颜色尺码，或者为您申请退货。")
    args = {
        "order_id": order.order_id,
        "skus": [skus[0]],
        "kind": "exchange",
        "reason": reason_of(turn) or "换颜色尺码",
        "exchange_sku": target.sku,
    }
    summary = f"为订单{order.order_id}提交换货申请，换成{say_sku(product, target)}。"
    propose(turn, "create_return", args, summary)
    fact = Fact("proposal", f"将{summary}", order_source(order))
    return Answer(ask.intent, "clarify", "confirm", (fact,), ask="请问确认提交吗？")


def _target(turn: Turn, sku: str) -> Sku | None:
    found = turn.catalogue.by_sku.get(sku)
    if found is None:
        return None
    product, old = found
    entities = turn.understood.entities
    color, size = entities.color or old.color, entities.size or old.size
    fitting = [other for other in product.skus if (other.color, other.size) == (color, size) and other.sku != sku]
    return fitting[0] if len(fitting) == 1 else None


def _worth(order: Order, skus: Sequence[str]) -> Decimal:
    total = sum((item.price * item.quantity for item in order.items if item.sku in set(skus)), Decimal(0))
    return min(total, order.amount)


def _names(turn: Turn, skus: Sequence[str]) -> str:
    found = [turn.catalogue.by_sku.get(sku) for sku in skus]
    return "、".join(say_sku(*entry) if entry else quote(sku) for entry, sku in zip(found, skus, strict=True))


def _not_now(turn: Turn, ask: IntentScore, order: Order, first: tuple[Fact, ...] = ()) -> Answer:
    hits = turn.lookup("已经发货的订单不想要了怎么办，可以拒收吗", order=order) if order.status == "shipped" else ()
    rule = answer_facts(hits, turn.named_lately, 1)
    return Answer(ask.intent, "answered", "inform", (state_fact(turn, order), *first, *rule))


def _with_rule(turn: Turn, ask: IntentScore, instead: Answer | None) -> Answer:
    hits = find_hits(turn, ask)
    rule = answer_facts(hits, turn.named_lately, 1)
    if instead is None:
        return Answer(ask.intent, "answered", "inform", rule)
    if instead.outcome == "declined":
        return instead
    return Answer(ask.intent, instead.outcome, instead.strategy, (*instead.facts, *rule), instead.lead, instead.ask)
