"""Which of the customer's orders a turn is about."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.evidence import Answer, Fact
from agent.facts.orders import list_fact, order_fact
from agent.skills.clues import narrow
from agent.skills.third_parties import is_of_somebody_else
from agent.state import PendingSlot
from agent.turn.context import Turn
from agent.understanding.intents import ORDER_INTENTS
from agent.understanding.understand import IntentScore
from tools.orders import Order

NO_ORDERS = "您的账号下目前没有订单。"
LISTED = 3
"""So many orders are listed to choose from."""

_THEIRS = re.compile(
    r"(?:我|俺|咱)(?:的|家|们)?.{0,8}(?:买|拍|订|下单|收到|签收|那|这|单)|(?:买|拍|订|收到|签收)(?:了)?的|那[件条双个单笔]"
)
"""Words for something that the customer has ordered."""


@dataclass(frozen=True)
class Selection:
    """Either one order, or the answer that asks for it."""

    order: Order | None = None
    instead: Answer | None = None
    """What to answer when no single order could be settled on."""

    @property
    def refusal(self) -> Answer | None:
        """The answer that refuses an order of somebody else; nothing may be added to it."""
        return self.instead if self.instead is not None and self.instead.outcome == "declined" else None


async def select_order(turn: Turn, ask: IntentScore, fits: Callable[[Order], bool]) -> Selection:
    """Settle on one order of the customer's own.

    A number, a tracking number, goods or another clue in the message decides; then the order just spoken of; then the only one that
    fits. A number that is not the customer's own is treated as one that does not exist.

    Args:
        turn: the turn.
        ask: the intent and its clause.
        fits: whether an order can be meant when none is named, such as "has been sent" for a parcel question.
    """
    foreign = is_of_somebody_else(turn.understood.folded)
    if foreign and not turn.understood.entities.order_ids:
        return Selection(instead=_not_theirs(ask))
    orders = await turn.desk.own_orders()
    named = named_orders(turn, orders)
    if foreign and not named:
        return Selection(instead=_not_theirs(ask))
    if len(named) == 1:
        return Selection(await _fresh(turn, named[0]))
    unknown = _unknown_number(turn, orders)
    if unknown is not None and not named:
        return await _look_up(turn, ask, unknown)
    if not orders:
        return Selection(instead=_no_orders(turn, ask))
    candidates = named or narrow(turn, orders)
    return await _settle(turn, ask, candidates, fits)


def is_on_an_order(turn: Turn) -> bool:
    """Whether the talk is about one order of the customer's own."""
    return turn.state.last_order_id is not None and not ORDER_INTENTS.isdisjoint(turn.state.last_intents)


async def order_in_question(turn: Turn, fits: Callable[[Order], bool]) -> Order | None:
    """The one own order that a message is about which need not be about an order at all; None: a general question.

    A number decides; then the order the talk is about; then goods of the customer's own that the message names as theirs.

    Args:
        turn: the turn, understood.
        fits: which orders can be meant, where several hold the goods that are named.
    """
    entities = turn.understood.entities
    goes_on = is_on_an_order(turn)
    theirs = _THEIRS.search(turn.understood.folded) is not None
    if not (goes_on or theirs or entities.order_ids or entities.order_suffixes or entities.tracking_nos):
        return None
    orders = await turn.desk.own_orders()
    meant = named_orders(turn, orders)
    if not meant and theirs:
        clued = narrow(turn, orders) if len(orders) > 1 else list(orders)
        meant = [order for order in clued if fits(order)]
    if len(meant) != 1 and goes_on:
        meant = [order for order in orders if order.order_id == turn.state.last_order_id]
    return await _fresh(turn, meant[0]) if len(meant) == 1 else None


