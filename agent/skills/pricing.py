"""What one piece costs a customer today: the price, and the best single offer applied by the program, never by a model."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.evidence import Fact
from agent.facts.form import quote, say_amount
from agent.facts.goods import price_fact, product_source
from agent.facts.offers import promotion_source
from agent.turn.context import Turn
from retrieval.catalogue import Product, Promotion, Sku

_CENT = Decimal("0.01")
_PRICE = re.compile(
    r"多少钱|多钱|几多钱|价格|价钱|[几多]少?块|[什啥]么?价|售价|卖多少|到手(?:价|多少|是多少)|算下来|原价|现价|折完|折后|打完折|优惠完|优惠后|要?付多少|(?:拿下|下来|拿|买)(?:要|得)?多少(?:钱|$|[?呀啊呢])|(?:减|便宜|优惠|省)(?:了|掉|下来)?多少|打几折|几块|怎么卖|咋卖"
)


@dataclass(frozen=True)
class Deal:
    """One offer on one price."""

    promotion: Promotion
    price: Decimal
    pays: Decimal
    """After the offer, in the shop's currency, rounded to cents."""


def best_deal(product: Product, price: Decimal, promotions: Iterable[Promotion]) -> Deal | None:
    """The offer that takes most off one piece; coupons count only once they are in hand, so they do not count here."""
    deals = [
        Deal(promotion, price, after)
        for promotion in promotions
        if promotion.kind != "coupon" and promotion.covers(product.product_id)
        if (after := pays(price, promotion)) < price
    ]
    return min(deals, key=lambda deal: deal.pays, default=None)


def pays(price: Decimal, promotion: Promotion) -> Decimal:
    """What is left to pay for one piece under one offer; the full price below its threshold."""
    if price < promotion.threshold:
        return price
    if promotion.discount is not None:
        return max(price - promotion.discount, Decimal(0))
    if promotion.rate is not None:
        return (price * promotion.rate).quantize(_CENT, ROUND_HALF_UP)
    return price


def deal_facts(
    product: Product, skus: Sequence[Sku], promotions: Iterable[Promotion], currency: str
) -> tuple[Fact, ...]:
    """Say the price of one piece, and after the best offer; empty where no offer applies or the variants differ in price."""
    prices = {sku.price for sku in skus}
    deal = best_deal(product, prices.pop(), promotions) if len(prices) == 1 else None
    if deal is None:
        return ()
    before = f"{quote(product.title)}现价{say_amount(deal.price, currency)}。"
    after = f"用「{quote(deal.promotion.name)}」后是{say_amount(deal.pays, currency)}。"
    return (
        Fact("product", before, product_source(product)),
        Fact("promotion", after, promotion_source(deal.promotion)),
    )


def asks_price(text: str) -> bool:
    """Whether folded words ask what something costs."""
    return _PRICE.search(text) is not None


def named_skus(turn: Turn, product: Product) -> tuple[Sku, ...]:
    """The variants of a product that fit the colour and size the customer named; all of them when none was named."""
    fitting = set(turn.understood.products.sku_ids)
    chosen = tuple(sku for sku in product.skus if sku.sku in fitting)
    return chosen or product.skus


async def price_facts(turn: Turn, product: Product) -> tuple[Fact, ...]:
    """The price of a product now, and what the best offer makes of it for this customer."""
    turn.notes.product_id = product.product_id
    skus = turn.desk.stock(product, named_skus(turn, product), {})
    deal = deal_facts(product, skus, await turn.desk.promotions((product.product_id,)), turn.currency)
    return deal or (price_fact(product, skus, turn.currency),)
