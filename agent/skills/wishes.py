"""What a customer wants recommended, kept over the turns: the kind of thing, the size, the colour, the budget, what was shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.facts.form import quote
from agent.facts.goods import is_buyable
from agent.turn.context import Turn
from agent.understanding.entities import Entities, KnownNames, extract_entities
from agent.understanding.folding import fold
from agent.understanding.products import variants
from retrieval.catalogue import Product

_EARLIER = 3
_SOUGHT = 12
"""So many goods are looked through for those that fit."""
_CENT = Decimal("0.01")
_CHEAPER = re.compile(r"便宜|实惠|平价|低(?:一)?点|少花|预算(?:低|少|不够)|价位低|太贵|贵了|有点贵")
_DEARER = re.compile(r"(?:贵|好|高档|高级|上档次)(?:一)?[点些]|高端|品质好|上档次")
_OTHERS = re.compile(
    r"(?:别|其[他它]|另外?)的?(?:款|样|种|推荐|牌|型)?|换(?:一|几)?(?:个|款|批|种|样)|还有(?:没|吗|么|别|其|啥|什么|哪)|再(?:推荐|来|看)|不(?:喜欢|好看|要)这"
)
_COLOUR = re.compile(r"(?:换|别|其[他它]|另外?|还有|哪些|什么|啥).{0,3}(?:颜色|色)")


@dataclass(frozen=True)
class Wish:
    """What is looked for."""

    words: str
    """The message, after those it goes on from."""
    entities: Entities
    """Of this message; size, colour and budget of the earlier ones where it leaves them out."""
    low: Decimal | None = None
    high: Decimal | None = None
    """Prices of one piece, in the shop's currency, both included."""
    shown: tuple[Product, ...] = ()
    """Goods of the last replies, the latest first."""
    only_new: bool = False
    """Whether what was shown is not wanted again."""


def read_wish(turn: Turn) -> Wish:
    """Read what is looked for from this message and, where the talk goes on with recommending, from those before it."""
    text, own = turn.understood.folded, turn.understood.entities
    goes_on = "recommend" in turn.state.last_intents
    earlier = turn.state.customer_texts[-_EARLIER:] if goes_on else ()
    shown = _shown(turn) if goes_on else ()
    entities = _filled(own, [_entities(turn, said) for said in reversed(earlier)])
    low, high = entities.budget_min, entities.budget_max
    prices = [_price(product) for product in shown]
    if prices and own.budget_max is None and _CHEAPER.search(text):
        low, high = None, min(prices) - _CENT
    elif prices and own.budget_min is None and _DEARER.search(text):
        low, high = max(prices) + _CENT, None
    return Wish(" ".join((*earlier, text)), entities, low, high, shown, bool(shown) and bool(_OTHERS.search(text)))


def asks_colours(turn: Turn) -> bool:
    """Whether the message asks for other colours of what was shown, without naming one."""
    return turn.understood.entities.color is None and _COLOUR.search(turn.understood.folded) is not None


def fitting_goods(turn: Turn, wish: Wish) -> list[Product]:
    """Goods in stock that fit a wish, best first, of the kinds that are named, else of those shown before."""
    found = turn.release.product_search.search(
        wish.words, k=_SOUGHT, only_in_stock=True, max_price=wish.high, min_price=wish.low
    )
    seen = {product.product_id for product in wish.shown} if wish.only_new else set()
    offers = [product for product, _ in found if product.product_id not in seen and _comes_in(product, wish.entities)]
    named = {product.category for product in turn.catalogue.products if product.category.lower() in wish.words}
    kinds = named or {product.category for product in wish.shown}
    return [product for product in offers if product.category in kinds] if kinds else offers


def _comes_in(product: Product, entities: Entities) -> bool:
    """Whether the product can be bought in the size and colour wanted."""
    there = [sku for sku in product.skus if is_buyable(sku)]
    wanted = {sku.sku for sku in variants(product, entities)}
    return any(sku.sku in wanted for sku in there)


def _filled(own: Entities, earlier: Sequence[Entities]) -> Entities:
    """The entities of the message with size, colour and budget of the latest message before it that named them."""
    found = own
    for before in earlier:
        if found.budget_max is None and found.budget_min is None:
            found = replace(found, budget_min=before.budget_min, budget_max=before.budget_max)
        found = replace(found, size=found.size or before.size, color=found.color or before.color)
    return found


def _entities(turn: Turn, text: str) -> Entities:
    colors = {fold(sku.color).text for product in turn.catalogue.products for sku in product.skus if sku.color}
    sizes = {fold(sku.size).text for product in turn.catalogue.products for sku in product.skus if sku.size}
    return extract_entities(fold(text), KnownNames((), frozenset(), colors, sizes))


def _shown(turn: Turn) -> tuple[Product, ...]:
    replies = list(reversed(turn.state.replies[-_EARLIER:]))
    found = [item for reply in replies for item in turn.catalogue.products if quote(item.title) in reply]
    return tuple({item.product_id: item for item in found}.values())


def _price(product: Product) -> Decimal:
    return min((sku.price for sku in product.skus if is_buyable(sku)), default=product.skus[0].price)