async def _settle(
    turn: Turn, ask: IntentScore, candidates: Sequence[Order], fits: Callable[[Order], bool]
) -> Selection:
    if len(candidates) == 1:
        return Selection(await _fresh(turn, candidates[0]))
    fitting = [order for order in candidates if fits(order)]
    last = next((order for order in candidates if order.order_id == turn.state.last_order_id), None)
    goes_on = not ORDER_INTENTS.isdisjoint(turn.state.last_intents)
    if last is not None and (turn.understood.is_follow_up or last in fitting or goes_on):
        return Selection(await _fresh(turn, last))
    if len(fitting) == 1:
        return Selection(await _fresh(turn, fitting[0]))
    if not fitting:
        return Selection(await _fresh(turn, last or candidates[0]))
    return Selection(instead=_which(turn, ask, fitting))


async def _fresh(turn: Turn, order: Order) -> Order:
    """Read the order again by its number: a list may lag behind."""
    turn.notes.order_id = order.order_id
    return await turn.desk.order(order.order_id) or order


def named_orders(turn: Turn, orders: Sequence[Order]) -> list[Order]:
    """Those of the orders that the message names, by number, by its last digits or by the parcel.

    Args:
        turn: the turn, understood.
        orders: of the customer.
    """
    entities = turn.understood.entities
    said = {number.upper() for number in (*entities.order_ids, *entities.tracking_nos)}
    found = [order for order in orders if {order.order_id.upper(), (order.tracking_no or "").upper()} & said]
    if found or not entities.order_suffixes:
        return found
    ends = tuple(suffix.upper() for suffix in entities.order_suffixes)
    return [order for order in orders if order.order_id.upper().endswith(ends)]


def _unknown_number(turn: Turn, orders: Sequence[Order]) -> str | None:
    own = {number.upper() for order in orders for number in (order.order_id, order.tracking_no) if number}
    said = (*turn.understood.entities.order_ids, *turn.understood.entities.tracking_nos)
    return next((number for number in said if number.upper() not in own), None)


async def _look_up(turn: Turn, ask: IntentScore, number: str) -> Selection:
    found = await turn.desk.order(number)
    if found is not None:
        turn.notes.order_id = found.order_id
        return Selection(found)
    turn.notes.slot = PendingSlot(ask.intent, "order")
    fact = Fact("echo", f"您账号下没有查到{number}这个单号。")
    return Selection(instead=Answer(ask.intent, "clarify", "clarify", (fact,), ask="麻烦核对一下订单号再发给我好吗？"))


def _not_theirs(ask: IntentScore) -> Answer:
    lead = "抱歉，为了保护顾客隐私，我只能查询和处理您本人账号下的订单。"
    return Answer(ask.intent, "declined", "decline", lead=lead, ask="其他人的订单请由下单的那位用自己的账号来咨询。")


def _no_orders(turn: Turn, ask: IntentScore) -> Answer:
    turn.notes.slot = PendingSlot(ask.intent, "order")
    fact = Fact("echo", NO_ORDERS)
    return Answer(ask.intent, "clarify", "clarify", (fact,), ask="如果是用其他账号下单的，麻烦登录那个账号再来查询。")


def _which(turn: Turn, ask: IntentScore, orders: Sequence[Order]) -> Answer:
    turn.notes.slot = PendingSlot(ask.intent, "order", tuple(order.order_id for order in orders[:LISTED]))
    zone = turn.profile.timezone
    facts = tuple(list_fact(order, turn.catalogue, turn.now, zone) for order in orders[:LISTED])
    return Answer(ask.intent, "clarify", "clarify", facts, lead="您名下有几笔订单。", ask="请问您说的是哪一笔？")


def state_fact(turn: Turn, order: Order) -> Fact:
    """Say the state of an order, as of this turn."""
    return order_fact(order, turn.now, turn.profile.timezone, turn.currency)


def ask_number(turn: Turn, ask: IntentScore) -> Answer:
    """Ask which order is meant."""
    turn.notes.slot = PendingSlot(ask.intent, "order")
    return Answer(ask.intent, "clarify", "clarify", ask="麻烦把订单号发给我好吗？")
