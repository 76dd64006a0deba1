"""Questions about goods: what they are, whether they can be bought, what else would do."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.evidence import Answer, Fact
from agent.facts.form import quote
from agent.facts.goods import (
    attribute_fact,
    is_buyable,
    offer_fact,
    product_stock_fact,
    stated_fact,
)
from agent.facts.policies import answer_facts, ranked_sentences, sentence_fact
from agent.skills.attributes import care_asked, count_asked, is_on_such_goods
from agent.skills.basket import asks_total, is_basket, quote_facts
from agent.skills.policy import abstain, find_hits, look_up_question, questions_of
from agent.skills.pricing import asks_price, named_skus
from agent.skills.rerouting import asks_for_else
from agent.skills.wishes import asks_colours, fitting_goods, read_wish
from agent.state import PendingSlot
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Product, Sku
from retrieval.retriever import Hit

_LISTED = 3
_SEVERAL = 2
_TELL_MORE = "您可以说说想要什么款式、什么场合用、预算多少，我来帮您挑。"
_ATTRIBUTE_SURE = 0.4
"""From this relevance on, an attribute answers a question about a product. Source: in two shops, questions that an attribute answers
got .44 to 1, others up to .39."""
_POINTS = re.compile(r"^(?:那|请问|还有|另外|顺便|对了)*(?:它|(?:这|那)(?:个|款|件|条|双|只|台|本|盒|瓶)?)?(?:的|是)?")
"""Words that only point at a product."""
_COMES_BACK = re.compile(r"补|进货|返场|(?:再|还|又|重新).{0,2}(?:有|上|来|进|卖)")
_PRICED = frozenset({"price_promotion"})
_SURE = 0.8
"""From this retrieval score on, a rule for such goods answers although it is open which product is meant."""
_HAS_IT = re.compile(r"有(?:没有|吗|么|嘛|不|没|货|的)|还有|有.{1,6}[吗么嘛没不]")
_DESCRIBED = 0.3
"""From this fit on, words describe a product; words for goods the shop does not have stayed under .25 in two shops."""
_STANDS_OUT = 0.08
_CLOSE = 0.8
"""A second attribute is said when it is at least this share as relevant."""


def which_product(turn: Turn, ask: IntentScore) -> tuple[Product | None, Answer | None]:
    """Settle on one product, or ask which one is meant."""
    mention = turn.understood.products
    found = [turn.catalogue.by_product[item] for item in mention.product_ids if item in turn.catalogue.by_product]
    if found and not mention.ambiguous:
        turn.notes.product_id = found[0].product_id
        return found[0], None
    likely = [] if found else _likely(turn, ask)
    if len(likely) == 1:
        turn.notes.product_id = likely[0].product_id
        return likely[0], None
    found = found or likely
    turn.notes.slot = PendingSlot(ask.intent, "product")
    if found:
        names = "、".join(quote(product.title) for product in found[:_LISTED])
        fact = Fact("product", f"店里有{names}。")
        return None, Answer(ask.intent, "clarify", "clarify", (fact,), ask="请问您说的是哪一款？")
    return None, Answer(ask.intent, "clarify", "clarify", ask="请问您说的是哪一款商品呢？可以发商品名称或者链接给我。")


def _likely(turn: Turn, ask: IntentScore) -> list[Product]:
    """Goods that the words describe without naming them: one when it stands out, else those to choose from."""
    ranked = turn.release.product_search.search(ask.clause, k=_LISTED)
    near = [(product, fit) for product, fit in ranked if fit >= _DESCRIBED]
    if near and (len(ranked) == 1 or near[0][1] - ranked[1][1] >= _STANDS_OUT):
        return [near[0][0]]
    return [product for product, _ in near]


async def say_stock(turn: Turn, ask: IntentScore) -> Answer:
    """Say whether it can be bought; sold out brings the restock date and similar goods that are there."""
    product, instead = which_product(turn, ask)
    if product is None:
        return instead or abstain(turn, ask)
    skus = named_skus(turn, product)
    entities = turn.understood.entities
    named = {key: value for key, value in (("color", entities.color), ("size", entities.size)) if value}
    skus = turn.desk.stock(product, skus, named)
    facts = [product_stock_fact(product, skus, turn.today), *_whether_back(turn, ask, skus)]
    if any(is_buyable(sku) or sku.status == "presale" for sku in skus):
        return Answer(ask.intent, "answered", "inform", tuple(facts))
    similar = [offer_fact(other, turn.currency) for other in similar_in_stock(turn, product)[:1]]
    others = tuple(sku for sku in product.skus if is_buyable(sku)) if len(skus) < len(product.skus) else ()
    variants = [product_stock_fact(product, others, turn.today)] if others else []
    facts.extend((*similar, *variants) if asks_for_else(ask.clause) else (*variants, *similar))
    ask_back = "需要到货通知的话告诉我一声。" if any(sku.status == "on_sale" for sku in skus) else ""
    return Answer(ask.intent, "answered", "alternative", tuple(facts), ask=ask_back)


def _whether_back(turn: Turn, ask: IntentScore, skus: Sequence[Sku]) -> list[Fact]:
    """The rule for whether goods that were taken off the shelf come back, where that is asked and a policy tells it."""
    if not _COMES_BACK.search(ask.clause) or any(sku.status != "off_shelf" for sku in skus):
        return []
    ranked = ranked_sentences(turn.lookup("已下架的商品还会补货吗"), turn.named_lately)
    return [sentence_fact(one.hit, one.sentence) for one in ranked[:1] if "下架" in one.sentence]


def similar_in_stock(turn: Turn, product: Product) -> list[Product]:
    """Similar goods that can be bought now: those the shop names, else those of the same category."""
    named = [turn.catalogue.by_product[item] for item in product.similar if item in turn.catalogue.by_product]
    pool = named or [
        other
        for other in turn.catalogue.products
        if other.category == product.category and other.product_id != product.product_id
    ]
    return [other for other in pool if any(is_buyable(sku) for sku in other.skus)]


async def say_product(turn: Turn, ask: IntentScore) -> Answer:
    """Answer a question about a product from its attributes, its price now, or the policy that covers it."""
    turn = _with_attribute_asked(turn, ask)
    mention = turn.understood.products
    if not mention.product_ids or mention.ambiguous:
        hits = find_hits(turn, ask)
        if hits and hits[0].score >= (_SURE if mention.ambiguous else 0):
            return Answer(ask.intent, "answered", "inform", answer_facts(hits, turn.named_lately))
    product, instead = which_product(turn, ask)
    if product is None:
        return instead or abstain(turn, ask)
    entities = turn.understood.entities
    if (entities.color or entities.size) and _HAS_IT.search(ask.clause):
        return await say_stock(turn, ask)
    costs = asks_price(ask.clause) or (asks_total(turn.understood.folded) and is_basket(turn))
    facts = await quote_facts(turn, product) if costs else tuple(_say_each(turn, ask, product))
    if not costs and asks_price(turn.understood.folded) and not _PRICED.intersection(_intents(turn)):
        facts = (*(await quote_facts(turn, product))[:1], *facts)
    if not facts:
        return abstain(turn, ask)
    return Answer(ask.intent, "answered", "inform", facts)


def _intents(turn: Turn) -> frozenset[str]:
    """What the whole message, or this part of it, asks."""
    return frozenset(score.intent for score in turn.understood.intents)


def _with_attribute_asked(turn: Turn, ask: IntentScore) -> Turn:
    """Settle a name that fits several products by the attribute that is asked by name, where just one of them states it."""
    mention = turn.understood.products
    if not mention.ambiguous:
        return turn
    stating = [
        item
        for item in mention.product_ids
        if any(key.lower() in ask.clause for key in turn.catalogue.by_product[item].attributes)
    ]
    if len(stating) != 1:
        return turn
    settled = replace(mention, product_ids=tuple(stating), ambiguous=False)
    return replace(turn, understood=replace(turn.understood, products=settled))


def _say_each(turn: Turn, ask: IntentScore, product: Product) -> list[Fact]:
    """What answers each question of a message that asks several things of one product, else what answers its one question."""
    alone = len(turn.understood.intents) == 1
    clauses = questions_of(turn) if alone else []
    several = clauses[:_LISTED] if len(clauses) >= _SEVERAL else []
    said: list[Fact] = []
    for text in several:
        hits = look_up_question(turn, text)
        best = _best_said(turn, text, text, product, hits)[:1]
        said.extend(fact for fact in best if fact.kind != "policy" or hits[0].score >= _SURE)
    if len(set(said)) >= _SEVERAL and any(fact.kind != "policy" for fact in said):
        return list(dict.fromkeys(said))
    return _best_said(turn, ask.clause, turn.understood.folded if alone else ask.clause, product, find_hits(turn, ask))


def _best_said(turn: Turn, clause: str, asked: str, product: Product, hits: Sequence[Hit]) -> list[Fact]:
    """Attributes and the rule that answer a question about a product, the more relevant of the two first."""
    named = [key for key in product.attributes if key.lower() in asked] or count_asked(product, clause)
    if named:
        return [stated_fact(product, key) for key in named]
    cared = [stated_fact(product, key) for key in care_asked(product, clause)]
    if cared:
        rules = answer_facts(hits, turn.named_lately, 2) if hits else ()
        return [*cared, *(rule for rule in rules if is_on_such_goods(product, rule.text))]
    ranked = turn.release.retriever.sentences_of(product.product_id, _without_name(turn, clause))
    rule = hits[0].sentences[0][1] if hits and hits[0].sentences else 0.0
    own = ranked[0][1] if ranked else 0.0
    said = [attribute_fact(product, text) for text, score in ranked[:2] if score >= max(_ATTRIBUTE_SURE, own * _CLOSE)]
    if rule > own:
        return [*answer_facts(hits, turn.named_lately, 2), *said[:1]]
    return [*said, *(answer_facts(hits, turn.named_lately, 1) if hits and rule >= own * _CLOSE else ())]


def _without_name(turn: Turn, clause: str) -> str:
    """What a clause asks of a product, without the words that name it: these are like some attributes and answer nothing."""
    name = turn.understood.products.text
    rest = _POINTS.sub("", clause.replace(name, "", 1) if name else clause)
    return rest if len(rest) > 1 else clause


async def recommend(turn: Turn, ask: IntentScore) -> Answer:
    """Offer up to three goods that are in stock and fit the wish and the budget, kept from the turns before."""
    mention = turn.understood.products
    wish = read_wish(turn)
    if mention.product_ids and mention.is_explicit and not mention.ambiguous:
        offers = similar_in_stock(turn, turn.catalogue.by_product[mention.product_ids[0]])
    elif wish.shown and asks_colours(turn):
        return Answer(ask.intent, "answered", "inform", _colours(turn, wish.shown[:_LISTED]))
    else:
        offers = fitting_goods(turn, wish)
    if not offers and wish.shown:
        for product in wish.shown[:1]:
            turn.desk.stock(product, (), {})
        again = tuple(offer_fact(product, turn.currency) for product in wish.shown[:1] if _is_there(product))
        return Answer(ask.intent, "answered", "inform", again, lead="这方面暂时没有其他更合适的款了。", ask=_TELL_MORE)
    if not offers:
        turn.notes.slot = PendingSlot(ask.intent, "product")
        return Answer(ask.intent, "clarify", "clarify", ask=_TELL_MORE)
    for product in offers[:_LISTED]:
        turn.desk.stock(product, (), {})
    facts = tuple(offer_fact(product, turn.currency) for product in offers[:_LISTED])
    if len(offers) == 1:
        turn.notes.product_id = offers[0].product_id
    return Answer(ask.intent, "answered", "inform", facts)


def _is_there(product: Product) -> bool:
    return any(is_buyable(sku) for sku in product.skus)


def _colours(turn: Turn, shown: Sequence[Product]) -> tuple[Fact, ...]:
    """Which variants of the goods shown can be bought."""
    for product in shown:
        turn.desk.stock(product, (), {})
    return tuple(product_stock_fact(product, product.skus, turn.today) for product in shown)
