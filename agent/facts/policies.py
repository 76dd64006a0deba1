"""What the policies in force say, quoted sentence by sentence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from agent.evidence import Fact
from agent.facts.rows import Row, is_unlisted, rows_of, seen_as_row, seen_as_unlisted
from agent.messages import Source
from retrieval.groups import group_defined
from retrieval.passages import Passage
from retrieval.retriever import Hit

ENOUGH = 0.5
"""A further sentence is quoted when it is at least this share as relevant as the best one."""

_SAME_WORDS = 80
"""From this likeness on, 0 to 100, two sentences with the same figures say the same."""
_AHEAD = 0.1
"""So far a table row that the question names stands before the best other sentence of its document at the most."""
_PLAINLY = 0.6
"""From this relevance on, a sentence answers plainly."""
_DEFINITION = 0.5
"""What share of its relevance a sentence keeps that only tells what a name stands for, 偏远地区指新疆、西藏, where nobody asked that."""
_ASKS_WHO_BELONGS = re.compile(r"算|属于|属不属|哪些|是不是|范围|包括|什么叫|(?:啥|什么)意思")
MOST_SENTENCES = 3
"""So many sentences of one document are quoted at the most."""


def passage_source(passage: Passage, score: float | None = None) -> Source:
    """Cite the document of a passage, with its version and validity.

    Args:
        passage: what is quoted.
        score: its calibrated relevance, 0 to 1; None: it was not found by searching.
    """
    return Source(
        id=passage.source_id,
        kind=passage.kind,
        title=passage.title,
        version=passage.version,
        effective_from=passage.scope.effective_from,
        effective_to=passage.scope.effective_to,
        score=None if score is None else round(score, 3),
    )


def policy_source(hit: Hit) -> Source:
    """Cite the document of a hit."""
    return passage_source(hit.passage, hit.score)


def sentence_fact(hit: Hit, sentence: str) -> Fact:
    """Quote one sentence of a hit."""
    return Fact("policy", _closed(sentence), policy_source(hit))


def policy_facts(hit: Hit, question: str = "", most: int = MOST_SENTENCES) -> tuple[Fact, ...]:
    """Quote the sentences of one document that answer the question, best first; see `answer_facts`."""
    return answer_facts((hit,), question, most)


def answer_facts(hits: Sequence[Hit], question: str, most: int = MOST_SENTENCES) -> tuple[Fact, ...]:
    """Quote what answers best from all documents found.

    Args:
        hits: documents found, best first.
        question: the customer's words; a table row whose first cell they name comes before the other rows.
        most: how many sentences at the most.

    Returns:
        Facts, best first.
    """
    ranked = ranked_sentences([hit for hit in hits if not hit.is_other_reading], question)
    doubted = [hit for hit in hits if hit.is_other_reading]
    if doubted and most > 1 and (told := _other_reading(doubted, question)):
        facts = answer_facts([hit for hit in hits if not hit.is_other_reading], question, most - 1)
        return (*facts[:1], told, *facts[1:]) if not _is_said(told.text, facts) else facts
    chosen: dict[tuple[str, str], Fact] = {}
    for one in ranked:
        enough = one.relevance >= ranked[0].relevance * ENOUGH and len(chosen) < most
        if enough and not _is_said(one.sentence, chosen.values()):
            # Of one table, only the best row is quoted.
            part = one.row.label if one.row else one.sentence
            chosen.setdefault((one.hit.passage.source_id, part), sentence_fact(one.hit, one.sentence))
    return tuple(chosen.values())


def _other_reading(doubted: Sequence[Hit], question: str) -> Fact | None:
    """What answers a message best that may lean on the one before, or not, as it was not read; None: nothing plainly does."""
    best = ranked_sentences(doubted, question)[0]
    return sentence_fact(best.hit, best.sentence) if best.relevance >= _PLAINLY else None


@dataclass(frozen=True)
class Ranked:
    """One sentence that stands for election."""

    relevance: float
    """Higher is better; above 1 for a table row that the question names."""
    sentence: str
    hit: Hit
    """The document it stands in."""
    row: Row | None
    """None: it is no row of a table."""


def ranked_sentences(hits: Sequence[Hit], question: str) -> list[Ranked]:
    """The sentences of all documents found, best first.

    Args:
        hits: documents found, best first.
        question: the customer's words, lately.
    """
    found = [one for hit in hits for one in _ranked(hit, question)]
    return sorted(found, key=lambda one: -one.relevance)


def _ranked(hit: Hit, question: str) -> Iterator[Ranked]:
    rows = rows_of(sentence for sentence, _ in hit.sentences)
    unlisted = is_unlisted(rows.values(), question)
    # A row that is named comes first in its own document, and not before what another document says better.
    most = max((score for _, score in hit.sentences), default=0.0) + _AHEAD
    for sentence, score in hit.sentences:
        row = rows.get(sentence)
        seen = seen_as_unlisted(score, sentence, row, question) if unlisted else seen_as_row(score, row, question)
        if group_defined(sentence) is not None and not _ASKS_WHO_BELONGS.search(question):
            seen *= _DEFINITION
        yield Ranked(min(seen, most), sentence, hit, row)


def _is_said(sentence: str, facts: Iterable[Fact]) -> bool:
    """Whether a fact says the same in nearly the same words: two policies often repeat one rule."""
    return any(
        fuzz.ratio(sentence, fact.text) >= _SAME_WORDS and _figures(sentence) == _figures(fact.text) for fact in facts
    )


def _figures(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _closed(sentence: str) -> str:
    text = sentence.strip()
    return text if text.endswith(("。", "！", "？", "!", "?")) else text.rstrip("；;，,：:") + "。"
