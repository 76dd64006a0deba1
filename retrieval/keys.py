"""Keys: all the texts under which a source is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.passages import Passage

KeyKind = Literal["title", "question", "passage", "sentence", "placed"]
KEY_KINDS: tuple[KeyKind, ...] = ("title", "question", "passage", "sentence", "placed")


@dataclass(frozen=True)
class Key:
    """One text that leads to a passage."""

    ref: str
    """Unique in a release: passage id, kind and ordinal."""
    kind: KeyKind
    text: str
    """What is embedded; all but the placed sentences are looked up word by word too."""
    passage: int
    """Position of the passage in the release."""
    sentence: int | None = None
    """Position of the sentence in the passage; None for keys of the whole passage."""


def keys_of(passages: Sequence[Passage]) -> tuple[Key, ...]:
    """Derive the keys of a release.

    A title and the editor's questions belong to the whole source; they are made for each of its passages, because each passage has
    its own dates and regions. Equal texts are embedded once, so this costs no model time.

    Args:
        passages: all passages, in the release's order.

    Returns:
        The keys, by passage, then kind, then ordinal.
    """
    keys: list[Key] = []
    for position, passage in enumerate(passages):
        head = f"{passage.title} {passage.heading}".strip()
        texts: list[tuple[KeyKind, str, int | None]] = [("title", head, None)]
        texts += [("question", question, None) for question in passage.questions]
        texts.append(("passage", f"{head}：{passage.text}", None))
        texts += [("sentence", sentence, ordinal) for ordinal, sentence in enumerate(passage.sentences)]
        # A sentence alone often lacks its subject; behind its title it has one.
        texts += [("placed", f"{head}：{sentence}", ordinal) for ordinal, sentence in enumerate(passage.sentences)]
        for number, (kind, text, sentence) in enumerate(texts):
            keys.append(Key(f"{passage.passage_id}/{kind}/{number}", kind, text, position, sentence))
    return tuple(keys)


def body_keys(keys: Sequence[Key]) -> NDArray[np.int64]:
    """Positions of the keys that are body text, whole or by the sentence: what is compared word by near word."""
    return np.array([number for number, key in enumerate(keys) if key.kind in ("passage", "sentence")], dtype=np.int64)


def searchable_words(keys: Sequence[Key]) -> list[str]:
    """The texts of the word index, one a key: a placed sentence repeats words that other keys have, so it gives none."""
    return ["" if key.kind == "placed" else key.text for key in keys]


def by_passage(owners: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    """The positions that belong to each passage, ascending."""
    if not size:
        return []
    order = np.argsort(owners, kind="stable")
    return np.split(order, np.searchsorted(owners[order], np.arange(1, size)))
