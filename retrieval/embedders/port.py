"""The port: what retrieval and understanding need of an embedding model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """An encoder of meaning: texts that mean the same lie close."""

    @property
    def identity(self) -> str:
        """Name and content hash: equal identities give equal vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that are to be found.

        Args:
            texts: n texts.

        Returns:
            float32 [n, dimensions], every row of length 1, in the order of the texts.
        """
        ...

    def embed_queries(self, texts: Sequence[str], before: str = "") -> Vectors:
        """Encode texts that search; the same as ``embed`` for a symmetric model.

        Args:
            texts: n questions.
            before: the customer's message before them, which a short question leans on; a model that cannot read it leaves it out.

        Returns:
            float32 [n, dimensions], every row of length 1, in the order of the texts.
        """
        ...


def unit_rows(rows: NDArray[np.floating]) -> Vectors:
    """Scale each row to length 1, so that a dot product is a cosine.

    Args:
        rows: [n, d].

    Returns:
        float32 [n, d]; a row of zeros stays zeros.
    """
    matrix = np.ascontiguousarray(rows, dtype=np.float32)  # [n, d]
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)  # [n, 1]
    return np.asarray(matrix / np.maximum(lengths, 1e-12), dtype=np.float32)  # [n, d]
