"""When goods are sent: the day of the very goods or of the customer's own order comes before the shop's general rule."""

import re

from agent.evidence import Answer, Fact
from agent.facts.goods import is_buyable, product_stock_fact
from agent.facts.policies import policy_facts
from agent.skills.clues import orders_of_named_goods
from agent.skills.orders import say_logistics, say_waiting
from agent.skills.policy import answer_policy
from agent.skills.pricing import named_skus
from agent.skills.selection import order_in_question
from agent.skills.when import asks_arrival, asks_the_day
from agent.turn.context import Turn
from agent.understanding.intents import ORDER_INTENTS
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Product, Sku
from tools.orders import Order

_BUYS_NOW = re.compile(r"现在(?:拍|买|下单|订|付)|今天(?:拍|买|下单|订|付)|拍下|这[个款件双条]|[想要]买")
_WAITING = ("paid", "packing")


async def say_sending(turn: Turn, ask: IntentScore) -> Answer:
    """Answer when something is sent: goods that wait are told with their own day, an order with its state, else the rule."""
    if not asks_the_day(ask.clause):
        return await answer_policy(turn, ask)
    waiting = waiting_goods(turn)
    if waiting is not None:
        return say_waiting_goods(turn, ask, *waiting)
    order = await _order_in_talk(turn)
    if order is not None:
        facts = say_waiting(turn, ask, order)
        return Answer(ask.intent, "answered", "inform", facts)
    if await _is_on_its_way(turn, ask):
        return await say_logistics(turn, ask)
    return await answer_policy(turn, ask)


def waiting_goods(turn: Turn) -> tuple[Product, tuple[Sku, ...]] | None:
    """The product that the message or its page is about, where none of the variants meant can be sent now.

    Returns:
        The product with the variants meant; None where one of them is there, and for goods that are gone for good.
    """
    product = turn.product
    mention = turn.understood.products
    if product is None or not (mention.is_explicit or mention.source == "page" or _is_about_goods(turn)):
        return None
    skus = named_skus(turn, product)
    if any(is_buyable(sku) for sku in skus) or all(sku.status == "off_shelf" for sku in skus):
        return None
    return product, skus


def say_waiting_goods(turn: Turn, ask: IntentScore, product: Product, skus: tuple[Sku, ...]) -> Answer:
    """Say when goods that cannot be sent now will be, with the rule for presale goods where they are some."""
    turn.notes.product_id = product.product_id
    turn.desk.stock(product, skus, {})
    facts: list[Fact] = [product_stock_fact(product, skus, turn.today)]
    if any(sku.status == "presale" for sku in skus):
        hits = turn.lookup("预售商品什么时候发货", product_id=product.product_id)
        rule = policy_facts(hits[0], turn.named_lately, most=1) if hits else ()
        facts.extend(fact for fact in rule if "预售" in fact.text)
        return Answer(ask.intent, "answered", "inform", tuple(facts))
    return Answer(ask.intent, "answered", "alternative", tuple(facts), ask="需要到货通知的话告诉我一声。")


def _is_about_goods(turn: Turn) -> bool:
    """Whether the talk has been about goods, and the message goes on with buying them."""
    return ORDER_INTENTS.isdisjoint(turn.state.last_intents) and bool(_BUYS_NOW.search(turn.understood.folded))


async def _order_in_talk(turn: Turn) -> Order | None:
    """The customer's own order that the message or the talk is about, where it still waits to be sent."""
    if _BUYS_NOW.search(turn.understood.folded) or turn.understood.entities.places:
        return None
    order = await order_in_question(turn, lambda order: order.status in _WAITING)
    return order if order is not None and order.status in _WAITING else None


async def _is_on_its_way(turn: Turn, ask: IntentScore) -> bool:
    """Whether the words ask when something arrives that is in just one parcel on its way to the customer."""
    if _BUYS_NOW.search(turn.understood.folded) or not asks_arrival(ask.clause):
        return False
    sent = [order for order in await turn.desk.own_orders() if order.status == "shipped"]
    return len(orders_of_named_goods(turn, sent)) == 1
