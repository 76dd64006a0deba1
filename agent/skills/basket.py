"""What several things or several pieces cost together, with the best offer on the whole, reckoned by the program."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from agent.evidence import Fact
from agent.facts.form import quote, say_amount
from agent.facts.goods import price_fact, product_source
from agent.facts.offers import promotion_source
from agent.skills.pricing import named_skus, pays, price_facts
from agent.turn.context import Turn
from agent.understanding.entities.numerals import NUMERAL, read_numeral
from retrieval.catalogue import Product, Promotion

_MEASURES = "件|个|双|条|套|盒|瓶|包|箱|台|只|本|支|袋|罐|份|把|张|组|对|副|床|顶|款|枚|束|饼|片|块(?!钱)|斤"
_BEFORE = re.compile(rf"({NUMERAL})\s*(?:{_MEASURES})(?:装)?[^\d,。!?]{{0,3}}$")
_AFTER = re.compile(
    rf"^\s*(?:各|来|要|拿|买|拍|x|\*)?\s*({NUMERAL})\s*(?:{_MEASURES})(?![一二三四五六七八九十]?[月号])"
)
_EACH = re.compile(rf"各(?:来|要|拿|买|拍)?\s*({NUMERAL})\s*(?:{_MEASURES})")
_PAIR = re.compile(r"(?:买|拿|要|来|拍)(俩|仨)")
_TOTAL = re.compile(
    r"一共|总共|合计|拢共|一起(?:拿|买|拍|下单|要|付|结).{0,6}(?:多少|几)|加(?:起来|一起|上).{0,8}(?:多少|几)|总价|凑一起"
)
_ONCE_OR_MORE = re.compile(r"减(?:几|两|2|二|三|3|多少|一)[回次遍]|每满|减.{0,2}[回次].{0,2}[吗么嘛不没]|上不封顶")
_MOST = 99


@dataclass(frozen=True)
class Line:
    """One thing of a basket."""

    product: Product
    price: Decimal
    """Of one piece, in the shop's currency."""
    quantity: int

    @property
    def sum(self) -> Decimal:
        """What all its pieces cost before any offer."""
        return self.price * self.quantity


def asks_total(text: str) -> bool:
    """Whether folded words ask what things cost together."""
    return _TOTAL.search(text) is not None


def asks_how_often(text: str) -> bool:
    """Whether folded words ask how often an offer counts on one order."""
    return _ONCE_OR_MORE.search(text) is not None


def is_basket(turn: Turn) -> bool:
    """Whether the message speaks of several things, or of several pieces of one."""
    mention = turn.understood.products
    if mention.ambiguous or not mention.product_ids:
        return False
    return (mention.is_explicit and len(mention.product_ids) > 1) or _pieces_of_one(turn) > 1


async def quote_facts(turn: Turn, product: Product) -> tuple[Fact, ...]:
    """The price of what the message speaks of: of one piece, or of the basket with the best offer on the whole.

    Args:
        turn: the turn, understood.
        product: the first product that is meant.
    """
    if not is_basket(turn):
        return await price_facts(turn, product)
    found = [turn.catalogue.by_product[item] for item in turn.understood.products.product_ids]
    products = found if turn.understood.products.is_explicit else [product]
    counts = _counts(turn, products)
    lines, unclear = [], []
    for item in products:
        skus = turn.desk.stock(item, named_skus(turn, item) if item == products[0] else (), {})
        prices = {sku.price for sku in skus}
        if len(prices) == 1:
            lines.append(Line(item, prices.pop(), counts[item.product_id]))
        else:
            unclear.append(price_fact(item, skus, turn.currency))
    turn.notes.product_id = product.product_id
    if unclear:
        return (*(_line_fact(turn, line) for line in lines), *unclear)
    offers = await turn.desk.promotions(tuple(item.product_id for item in products))
    return (total_fact(lines, turn.currency), *offer_on(lines, offers, turn.currency))


