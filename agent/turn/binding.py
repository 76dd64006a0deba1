"""A turn that names one order is bound by the rules that held for it."""

from dataclasses import replace

from agent.skills.selection import named_orders
from agent.turn.as_of import deciding_days
from agent.turn.context import Turn
from tools.errors import ToolError


async def bind_to_order(turn: Turn) -> Turn:
    """Let the one order that a message names, or goes on about, decide which rules hold.

    Orders are read only where the release has rules that an order decides. Where they cannot be read, or several are named, the day
    of the question decides.

    Args:
        turn: the turn, understood.

    Returns:
        The turn, with the deciding days of that order.
    """
    entities, last = turn.understood.entities, turn.state.last_order_id
    named = bool(entities.order_ids or entities.tracking_nos or entities.order_suffixes)
    follows = turn.understood.is_follow_up and last is not None
    if not turn.release.is_bound_by_orders or not (named or follows):
        return turn
    try:
        orders = await turn.desk.own_orders()
    except ToolError:
        return turn
    meant = named_orders(turn, orders) if named else [order for order in orders if order.order_id == last]
    return replace(turn, days=deciding_days(meant[0], turn.profile.timezone)) if len(meant) == 1 else turn
