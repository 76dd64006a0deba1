"""Carrying out a write that the customer said yes to: checked again, recorded as intended, called once, reported from its receipt."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from agent.evidence import Answer, Fact
from agent.facts.form import quote, say_amount, say_day
from agent.facts.goods import say_sku
from agent.messages import PendingAction
from agent.skills.proposals import hash_action
from agent.store.port import Action, ActionLedger
from agent.store.receipts import receipt_from_json, receipt_to_json
from agent.turn.context import Turn
from agent.turn.preconditions import Obstacle, find_obstacle
from agent.understanding.intents import Intent
from tools.errors import NotFound, OutcomeUnknown, Refused, Unavailable
from tools.receipts import Receipt


def intent_of(pending: PendingAction) -> Intent:
    """The intent that a pending write belongs to."""
    if pending.tool == "create_return":
        return "exchange" if pending.args.get("kind") == "exchange" else "return_request"
    table: Mapping[str, Intent] = {
        "cancel_order": "cancel_order",
        "change_address": "change_address",
        "issue_coupon": "coupon",
        "subscribe_restock": "restock_notify",
    }
    return table[pending.tool]


def action_key(conversation_id: str, pending: PendingAction) -> str:
    """The idempotency key of a write: the conversation, the turn that proposed it, and its arguments."""
    return hashlib.sha256(f"{conversation_id}\n{pending.turn_id}\n{pending.args_hash}".encode()).hexdigest()[:40]


async def carry_out(turn: Turn, pending: PendingAction, ledger: ActionLedger) -> Answer:
    """Do what the customer said yes to, once, and say only what the receipt shows."""
    intent = intent_of(pending)
    if hash_action(pending.tool, pending.args) != pending.args_hash:
        lead = "抱歉，要办理的内容没有核对上，这次没有办理。"
        return Answer(intent, "clarify", "clarify", lead=lead, ask="请再告诉我一次您想办理什么。")
    key = action_key(turn.message.conversation_id, pending)
    known = await ledger.intend(key, turn.message.conversation_id, turn.turn_id, pending.tool, pending.args)
    try:
        obstacle = await find_obstacle(turn, pending) if _is_still_to_do(known) else None
        if obstacle is not None:
            await ledger.settle(key, "refused", None)
            return _hindered(turn, intent, obstacle)
        receipt = await turn.desk.write(pending.tool, pending.args, lambda: _done_once(turn, pending, key, known))
    except (Refused, NotFound) as exc:
        await ledger.settle(key, "refused", None)
        reason = quote(exc.reason if isinstance(exc, Refused) else "没有查到对应的订单或商品")
        said = Fact("order", reason if reason.endswith("。") else f"{reason}。")
        return Answer(intent, "declined", "decline", (said,), lead="抱歉，这次没有办成。")
    except Unavailable:
        await ledger.settle(key, "not_done", None)
        turn.notes.failures.append("tool")
        lead, ask = "抱歉，系统暂时没有响应，这次没有办成。", "需要的话我帮您转人工处理。"
        return Answer(intent, "declined", "abstain", lead=lead, ask=ask)
    except OutcomeUnknown:
        await ledger.settle(key, "unknown", None)
        turn.notes.handoff = "unknown_outcome"
        return Answer(intent, "handoff", "handoff", lead="系统还没有确认办理结果，我请同事为您核实。")
    await ledger.settle(key, "done", receipt_to_json(receipt))
    turn.notes.order_id = receipt.order_id or turn.notes.order_id
    return Answer(intent, "answered", "done", _receipt_facts(turn, pending, receipt))


def _is_still_to_do(known: Action | None) -> bool:
    """Whether the back-end surely has not done it, so that what it would do may be checked first."""
    return known is None or known.outcome in ("refused", "not_done")


def _hindered(turn: Turn, intent: Intent, obstacle: Obstacle) -> Answer:
    if obstacle.for_person:
        turn.notes.handoff = "over_limit"
        return Answer(intent, "handoff", "handoff", (obstacle.fact,))
    return Answer(intent, "declined", "decline", (obstacle.fact,), lead="抱歉，情况有变化，这次没有办法办理。")


async def _done_once(turn: Turn, pending: PendingAction, key: str, known: Action | None) -> Receipt:
    """Have a write done. One that was intended before is asked for, and sent again only when it never arrived."""
    if known is None:
        return await _make(turn, pending, key)
    if known.outcome == "done" and known.receipt is not None:
        return receipt_from_json(known.receipt)
    try:
        status = await turn.desk.backends.orders.action_status(turn.message.customer_id, key)
    except Unavailable as exc:
        raise OutcomeUnknown(pending.tool, key) from exc
    if status.state == "done" and status.receipt is not None:
        return status.receipt
    if status.state == "refused" or known.outcome == "refused":
        raise Refused(status.code or "refused", status.reason or "系统没有通过这次申请")
    if status.state == "absent" and known.outcome == "not_done":
        raise Unavailable(f"{pending.tool!r} under key {key!r} was not done before; put it to the customer anew")
    if status.state == "absent" and known.outcome in (None, "lapsed"):
        obstacle = await find_obstacle(turn, pending)
        if obstacle is not None:
            raise Refused("changed", obstacle.fact.text)
        return await _make(turn, pending, key)
    raise OutcomeUnknown(pending.tool, key)


async def _make(turn: Turn, pending: PendingAction, key: str) -> Receipt:
    return await turn.desk.backends.orders.make(pending.tool, turn.message.customer_id, pending.args, key=key)


def _receipt_facts(turn: Turn, pending: PendingAction, receipt: Receipt) -> tuple[Fact, ...]:
    say = {
        "cancel_order": _cancelled,
        "change_address": _moved,
        "create_return": _returned,
        "issue_coupon": _issued,
        "subscribe_restock": _subscribed,
    }[pending.tool]
    return tuple(Fact("receipt", text, action=pending.tool) for text in say(turn, pending, receipt))


def _cancelled(turn: Turn, pending: PendingAction, receipt: Receipt) -> list[str]:
    said = [f"订单{receipt.order_id}已为您取消。"]
    refund = receipt.detail.get("refund_amount")
    if refund not in (None, "", "0", "0.00", 0):
        said.append(f"已付的{say_amount(Decimal(str(refund)), turn.currency)}会原路退回。")
    return said


def _moved(turn: Turn, pending: PendingAction, receipt: Receipt) -> list[str]:
    return [f"订单{receipt.order_id}的收货地址已为您改为{quote(str(pending.args['address']))}。"]


def _returned(turn: Turn, pending: PendingAction, receipt: Receipt) -> list[str]:
    number = receipt.detail.get("return_id") or receipt.receipt_id
    if pending.args.get("kind") == "exchange":
        found = turn.catalogue.by_sku.get(str(pending.args.get("exchange_sku")))
        target = f"，换成{say_sku(*found)}" if found else ""
        return [f"订单{receipt.order_id}的换货申请已为您提交{target}，申请单号{number}。"]
    return [f"订单{receipt.order_id}的退货申请已为您提交，申请单号{number}。"]


def _issued(turn: Turn, pending: PendingAction, receipt: Receipt) -> list[str]:
    promotion = next(
        (item for item in turn.catalogue.promotions if item.promotion_id == pending.args["promotion_id"]), None
    )
    name = quote(promotion.name) if promotion else "优惠券"
    until = f"，有效期至{say_day(_local_day(turn, promotion.ends_at), turn.today)}" if promotion else ""
    return [f"「{name}」已为您发放到账号，下单时可以直接使用{until}。"]


def _local_day(turn: Turn, moment: datetime) -> date:
    return moment.astimezone(turn.profile.timezone).date()


def _subscribed(turn: Turn, pending: PendingAction, receipt: Receipt) -> list[str]:
    found = turn.catalogue.by_sku.get(str(pending.args["sku"]))
    return [f"已为您登记到货通知，{say_sku(*found) if found else '商品'}到货后会通知您。"]
