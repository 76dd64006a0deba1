"""Questions that the shop's policies answer."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.evidence import Answer, Fact
from agent.facts.policies import MOST_SENTENCES, answer_facts, policy_source, ranked_sentences, sentence_fact
from agent.messages import Source
from agent.turn.context import HOME_REGION, Turn
from agent.turn.lookup import look_up_after, message_before
from agent.understanding.clauses import split_clauses
from agent.understanding.understand import IntentScore
from retrieval.answer_types import asked_types, held_types
from retrieval.retriever import Hit
from retrieval.words import fold
from tools.orders import Order

_SEVERAL = 2
_HAS_A_TERM = frozenset({"return_policy", "exchange"})
_TOLD = 0.35
"""From this relevance on, a sentence answers one of several questions."""
_QUESTION = re.compile(
    r"[吗么嘛没不呢]$|多少|多久|(?<![好十])几|谁|(?<!不)怎么|什么|啥|哪|(?<!不)咋|能不能|可以|要不要"
)
_REFUSES = re.compile(r"(?:不支持|不能|不可|不予|不接受|无法)[^，。；]{0,6}(?:退|换)")
_CLOSE_RACE = 0.7
"""From this part of the best source's share on, another source may tell the term: it is as likely the one meant."""
_ABROAD = re.compile(r"海外|境外|国外|国际|跨境|港澳台")
_BACK = re.compile(r"[退换]")
_GOES_BACK = re.compile(r"退货|换货|退换|调换")
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


def at_home(turn: Turn, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Documents without their sentences on parcels abroad, for a customer at home who speaks of none.

    A document of nothing else is left out, unless it is the best.
    """
    if turn.region != HOME_REGION or _ABROAD.search(turn.said_lately):
        return tuple(hits)
    kept = [replace(hit, sentences=tuple(one for one in hit.sentences if not _ABROAD.search(one[0]))) for hit in hits]
    best = [kept[0] if kept[0].sentences else hits[0]] if hits else []
    return (*best, *(hit for hit in kept[1:] if hit.sentences))


async def answer_policy(turn: Turn, ask: IntentScore) -> Answer:
    """Answer from the policies in force; without one that fits, say so honestly."""
    hits = find_hits(turn, ask)
    if not hits:
        return abstain(turn, ask)
    said = _for_each_question(turn) or answer_facts(at_home(turn, hits), turn.named_lately)
    return Answer(ask.intent, "answered", "inform", _with_its_term(turn, ask, said, hits))


def _for_each_question(turn: Turn) -> tuple[Fact, ...]:
    """For a message of several questions on one thing: the best sentence for each of them; empty for a single question."""
    clauses = questions_of(turn)
    if len(turn.understood.intents) > 1 or len(clauses) < _SEVERAL:
        return ()
    found: dict[str, Fact] = {}
    for clause in clauses[:MOST_SENTENCES]:
        hits = [hit for hit in look_up_question(turn, clause) if not hit.is_other_reading]
        ranked = ranked_sentences(at_home(turn, hits), turn.named_lately)
        if ranked and ranked[0].relevance >= _TOLD:
            found.setdefault(ranked[0].sentence, sentence_fact(ranked[0].hit, ranked[0].sentence))
    return tuple(found.values()) if len(found) >= _SEVERAL else ()


def questions_of(turn: Turn) -> list[str]:
    """The pieces of the message that ask something, by their words or by the mark behind them."""
    text = turn.understood.folded
    return [
        clause.text
        for clause in split_clauses(text)
        if _QUESTION.search(clause.text) or text.startswith("?", clause.start + len(clause.text))
    ]


def look_up_question(turn: Turn, clause: str) -> tuple[Hit, ...]:
    """Policies for one question of several; what is told before it, 我人在美国 or another question, is what it leans on."""
    pieces = [piece.text for piece in split_clauses(turn.understood.folded)]
    return look_up_after(turn, clause, " ".join(pieces[: pieces.index(clause)]) or message_before(turn))


def _with_its_term(turn: Turn, ask: IntentScore, facts: Sequence[Fact], hits: Sequence[Hit]) -> tuple[Fact, ...]:
    """What answers whether something may go back, with the term in which it may, where the answer does not tell it."""
    clauses = questions_of(turn)
    several = len(clauses) >= _SEVERAL
    asking = [text for text in (clauses if several else [turn.understood.folded]) if _asks_whether_back(text)]
    if ask.intent not in _HAS_A_TERM or not asking or not facts or _REFUSES.search(facts[0].text):
        return tuple(facts)
    hits = look_up_question(turn, asking[0]) if several else hits
    likely = [hit for hit in hits if not hit.is_other_reading and hit.share >= hits[0].share * _CLOSE_RACE]
    ranked = ranked_sentences(at_home(turn, likely), turn.named_lately)
    term = next((one for one in ranked if _tells_term(one.sentence)), None)
    # Another document may tell another term: that of goods disliked is not that of goods at fault.
    if term is None or _tells_term(facts[0].text) or _is_told(policy_source(term.hit), facts):
        return tuple(facts)
    return (sentence_fact(term.hit, term.sentence), *facts)[:MOST_SENTENCES]


def _is_told(source: Source, facts: Sequence[Fact]) -> bool:
    """Whether one of the facts tells the term of a document."""
    return any(fact.source == source and _tells_term(fact.text) for fact in facts)


def _asks_whether_back(text: str) -> bool:
    """Whether folded words ask if something may go back, and not who pays for it or how it is done."""
    asked = asked_types(text)
    return asked <= {"permission"} and (bool(asked) or _BACK.search(text) is not None)


def _tells_term(sentence: str) -> bool:
    return _GOES_BACK.search(sentence) is not None and {"duration", "permission"} <= held_types(fold(sentence))


def abstain(turn: Turn, ask: IntentScore) -> Answer:
    """Say that nothing reliable was found, and offer a person."""
    turn.notes.failures.append("retrieval")
    return Answer(ask.intent, "declined", "abstain", lead=NOT_KNOWN, ask="需要的话回复“人工”，我帮您转接同事。")
