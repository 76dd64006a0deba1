"""What the intent classifier sees of a clause: its meaning and its characters."""

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.port import Embedder

BUCKETS = 8192
"""Buckets of the character n-grams."""
MEANING_WEIGHT = 3.0
"""Length of the embedding part. Source: five-fold search over 2, 3 and 4; the differences are under half a point."""
CHARACTER_WEIGHT = 3.0
"""Length of the character part; same search."""

Matrix = NDArray[np.float32]

_LONG_NUMBER = re.compile(r"(?<![a-z0-9])(?=[a-z0-9-]*\d{4})[a-z0-9][a-z0-9-]{5,}(?![a-z0-9])")
_NOT_SAID = re.compile(r"[\s,。、~…\"'()<>《》【】\[\]]+")


def mask_numbers(text: str) -> str:
    """Put one fixed number in the place of every order and tracking number: which one it is says nothing of the intent."""
    return _LONG_NUMBER.sub("12345678", text)


def hash_characters(text: str) -> tuple[int, ...]:
    """Buckets of the single characters and pairs of a text, each once, in ascending order.

    Args:
        text: folded text; digits count as one sign, spaces and light punctuation as none.

    Returns:
        Numbers from 0 to ``BUCKETS`` - 1.
    """
    said = "^" + "".join("0" if sign.isdigit() else sign for sign in _NOT_SAID.sub("", text)) + "$"
    grams = {said[start : start + size] for size in (1, 2) for start in range(len(said) - size + 1)}
    return tuple(sorted({zlib.crc32(gram.encode("utf-8", "surrogatepass")) % BUCKETS for gram in grams}))


def featurise(texts: Sequence[str], embedder: Embedder) -> Matrix:
    """Turn folded texts into feature rows.

    Args:
        texts: n folded texts.
        embedder: the sentence encoder whose vectors the classifier was trained on.

    Returns:
        float32 [n, dimensions + BUCKETS].
    """
    masked = [mask_numbers(text) for text in texts]
    meaning = embedder.embed(masked)  # [n, d]
    width = embedder.dimensions
    rows = np.zeros((len(texts), width + BUCKETS), dtype=np.float32)  # [n, d + B]
    rows[:, :width] = meaning * MEANING_WEIGHT
    for row, text in zip(rows, masked, strict=True):
        buckets = hash_characters(text)
        row[width + np.array(buckets, dtype=np.int64)] = CHARACTER_WEIGHT / np.sqrt(len(buckets))
    return rows
