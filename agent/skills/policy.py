"""Questions that the shop's policies answer."""

import re
from collections.abc import Sequence

from agent.evidence import Answer, Fact
from agent.facts.goods import is_buyable, product_stock_fact
from agent.facts.policies import MOST_SENTENCES, answer_facts, row_bonus, sentence_fact
from agent.lookup import rank_again
from agent.turn import Turn
from agent.understanding.clauses import split_clauses
from agent.understanding.understand import IntentScore
from retrieval.retriever import Hit
from tools.orders import Order

_SEVERAL = 2
_DOCUMENT = 0.5
"""What a sentence keeps of its relevance in a document that is not the likeliest."""
_TOLD = 0.35
"""From this relevance on, a sentence answers one of several questions."""
_QUESTION = re.compile(r"[吗么嘛没不呢]$|多少|多久|几|谁|怎么|什么|啥|哪|咋|能不能|可以|要不要|[?？]")
NOT_KNOWN = "抱歉，这个问题我这边暂时没有查到准确的信息，不敢随便答复您。"


def find_hits(turn: Turn, ask: IntentScore, order: Order | None = None) -> tuple[Hit, ...]:
    """Passages for one question: those that the retrieve step found, else looked up now.

    Args:
        turn: the turn.
        ask: the question.
        order: that it is about; where the release has rules that an order decides, they are looked up for this one.
    """
    found = turn.hits.get(ask.clause)
    if found is None or (order is not None and turn.release.is_bound_by_orders):
        return turn.lookup(ask.clause, order=order)
    return found


async def answer_policy(turn: Turn, ask: IntentScore) -> Answer:
    """Answer from the policies in force; without one that fits, say so honestly."""
    hits = find_hits(turn, ask)
    if not hits:
        return abstain(turn, ask)
    facts = [
        *_waiting_goods(turn, ask),
        *(_for_each_question(turn, hits) or answer_facts(hits, turn.said_lately)),
    ]
    return Answer(ask.intent, "answered", "inform", tuple(facts))


def _waiting_goods(turn: Turn, ask: IntentScore) -> tuple[Fact, ...]:
    """For a question about sending a product that is on presale or sold out: when it can be sent, before the general rule."""
    mention = turn.understood.products
    if ask.intent != "shipping_policy" or not mention.is_explicit or mention.ambiguous or not mention.product_ids:
        return ()
    product = turn.catalogue.by_product[mention.product_ids[0]]
    skus = tuple(sku for sku in product.skus if not mention.sku_ids or sku.sku in mention.sku_ids)
    return () if any(is_buyable(sku) for sku in skus) else (product_stock_fact(product, skus, turn.today),)


def _for_each_question(turn: Turn, hits: Sequence[Hit]) -> tuple[Fact, ...]:
    """For a message of several questions on one thing: the best sentence for each of them; empty for a single question."""
    clauses = [clause.text for clause in split_clauses(turn.understood.folded) if _QUESTION.search(clause.text)]
    if len(turn.understood.intents) > 1 or len(clauses) < _SEVERAL:
        return ()
    found: dict[str, Fact] = {}
    for clause in clauses[:MOST_SENTENCES]:
        best = max(
            (entry for place in range(min(len(hits), _SEVERAL)) for entry in _told(turn, hits, place, clause)),
            default=None,
        )
        if best is not None and best[0] >= _TOLD:
            found.setdefault(best[1], sentence_fact(hits[best[2]], best[1]))
    return tuple(found.values()) if len(found) >= _SEVERAL else ()


def _told(turn: Turn, hits: Sequence[Hit], place: int, clause: str) -> list[tuple[float, str, int]]:
    """The sentences of one document that hold here, each with its relevance to one question, and the document's place."""
    hit, whole = hits[place], turn.said_lately
    weight = _DOCUMENT + (1 - _DOCUMENT) * hit.share / (hits[0].share or 1.0)
    return [
        (score * weight + row_bonus(hit, sentence, whole), sentence, place)
        for sentence, score in rank_again(turn, hit, clause)
    ]


def abstain(turn: Turn, ask: IntentScore) -> Answer:
    """Say that nothing reliable was found, and offer a person."""
    turn.notes.failures.append("retrieval")
    return Answer(ask.intent, "declined", "abstain", lead=NOT_KNOWN, ask="需要的话回复“人工”，我帮您转接同事。")
