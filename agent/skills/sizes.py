"""Which size fits: the shop's size table or the product's own size advice, read with the customer's measures."""

import re
from collections.abc import Iterator
from decimal import Decimal

from agent.evidence import Answer, Fact
from agent.facts.form import quote
from agent.facts.goods import attribute_fact, product_source
from agent.facts.policies import policy_facts, policy_source
from agent.skills.policy import abstain, find_hits
from agent.state import PendingSlot
from agent.turn import Turn
from agent.understanding.entities import Entities
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Product
from retrieval.retriever import Hit

_RANGE = re.compile(
    r"(?<![\d.])(\d{2,3}(?:\.\d)?)\s*(?:-|–|—|~|～|至|到)\s*(\d{2,3}(?:\.\d)?)(?![\d.])\s*(cm|厘米|kg|公斤|斤)?"
)
_SIZE_KEYS = ("尺码建议", "建议尺码", "尺码", "适合身高", "适合体重")


async def advise_size(turn: Turn, ask: IntentScore) -> Answer:
    """Advise a size from a table row that holds the customer's measures; ask for them where they are missing."""
    product = _product(turn)
    hits = turn.lookup(f"{ask.clause} 尺码 身高 体重 对照", product_id=product.product_id if product else None)
    hits = hits or find_hits(turn, ask)
    measures = turn.understood.entities
    advice = _advised(product, measures) if product else None
    if advice is not None:
        return Answer(ask.intent, "answered", "inform", (advice,))
    rows = list(_rows(hits, measures))
    if rows:
        return Answer(ask.intent, "answered", "inform", tuple(rows[:2]))
    if not (measures.height_cm or measures.weight_kg or measures.foot_mm):
        return _ask_measures(turn, ask, product, hits)
    if hits:
        return Answer(ask.intent, "answered", "inform", policy_facts(hits[0]))
    return abstain(turn, ask)


def _product(turn: Turn) -> Product | None:
    mention = turn.understood.products
    if not mention.product_ids or mention.ambiguous:
        return None
    turn.notes.product_id = mention.product_ids[0]
    return turn.catalogue.by_product.get(mention.product_ids[0])


def _ask_measures(turn: Turn, ask: IntentScore, product: Product | None, hits: tuple[Hit, ...]) -> Answer:
    own = _own_advice(product) if product else None
    facts: tuple[Fact, ...] = ()
    if product is not None and own is not None:
        facts = (attribute_fact(product, f"{own[0]}：{own[1]}"),)
    elif _asks_about_cut(ask.clause) and hits:
        return Answer(ask.intent, "answered", "inform", policy_facts(hits[0]))
    turn.notes.slot = PendingSlot(ask.intent, "measure")
    return Answer(ask.intent, "clarify", "clarify", facts, ask="方便告诉我您的身高和体重吗？我帮您看看穿哪个码。")


def _asks_about_cut(text: str) -> bool:
    return any(word in text for word in ("偏大", "偏小", "标准码", "正码", "尺码表", "尺寸表", "对照表", "怎么量"))


def _own_advice(product: Product) -> tuple[str, str] | None:
    return next(((key, product.attributes[key]) for key in _SIZE_KEYS if key in product.attributes), None)


def _advised(product: Product, measures: Entities) -> Fact | None:
    own = _own_advice(product)
    if own is None:
        return None
    for part in re.split(r"[,，、/|；;]\s*(?=\S*[:：])|\s{2,}", own[1]):
        if _fits(part, measures):
            return Fact("product", f"{quote(product.title)}按您的身材建议选{quote(part)}。", product_source(product))
    return None


def _rows(hits: tuple[Hit, ...], measures: Entities) -> Iterator[Fact]:
    for hit in hits:
        for sentence in hit.passage.sentences:
            if _fits(sentence, measures):
                yield Fact("policy", sentence, policy_source(hit))


def _fits(text: str, measures: Entities) -> bool:
    """Whether ranges in a row hold the measures: the weight decides where a row names one, else the height, else the foot."""
    ranges = [(Decimal(low), Decimal(high), unit) for low, high, unit in _RANGE.findall(text)]
    checks = (
        (measures.weight_kg, "体重", (30, 120), ("kg", "公斤", "斤")),
        (measures.height_cm, "身高", (130, 210), ("cm", "厘米")),
    )
    verdicts = []
    for value, _name, (low, high), units in checks:
        if value is None:
            continue
        mine = [entry for entry in ranges if entry[2] in units or (not entry[2] and low <= entry[0] <= high)]
        mine = [entry for entry in mine if low * (2 if entry[2] == "斤" else 1) <= entry[1] <= high * 2]
        if mine:
            verdicts.append(any(_within(value, *entry) for entry in mine))
    return verdicts[0] if verdicts else False


def _within(value: Decimal, low: Decimal, high: Decimal, unit: str) -> bool:
    factor = Decimal("0.5") if unit == "斤" else Decimal(1)
    return low * factor <= value <= high * factor
