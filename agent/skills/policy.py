"""Questions that the shop's policies answer."""

import re
from collections.abc import Sequence

from agent.evidence import Answer, Fact
from agent.facts.policies import MOST_SENTENCES, answer_facts, ranked_sentences, sentence_fact
from agent.turn.context import Turn
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
_QUESTION = re.compile(r"[吗么嘛没不呢]$|多少|多久|几|谁|(?<!不)怎么|什么|啥|哪|(?<!不)咋|能不能|可以|要不要|[?？]")
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
    said = _for_each_question(turn) or _with_its_term(turn, ask, answer_facts(hits, turn.named_lately), hits)
    return Answer(ask.intent, "answered", "inform", tuple(said))


def _for_each_question(turn: Turn) -> tuple[Fact, ...]:
    """For a message of several questions on one thing: the best sentence for each of them; empty for a single question."""
    pieces = [clause.text for clause in split_clauses(turn.understood.folded)]
    clauses = [piece for piece in pieces if _QUESTION.search(piece)]
    if len(turn.understood.intents) > 1 or len(clauses) < _SEVERAL:
        return ()
    found: dict[str, Fact] = {}
    for clause in clauses[:MOST_SENTENCES]:
        # What is told before a question, 我人在美国 or another question, is what it leans on.
        before = " ".join(pieces[: pieces.index(clause)]) or message_before(turn)
        hits = [hit for hit in look_up_after(turn, clause, before) if not hit.is_other_reading]
        ranked = ranked_sentences(hits, turn.named_lately)
        if ranked and ranked[0].relevance >= _TOLD:
            found.setdefault(ranked[0].sentence, sentence_fact(ranked[0].hit, ranked[0].sentence))
    return tuple(found.values()) if len(found) >= _SEVERAL else ()


def _with_its_term(turn: Turn, ask: IntentScore, facts: Sequence[Fact], hits: Sequence[Hit]) -> Sequence[Fact]:
    """What answers whether something may go back, with the term in which it may, where the answer does not tell it."""
    asked = asked_types(turn.understood.folded)
    if ask.intent not in _HAS_A_TERM or asked - {"permission"} or any(_tells_term(fact.text) for fact in facts):
        return facts
    ranked = ranked_sentences(hits[:1], turn.named_lately)
    term = next((one for one in ranked if _tells_term(one.sentence)), None)
    return facts if term is None else [sentence_fact(term.hit, term.sentence), *facts][:MOST_SENTENCES]


def _tells_term(sentence: str) -> bool:
    return {"duration", "permission"} <= held_types(fold(sentence))


def abstain(turn: Turn, ask: IntentScore) -> Answer:
    """Say that nothing reliable was found, and offer a person."""
    turn.notes.failures.append("retrieval")
    return Answer(ask.intent, "declined", "abstain", lead=NOT_KNOWN, ask="需要的话回复“人工”，我帮您转接同事。")
