"""Table rows among the sentences of a document: 目的地：韩国，时效：5-8天. One is meant, the others are not."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_LABEL_CHARS = 8
_NAMED = 0.5
"""What a table row gains that the question names."""
_UNNAMED = 0.8
"""What share of its relevance a row keeps that the question does not name. Source: on the transcripts that are tuned on, replies that
keep .4 to .8 hold as many of the facts asked for; with 1 they cite more documents that nobody asked for."""
_BREAK = re.compile(r"[、/和或\s]")


def row_labels(sentences: Iterable[str]) -> Mapping[str, str]:
    """Tell which sentences are table rows.

    Args:
        sentences: of one document.

    Returns:
        The first column's name, such as 支付方式, by row; several sentences that begin with it, or a second cell that names its column,
        make it one.
    """
    cut = {sentence: sentence.partition("：") for sentence in sentences}
    labels = Counter(label for label, colon, _ in cut.values() if colon)
    return {
        sentence: label
        for sentence, (label, _, rest) in cut.items()
        if 0 < len(label) <= _LABEL_CHARS and "，" in rest and (labels[label] > 1 or "：" in rest)
    }


def seen_as_row(sentence: str, relevance: float, labels: Mapping[str, str], question: str) -> float:
    """The relevance of a sentence; of a table row, seen by whether the question names what sets it apart (金卡 names 等级：金卡会员，…).

    Args:
        sentence: a sentence of a document.
        relevance: 0 to 1.
        labels: the rows of the document, see `row_labels`.
        question: the customer's words.
    """
    if sentence not in labels:
        return relevance
    return relevance + _NAMED if is_named(sentence, labels, question) else relevance * _UNNAMED


def is_named(row: str, labels: Mapping[str, str], question: str) -> bool:
    """Whether a question names what sets one row's first cell apart from the others' of its table; arguments as of `seen_as_row`."""
    others = {pair for text, label in labels.items() if text != row and label == labels[row] for pair in _pairs(text)}
    return any(pair in question for pair in _pairs(row) - others)


def _pairs(row: str) -> set[str]:
    """Neighbouring characters of a row's first cell."""
    cell = re.split(r"[，,]", row.partition("：")[2], maxsplit=1)[0].lower()
    return {cell[at : at + 2] for at in range(len(cell) - 1) if not _BREAK.search(cell[at : at + 2])}
