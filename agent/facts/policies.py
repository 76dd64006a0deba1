"""What the policies in force say, quoted sentence by sentence."""

import re
from collections.abc import Sequence

from agent.evidence import Fact
from agent.messages import Source
from retrieval.passages import Passage
from retrieval.retriever import Hit

ENOUGH = 0.5
"""A further sentence is quoted when it is at least this share as relevant as the best one."""

_LABEL_CHARS = 8
_NAMED_ROW = 0.5
"""What a table row gains that the question names."""
_UNNAMED_ROW = 0.4
"""What share of its relevance a row keeps that the question does not name. Source: on the transcripts that are tuned on, .4 cites fewer
documents that nobody asked for than 1 and .7 (precision .684, .677, .657), and no answer lost a fact."""
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


def policy_facts(hit: Hit, most: int = MOST_SENTENCES) -> tuple[Fact, ...]:
    """Quote the sentences of a hit that answer the question, best first.

    Args:
        hit: a passage found, with its sentences ranked by relevance.
        most: how many sentences at the most.
    """
    if not hit.sentences:
        return ()
    best = hit.sentences[0][1]
    chosen: dict[str, Fact] = {}
    for sentence, score in hit.sentences:
        if score >= best * ENOUGH and len(chosen) < most:
            chosen.setdefault(_row_label(sentence) or sentence, sentence_fact(hit, sentence))
    return tuple(chosen.values())


def answer_facts(hits: Sequence[Hit], question: str, most: int = MOST_SENTENCES) -> tuple[Fact, ...]:
    """Quote what answers best from all documents found.

    Args:
        hits: documents found, best first.
        question: the customer's words; a table row whose first cell they name comes before the other rows.
        most: how many sentences at the most.

    Returns:
        Facts, best first.
    """
    ranked = ranked_sentences(hits, question)
    chosen: dict[tuple[str, str], Fact] = {}
    for score, sentence, hit in ranked:
        if score >= ranked[0][0] * ENOUGH and len(chosen) < most:
            key = (hit.passage.source_id, _row_label(sentence) or sentence)
            chosen.setdefault(key, sentence_fact(hit, sentence))
    return tuple(chosen.values())


def ranked_sentences(hits: Sequence[Hit], question: str) -> list[tuple[float, str, Hit]]:
    """The sentences of all documents found, each with its relevance: one for each, best first.

    Args:
        hits: documents found, best first.
        question: the customer's words, lately.
    """
    return sorted(
        (
            (_seen_as_row(hit, sentence, question, score), sentence, hit)
            for hit in hits
            for sentence, score in hit.sentences
        ),
        key=lambda entry: -entry[0],
    )


def _seen_as_row(hit: Hit, sentence: str, question: str, score: float) -> float:
    """The relevance of a sentence, where it is a table row seen by whether the question names what sets it apart.

    金卡 names 等级：金卡会员，…. A row that the question does not name is seldom the one meant.
    """
    label = _row_label(sentence)
    if label is None:
        return score
    others = {
        pair for text, _ in hit.sentences if text != sentence and _row_label(text) == label for pair in _pairs(text)
    }
    named = any(pair in question for pair in _pairs(sentence) - others)
    return score + _NAMED_ROW if named else score * _UNNAMED_ROW


def _pairs(row: str) -> set[str]:
    """Neighbouring characters of a row's first cell."""
    cell = re.split(r"[，,]", row.partition("：")[2], maxsplit=1)[0].lower()
    return {cell[at : at + 2] for at in range(len(cell) - 1) if not re.search(r"[、/和或\s]", cell[at : at + 2])}


def _row_label(sentence: str) -> str | None:
    """The first column's name of a table row, such as 支付方式: of one table, only the best row is quoted."""
    label, colon, _ = sentence.partition("：")
    return label if colon and sentence.count("：") > 1 and len(label) <= _LABEL_CHARS else None


def _closed(sentence: str) -> str:
    text = sentence.strip()
    return text if text.endswith(("。", "！", "？", "!", "?")) else text.rstrip("；;，,：:") + "。"
