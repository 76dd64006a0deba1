"""What must still hold when the customer says yes: the order, its state, the window of the policy in force, the amount limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.evidence import Fact
from agent.facts.orders import order_fact
from agent.messages import PendingAction
from agent.skills.order_changes import CHANGEABLE
from agent.skills.return_rules import judge_return
from agent.turn.context import Turn
from tools.orders import Order

_ALLOWED: Mapping[str, Sequence[str]] = {
    "cancel_order": CHANGEABLE,
    "change_address": CHANGEABLE,
    "create_return": ("signed", "shipped"),
}


@dataclass(frozen=True)
class Obstacle:
    """Why a write that the customer said yes to must not be done now."""

    fact: Fact
    """The reason, in words for the customer."""
    for_person: bool = False
    """A person may do it."""


async def find_obstacle(turn: Turn, pending: PendingAction) -> Obstacle | None:
    """Check again what may have changed since the proposal.

    Args:
        turn: the turn of the yes.
        pending: what was proposed.

    Returns:
        The first thing in the way; None: nothing is.

    Raises:
        ToolError: the back-end could not say.
    """
    order_id = pending.args.get("order_id")
    if not isinstance(order_id, str):
        return None
    order = await turn.desk.order(order_id)
    if order is None:
        return Obstacle(Fact("echo", f"您账号下没有查到{order_id}这个单号。"))
    state = order_fact(order, turn.now, turn.profile.timezone, turn.currency)
    if order.status not in _ALLOWED.get(pending.tool, (order.status,)):
        return Obstacle(state)
    if _worth(order, pending) > turn.profile.handoff.refund_amount:
        return Obstacle(state, for_person=True)
    return _closed_window(turn, order, pending, state)


def _worth(order: Order, pending: PendingAction) -> Decimal:
    """What the write gives back to the customer."""
    if pending.tool == "cancel_order":
        return order.amount if order.status == "paid" else Decimal(0)
    if pending.tool != "create_return" or pending.args.get("kind") != "return":
        return Decimal(0)
    skus = _skus(pending)
    total = sum((item.price * item.quantity for item in order.items if item.sku in skus), Decimal(0))
    return min(total, order.amount)


def _closed_window(turn: Turn, order: Order, pending: PendingAction, state: Fact) -> Obstacle | None:
    if pending.tool != "create_return" or pending.args.get("kind") != "return" or order.status != "signed":
        return None
    understood = turn.understood
    entities = replace(understood.entities, return_reason=pending.args.get("reason"))  # type: ignore[arg-type]
    verdict = judge_return(replace(turn, understood=replace(understood, entities=entities)), order, _skus(pending))
    return None if verdict.allowed else Obstacle(verdict.fact or state)


def _skus(pending: PendingAction) -> tuple[str, ...]:
    named = pending.args.get("skus")
    return tuple(map(str, named)) if isinstance(named, list | tuple) else ()
