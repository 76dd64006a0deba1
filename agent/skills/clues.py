"""Which order is meant when no number is given: goods, amounts, days, states and places in a list that the message speaks of."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from agent.turn.context import Turn
from agent.understanding.products import variants
from tools.orders import Order, OrderStatus

_STATES: tuple[tuple[re.Pattern[str], tuple[OrderStatus, ...]], ...] = (
    (re.compile(r"[没未待](?:有)?(?:付款?|支付|付钱|给钱)"), ("unpaid",)),
    (re.compile(r"打包|配货|拣货|备货"), ("packing",)),
    (re.compile(r"[没未待](?:有)?发货?"), ("paid", "packing")),
    (re.compile(r"退款|退货|退的钱|钱.{0,4}[没未]到"), ("refunding", "refunded")),
    (re.compile(r"(?:显示|已经?|说|写着)签收|(?<![没未])(?:收到|签收|到货)了?的"), ("signed",)),
    (re.compile(r"[没未](?:有)?(?:收到|签收|到)|在路上|路上那|运输中|派送"), ("shipped",)),
)
_NEWEST = re.compile(r"最新|最近(?:的)?(?:一|那|这)|最后(?:一|那)|刚(?:刚|才)?(?:买|下|拍|付)|上一?(?:单|笔)")
_PLACE = re.compile(r"第([一二三123])(?:个|笔|单|条)")
_PLACES = {"一": 0, "二": 1, "三": 2, "1": 0, "2": 1, "3": 2}
_SHARED = 2
"""So many characters of a title that stand in the message name the goods of an order."""
_HEADS = frozenset("包鞋靴裙裤帽衫衣带巾表灯杯壶茶锅机")
"""Last characters of titles that customers use alone: 那个包."""
_NOT_GOODS = re.compile(r"包裹|包邮|包装|包税|包含|打包|鞋盒|机会|司机|手机号|衣服")


def narrow(turn: Turn, orders: Sequence[Order]) -> list[Order]:
    """Keep the orders that fit every clue of the message; a clue that fits none is not meant as one.

    Args:
        turn: the turn, understood.
        orders: of the customer, newest first, at least two.

    Returns:
        At least one order.
    """
    left = list(orders)
    for fits in _clues(turn, orders):
        kept = [order for order in left if fits(order)]
        left = kept or left
    return left


def _clues(turn: Turn, orders: Sequence[Order]) -> Iterator[Callable[[Order], bool]]:
    text, entities = turn.understood.folded, turn.understood.entities
    wanted = orders_of_named_goods(turn, orders)
    if wanted:
        yield lambda order: order.order_id in wanted
    if entities.color is not None or entities.size is not None:
        yield lambda order: _holds_variant(turn, order)
    if entities.amounts:
        yield lambda order: order.amount in entities.amounts
    days = {mention.resolve(turn.today) for mention in entities.days}
    if days:
        yield lambda order: order.created_at.astimezone(turn.profile.timezone).date() in days
    states = next((states for pattern, states in _STATES if pattern.search(text)), None)
    if states is not None:
        yield lambda order: order.status in states
    if "预售" in text:
        yield lambda order: _is_presale(turn, order)
    place = _PLACE.search(text)
    if place is not None and turn.state.slot is not None and turn.state.slot.options:
        chosen = turn.state.slot.options[min(_PLACES[place[1]], len(turn.state.slot.options) - 1)]
        yield lambda order: order.order_id == chosen
    if _NEWEST.search(text):
        yield lambda order: order.order_id == orders[0].order_id


def orders_of_named_goods(turn: Turn, orders: Sequence[Order]) -> set[str]:
    """Orders that hold goods the message names: those it names in full, else those whose title shares most with it."""
    mention = turn.understood.products
    if mention.is_explicit and mention.source != "pronoun":
        named = {order.order_id for order in orders if not _products(turn, order).isdisjoint(mention.product_ids)}
        if named:
            return named
    text = turn.understood.folded
    shared = {
        order.order_id: max((_overlap(name, text) for name in _names(turn, order)), default=0) for order in orders
    }
    best = max(shared.values(), default=0)
    return {number for number, length in shared.items() if length == best} if best else set()


def named_goods(turn: Turn, order: Order) -> list[str]:
    """SKUs of an order whose goods the message names; all of them where it names none or all alike."""
    shared = {
        item.sku: max((_overlap(name, turn.understood.folded) for name in _titles(turn, item.sku)), default=0)
        for item in order.items
    }
    best = max(shared.values(), default=0)
    return [sku for sku, length in shared.items() if not best or length == best]


def _titles(turn: Turn, sku: str) -> Iterator[str]:
    found = turn.catalogue.by_sku.get(sku)
    if found is not None:
        yield from (found[0].title.lower(), found[0].category.lower(), *(alias.lower() for alias in found[0].aliases))


def _products(turn: Turn, order: Order) -> set[str]:
    found = (turn.catalogue.by_sku.get(item.sku) for item in order.items)
    return {entry[0].product_id for entry in found if entry is not None}


def _names(turn: Turn, order: Order) -> Iterator[str]:
    for item in order.items:
        yield from _titles(turn, item.sku)


def _holds_variant(turn: Turn, order: Order) -> bool:
    """Whether an order holds goods of the colour and size that the message names."""
    found = (turn.catalogue.by_sku.get(item.sku) for item in order.items)
    return any(
        entry is not None and entry[1] in variants(replace(entry[0], skus=(entry[1],)), turn.understood.entities)
        for entry in found
        if entry is not None and (entry[1].color or entry[1].size)
    )


def _overlap(name: str, text: str) -> int:
    """Length of the longest piece of a name that stands in the text."""
    pieces = (name[start:end] for start in range(len(name)) for end in range(start + _SHARED, len(name) + 1))
    longest = max((len(piece) for piece in pieces if piece in text), default=0)
    return longest if longest >= _SHARED else int(name[-1:] in _HEADS and name[-1] in _NOT_GOODS.sub("", text))


def _is_presale(turn: Turn, order: Order) -> bool:
    found = (turn.catalogue.by_sku.get(item.sku) for item in order.items)
    return any(entry is not None and entry[1].status == "presale" for entry in found)
