"""Which size fits: a row of the shop's size table, the product's own advice, or the rule for how it is cut."""

import re
from collections.abc import Mapping
from decimal import Decimal

from agent.evidence import Answer, Fact
from agent.facts.goods import stated_fact
from agent.facts.policies import passage_source, policy_facts
from agent.skills.policy import abstain, find_hits
from agent.skills.size_table import Measure, Row, best_row, measures_of, read_rows
from agent.state import PendingSlot
from agent.turn.context import Turn
from agent.understanding.entities import extract_entities
from agent.understanding.folding import fold
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Product
from retrieval.passages import Passage
from retrieval.retriever import Hit

_RULE_SURE = 0.5
_EARLIER = 4
_WHICH_SIZE = re.compile(r"多大|几码|[什啥]么?码|哪个码|哪个号|几号|多大码|什么号|选码|推荐.{0,3}码")
_ADVICE = ("尺码建议", "建议尺码", "选码建议", "尺码说明", "尺码")


async def advise_size(turn: Turn, ask: IntentScore) -> Answer:
    """Advise a size from the table row that holds the customer's measures; ask for them where they are missing."""
    product = turn.product
    turn.notes.product_id = product.product_id if product else None
    own = _own_advice(product)
    measures = _measures(turn)
    hits = find_hits(turn, ask)
    told_now = measures_of(turn.understood.entities, turn.understood.folded)
    asks_rule = bool(hits) and hits[0].score >= _RULE_SURE and _asks_rule(ask, hits[0])
    if measures and (told_now or not asks_rule):
        found = [fact for fact in (_table_fact(turn, product, measures), own) if fact is not None]
        if found:
            return Answer(ask.intent, "answered", "inform", tuple(found))
    if asks_rule or (hits and measures and hits[0].score >= _RULE_SURE):
        return Answer(
            ask.intent, "answered", "inform", (*policy_facts(hits[0], turn.named_lately), *((own,) if own else ()))
        )
    if own and turn.understood.entities.size:
        return Answer(ask.intent, "answered", "inform", (own,))
    if not measures:
        turn.notes.slot = PendingSlot(ask.intent, "measure")
        question = "方便告诉我您的身高和体重吗？我帮您看看穿哪个码。"
        return Answer(ask.intent, "clarify", "clarify", (own,) if own else (), ask=question)
    return (
        Answer(ask.intent, "answered", "inform", policy_facts(hits[0], turn.named_lately))
        if hits
        else abstain(turn, ask)
    )


def _measures(turn: Turn) -> dict[Measure, Decimal]:
    """The measures of this message, and those of the last ones where this one leaves them out."""
    found = measures_of(turn.understood.entities, turn.understood.folded)
    for text in reversed(turn.state.customer_texts[-_EARLIER:]):
        folded = fold(text)
        for measure, value in measures_of(extract_entities(folded), folded.text).items():
            found.setdefault(measure, value)
    return found


def _asks_rule(ask: IntentScore, hit: Hit) -> bool:
    """Whether a question is about how things are cut rather than "which size do I take"."""
    return not _WHICH_SIZE.search(ask.clause) and bool(hit.sentences) and not read_rows([hit.sentences[0][0]])


def _own_advice(product: Product | None) -> Fact | None:
    if product is None:
        return None
    key = next((key for key in _ADVICE if key in product.attributes), None)
    return stated_fact(product, key) if key else None


def _table_fact(turn: Turn, product: Product | None, measures: Mapping[Measure, Decimal]) -> Fact | None:
    """The row that fits, from a table made for the product where there is one, else from a general one."""
    passages = [passage for passage in turn.release.passages if _holds(turn, passage, product)]
    special = [passage for passage in passages if passage.scope.products]
    for group in (special, [passage for passage in passages if not passage.scope.products]):
        pairs = [(row, passage) for passage in group for row in read_rows(passage.sentences)]
        best = best_row([row for row, _ in pairs], measures)
        if best is not None:
            passage = next(passage for row, passage in pairs if row is best)
            return Fact("policy", _say(best), passage_source(passage))
    return None


def _holds(turn: Turn, passage: Passage, product: Product | None) -> bool:
    if passage.kind != "policy" or (passage.scope.products and product is None):
        return False
    return passage.scope.excludes(turn.today, turn.region, product.product_id if product else None) is None


def _say(row: Row) -> str:
    size = row.size if row.size.endswith("码") else f"{row.size}码"
    return f"按您的数据建议选{size}，对照表是{row.sentence.rstrip('。')}。"
