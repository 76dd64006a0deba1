"""A double of the port: character pairs hashed into buckets; no weights, no meaning beyond shared characters."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from retrieval.embedders.port import Vectors, unit_rows


class NgramEmbedder:
    """Deterministic vectors from characters and character pairs, for tests and for a shop that wants no model.

    Args:
        dimensions: buckets, >= 16.
    """

    def __init__(self, dimensions: int = 256) -> None:
        self._dimensions = dimensions

    @property
    def identity(self) -> str:
        """``ngrams:<buckets>``."""
        return f"ngrams:{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """Number of buckets."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Count characters and pairs: float32 [n, dimensions], unit rows."""
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)  # [n, d]
        for row, text in zip(rows, texts, strict=True):
            folded = text.casefold()
            for piece in [*folded, *(a + b for a, b in pairwise(folded))]:
                row[int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=4).digest()) % self._dimensions] += 1
        return unit_rows(rows)

    def embed_queries(self, texts: Sequence[str], before: str = "") -> Vectors:
        """The same as ``embed``: what came before is left out."""
        return self.embed(texts)
