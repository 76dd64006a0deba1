"""The lexical index: BM25 over the words of every key, scaled so that questions of any length compare."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ReleaseFormatError
from retrieval.words import words_of

_FOLDER = "lexical"
_RARITY_FILE = "rarity.json"


class LexicalIndex:
    """All words of one release, built whole and never changed.

    Args:
        bm25: a ``bm25s.BM25`` index over the texts; None when no text has a word.
        rarity: how much a word tells, by word: the BM25 idf.
        size: number of texts.
    """

    def __init__(self, bm25: Any, rarity: dict[str, float], size: int) -> None:
        self._bm25 = bm25
        self._rarity = rarity
        self._size = size
        self._unknown = max(rarity.values(), default=1.0)

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index texts, positions in the order given."""
        import bm25s

        documents = [words_of(text) for text in texts]
        holders: dict[str, int] = {}
        for document in documents:
            for word in set(document):
                holders[word] = holders.get(word, 0) + 1
        size = len(documents)
        rarity = {word: float(np.log(1 + (size - n + 0.5) / (n + 0.5))) for word, n in sorted(holders.items())}
        if not rarity:
            return cls(None, {}, size)
        vocabulary = {word: number for number, word in enumerate(rarity)}
        bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.5)
        bm25.index(
            ([[vocabulary[word] for word in document] for document in documents], vocabulary), show_progress=False
        )
        return cls(bm25, rarity, size)

    def scores(self, question: str) -> NDArray[np.float32]:
        """Compare a question's words with every text.

        Args:
            question: the customer's words.

        Returns:
            float32 [n], 0..1: the BM25 score as a share of the most any text could reach; a word the shop never uses counts as a
            rare word that no text holds.
        """
        words = words_of(question)
        known = [word for word in words if word in self._rarity]
        if self._bm25 is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        reachable = sum(self._rarity.get(word, self._unknown) for word in words)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)[: self._size] / np.float32(reachable)

    def save(self, folder: Path) -> None:
        """Write the index into a folder, as arrays and JSON."""
        target = folder / _FOLDER
        target.mkdir()
        content = {"size": self._size, "rarity": self._rarity}
        (target / _RARITY_FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        if self._bm25 is not None:
            self._bm25.save(str(target), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read what ``save`` wrote.

        Raises:
            ReleaseFormatError: when the files cannot be read.
        """
        import bm25s

        target = folder / _FOLDER
        try:
            content = json.loads((target / _RARITY_FILE).read_text(encoding="utf-8"))
            bm25 = bm25s.BM25.load(str(target), show_progress=False) if content["rarity"] else None
            return cls(bm25, content["rarity"], content["size"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReleaseFormatError(
                target, f"the word index cannot be read ({error}); build the release again"
            ) from error
