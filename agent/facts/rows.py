"""Table rows among the sentences of a document: 目的地：韩国，时效：5-8天. One is meant, the others are not."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from agent.understanding.entities.regions import find_places, wider_names

HOME, NOWHERE = "CN", "ZZ"
"""Codes of places at home, and of places abroad without a country."""
_LABEL_CHARS = 8
_NAMED = 0.5
"""What a table row gains that the question names."""
_FITTING = 0.5
"""A row less relevant than this gains less: of a table on something else that goes by the same names, none is meant."""
_UNNAMED = 0.8
"""What share of its relevance a row keeps that the question does not name. Source: on the transcripts that are tuned on, replies that
keep .4 to .8 hold as many of the facts asked for; with 1 they cite more documents that nobody asked for."""
_UNLISTED = 0.3
"""What share of its relevance a row keeps that is for other countries than the question names."""
_ALL_OTHERS = re.compile(r"以外|之外|除外|其[他它余](?:国家|地区|海外)|未列|没有列")
"""Words of a sentence on what a table does not list."""
_BREAK = re.compile(r"[、/和或\s]")


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    label: str
    """The first column's name, such as 支付方式."""
    cell: str
    """Its first cell, folded."""
    own: frozenset[str]
    """Neighbouring characters of its first cell that no other row of its table has."""
    names: frozenset[str] = frozenset()
    """Whole names in its first cell that no other row has as a whole: 信用卡 beside 国际信用卡."""

    def is_named(self, question: str) -> bool:
        """Whether a question names what sets the row apart: 金卡 names 等级：金卡会员，…."""
        return any(pair in question for pair in self.own) or any(
            re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", question) for name in self.names
        )


def rows_of(sentences: Iterable[str]) -> Mapping[str, Row]:
    """Tell which sentences are table rows.

    Args:
        sentences: of one document.

    Returns:
        Rows by sentence; several sentences that begin with one label, or a second cell that names its column, make them.
    """
    cut = {sentence: sentence.partition("：") for sentence in sentences}
    labels = Counter(label for label, colon, _ in cut.values() if colon)
    found = {
        sentence: label
        for sentence, (label, _, rest) in cut.items()
        if 0 < len(label) <= _LABEL_CHARS and "，" in rest and (labels[label] > 1 or "：" in rest)
    }
    pairs = {sentence: _pairs(sentence) for sentence in found}
    holders = Counter((found[sentence], pair) for sentence, held in pairs.items() for pair in held)
    whole = {sentence: _names(sentence) for sentence in found}
    called = Counter((found[sentence], name) for sentence, held in whole.items() for name in held)
    return {
        sentence: Row(
            label,
            _cell(sentence),
            frozenset(pair for pair in pairs[sentence] if holders[label, pair] == 1),
            frozenset(name for name in whole[sentence] if called[label, name] == 1),
        )
        for sentence, label in found.items()
    }


def seen_as_row(relevance: float, row: Row | None, question: str) -> float:
    """The relevance of a sentence; of a table row, seen by whether the question names it.

    Args:
        relevance: 0 to 1.
        row: None: the sentence is no row.
        question: the customer's words.
    """
    if row is None:
        return relevance
    return relevance + _NAMED * min(1.0, relevance / _FITTING) if row.is_named(question) else relevance * _UNNAMED


def _pairs(row: str) -> set[str]:
    """Neighbouring characters of a row's first cell."""
    cell = _cell(row)
    return {cell[at : at + 2] for at in range(len(cell) - 1) if not _BREAK.search(cell[at : at + 2])}


def _names(row: str) -> set[str]:
    """The names that a row's first cell lists."""
    return {name for name in _BREAK.split(_cell(row)) if len(name) > 1}


def _cell(row: str) -> str:
    return re.split(r"[，,]", row.partition("：")[2], maxsplit=1)[0].lower()


def is_unlisted(rows: Collection[Row], question: str) -> bool:
    """Whether a table goes by countries and has none of the places that the question names.

    Args:
        rows: of one document.
        question: the customer's words, with the names of groups that their places belong to.
    """
    asked = [place for place in find_places(question, question) if place.code != NOWHERE]
    listed = [place for row in rows for place in find_places(row.cell, row.cell)]
    codes = {place.code for place in listed}
    by_country = len(listed) > 1 and HOME not in codes
    names = {name for place in asked for name in wider_names(place)}
    return bool(asked) and by_country and not any(name in row.cell for row in rows for name in names)


def seen_as_unlisted(relevance: float, sentence: str, row: Row | None, question: str) -> float:
    """The relevance of a sentence, where its document has a table of other countries than the question names.

    Args:
        relevance: 0 to 1.
        sentence: of the document.
        row: None: the sentence is no row.
        question: the customer's words.
    """
    if row is not None:
        return relevance * _UNLISTED
    is_abroad = any(place.code not in (HOME, NOWHERE) for place in find_places(question, question))
    return relevance + _NAMED if is_abroad and _ALL_OTHERS.search(sentence) else relevance
