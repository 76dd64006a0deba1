"""Vectors of recent questions, kept so that the same text in one turn is encoded once."""

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from retrieval.embedders.port import Embedder, Vectors

_FEW = 16


class RecentVectors:
    """An embedder that remembers the vectors of the last questions; long lists of passages are passed through.

    Not locked: two threads may encode the same question twice, which is harmless.

    Args:
        inner: the embedder that encodes.
        size: texts remembered, >= 1.
    """

    def __init__(self, inner: Embedder, size: int = 2048) -> None:
        self._inner = inner
        self._size = size
        self._recent: OrderedDict[tuple[str, str, str], Vectors] = OrderedDict()

    @property
    def identity(self) -> str:
        """The inner embedder's identity."""
        return self._inner.identity

    @property
    def dimensions(self) -> int:
        """The inner embedder's dimensions."""
        return self._inner.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Encode passages; a few of them (words, a preview) are remembered: float32 [n, dimensions], unit rows."""
        if not 0 < len(texts) <= _FEW:
            return self._inner.embed(texts)
        return self._remember(texts, ("passage", ""), self._inner.embed)

    def embed_queries(self, texts: Sequence[str], before: str = "") -> Vectors:
        """Encode questions, each of them once for what came before it: float32 [n, dimensions], unit rows."""
        if not texts:
            return self._inner.embed_queries(texts, before)
        return self._remember(texts, ("query", before), lambda new: self._inner.embed_queries(new, before))

    def _remember(
        self, texts: Sequence[str], role: tuple[str, str], encode: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        known = {text: row for text in texts if (row := self._recent.get((*role, text))) is not None}
        unknown = [text for text in dict.fromkeys(texts) if text not in known]
        if unknown:
            known.update(zip(unknown, encode(unknown), strict=True))
        for text in unknown:
            self._recent[(*role, text)] = known[text]
        while len(self._recent) > self._size:
            self._recent.popitem(last=False)
        return np.stack([known[text] for text in texts])  # [n, d]
