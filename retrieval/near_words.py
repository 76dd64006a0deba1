"""Near words: how well each word of a question is met by the nearest word of a text, between exact words and whole meanings."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import ReleaseFormatError
from retrieval.words import content_words

_WORDS_FILE = "near-words.json"
_VECTORS_FILE = "near-words.npy"

_UNRELATED = 0.3
"""Cosine at which two words of the default encoder have nothing to do with each other."""
_UNKNOWN_SHARE = 0.7
"""Weight of a word the shop never uses, as a share of the rarest word's: it may be a name that matters, or only a manner of speech."""


def vocabulary_of(texts: Sequence[str]) -> tuple[str, ...]:
    """The different content words of texts, sorted: what needs a vector."""
    return tuple(sorted({word for text in texts for word in content_words(text)}))


class NearWords:
    """The words of some texts with their vectors, built whole and never changed.

    Source: benchmarks/retrieval.py; it raised recall@1 on a shop that was not fitted on from .73 to .78.

    Args:
        texts: the texts to score.
        vocabulary: ``vocabulary_of(texts)``.
        vectors: float32 [words, d], unit rows, one for each word of the vocabulary.
        embedder: the one that made the vectors; encodes a question's unknown words.
    """

    def __init__(self, texts: Sequence[str], vocabulary: Sequence[str], vectors: Vectors, embedder: Embedder) -> None:
        self._number = {word: number for number, word in enumerate(vocabulary)}
        self._vectors = vectors
        self._embedder = embedder
        documents = [sorted({self._number[word] for word in content_words(text)}) for text in texts]
        # An empty document is one sentinel column that no word is near to, so that every text has a slice of its own.
        filled = [document or [len(vocabulary)] for document in documents]
        self._flat = np.array([number for document in filled for number in document], dtype=np.int64)
        self._starts = np.cumsum([0, *(len(document) for document in filled)], dtype=np.int64)[:-1]
        holders = np.bincount(self._flat, minlength=len(vocabulary) + 1)
        self._rarity = np.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))  # [words + 1]
        self._unknown_rarity = _UNKNOWN_SHARE * float(np.log(1 + len(texts)))
        self._size = len(texts)

    def scores(self, question: str) -> NDArray[np.float32]:
        """Compare a question's words with every text.

        Args:
            question: the customer's words.

        Returns:
            float32 [texts], 0..1: the share of the question's words, weighed by rarity, that the text meets.
        """
        words = list(dict.fromkeys(content_words(question)))
        if not words or not self._size:
            return np.zeros(self._size, dtype=np.float32)
        unknown = [word for word in words if word not in self._number]
        fresh = dict(zip(unknown, self._embedder.embed(unknown), strict=True)) if unknown else {}
        rows = np.stack(
            [fresh[word] if word in fresh else self._vectors[self._number[word]] for word in words]
        )  # [q, d]
        rarity = np.array(
            [self._unknown_rarity if word in fresh else self._rarity[self._number[word]] for word in words]
        )  # [q]
        nearness = np.zeros((len(words), len(self._number) + 1), dtype=np.float32)  # [q, words + 1]
        # einsum stays on this thread; the threads of a matrix product cost 10 ms here as soon as another process is busy.
        cosines = np.einsum("qd,wd->qw", rows, self._vectors)  # [q, words]
        nearness[:, :-1] = np.clip((cosines - _UNRELATED) / (1 - _UNRELATED), 0, 1)
        best = np.maximum.reduceat(nearness[:, self._flat], self._starts, axis=1)  # [q, texts]
        return np.asarray(rarity @ best / rarity.sum(), dtype=np.float32)  # [texts]

    def save(self, folder: Path) -> None:
        """Write the vocabulary and its vectors into a folder."""
        (folder / _WORDS_FILE).write_text(json.dumps(list(self._number), ensure_ascii=False), encoding="utf-8")
        np.save(folder / _VECTORS_FILE, self._vectors, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, texts: Sequence[str], embedder: Embedder) -> "NearWords":
        """Read what ``save`` wrote.

        Args:
            folder: the release.
            texts: the texts it was built for.
            embedder: the one it was built with.

        Raises:
            ReleaseFormatError: when the files cannot be read or belong to other texts.
        """
        path = folder / _WORDS_FILE
        try:
            vocabulary = json.loads(path.read_text(encoding="utf-8"))
            vectors = np.load(folder / _VECTORS_FILE, allow_pickle=False)
            if len(vocabulary) != len(vectors):
                raise ReleaseFormatError(
                    path, f"{len(vectors)} vectors for {len(vocabulary)} words; build the release again"
                )
            return cls(texts, vocabulary, vectors, embedder)
        except KeyError as error:
            raise ReleaseFormatError(path, f"lacks the word {error}; build the release again") from error
        except (OSError, ValueError, TypeError) as error:
            raise ReleaseFormatError(path, f"cannot be read ({error}); build the release again") from error