def total_fact(lines: Sequence[Line], currency: str) -> Fact:
    """Say the things of a basket with their prices, and the sum."""
    named = "，".join(_say(line, currency) for line in lines)
    total = sum((line.sum for line in lines), Decimal(0))
    whole = f"，一共{say_amount(total, currency)}" if len(lines) > 1 or lines[0].quantity > 1 else ""
    return Fact("product", f"{named}{whole}。", product_source(lines[0].product))


def offer_on(lines: Sequence[Line], offers: Iterable[Promotion], currency: str) -> tuple[Fact, ...]:
    """The offer that takes most off a basket; where none applies, the one whose threshold is nearest.

    Args:
        lines: of the basket.
        offers: on for this customer; coupons count only once they are in hand, so they do not count here.
        currency: of the shop.
    """
    total = sum((line.sum for line in lines), Decimal(0))
    usable = [offer for offer in offers if offer.kind != "coupon" and (offer.discount or offer.rate)]
    left = {
        offer.promotion_id: total - _covered(lines, offer) + pays(_covered(lines, offer), offer) for offer in usable
    }
    best = min(usable, key=lambda offer: left[offer.promotion_id], default=None)
    if best is not None and left[best.promotion_id] < total:
        said = f"用「{quote(best.name)}」后是{say_amount(left[best.promotion_id], currency)}。"
        return (Fact("promotion", said, promotion_source(best)),)
    short = [(offer.threshold - _covered(lines, offer), offer) for offer in usable if _covered(lines, offer)]
    gap, nearest = min(short, key=lambda entry: entry[0], default=(Decimal(0), None))
    if nearest is None or gap <= 0:
        return ()
    said = f"还差{say_amount(gap, currency)}可以用「{quote(nearest.name)}」。"
    return (Fact("promotion", said, promotion_source(nearest)),)


def _covered(lines: Sequence[Line], offer: Promotion) -> Decimal:
    return sum((line.sum for line in lines if offer.covers(line.product.product_id)), Decimal(0))


def _line_fact(turn: Turn, line: Line) -> Fact:
    return Fact("product", f"{_say(line, turn.currency)}。", product_source(line.product))


def _say(line: Line, currency: str) -> str:
    price = f"{quote(line.product.title)}{say_amount(line.price, currency)}"
    return price if line.quantity == 1 else f"{price}×{line.quantity}"


def _pieces_of_one(turn: Turn) -> int:
    said = _PAIR.search(turn.understood.folded)
    if said is not None:
        return 2 if said[1] == "俩" else 3
    return turn.understood.entities.quantity or 1


def _counts(turn: Turn, products: Sequence[Product]) -> dict[str, int]:
    """How many pieces of each product the message speaks of, by product id."""
    if len(products) == 1:
        return {products[0].product_id: min(_pieces_of_one(turn), _MOST)}
    text = turn.understood.folded
    each = _EACH.search(text)
    if each is not None:
        return {product.product_id: _number(each[1]) for product in products}
    spans = {product.product_id: _place(product, text) for product in products}
    counts = {}
    for product_id, (start, end) in spans.items():
        after = _AFTER.search(text[end:])
        before = _BEFORE.search(text[max([0, *(stop for _, stop in spans.values() if stop <= start)]) : start])
        counts[product_id] = _number((before or after or [None, None])[1])
    return counts


def _place(product: Product, text: str) -> tuple[int, int]:
    """Where the longest piece of the product's names stands in the text: start and end."""
    blocks = [
        SequenceMatcher(None, text, name.lower(), autojunk=False).find_longest_match()
        for name in (product.title, *product.aliases)
    ]
    longest = max(blocks, key=lambda block: block.size)
    return longest.a, longest.a + longest.size


def _number(said: str | None) -> int:
    number = read_numeral(said) if said else None
    return int(number) if number is not None and 1 <= number <= _MOST and number == int(number) else 1
