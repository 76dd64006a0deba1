"""The intent classifier: one linear layer over meaning and characters, in plain numpy."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from agent.understanding.errors import WeightsError
from agent.understanding.features import BUCKETS, featurise
from agent.understanding.intents import INTENTS
from retrieval.embedders.port import Embedder

SHIPPED_WEIGHTS = Path(__file__).with_name("intents.npz")
"""The weights that belong to the shipped utterances."""

STATEMENT = "statement"
"""The label of a clause that only tells: it asks nothing of its own."""

LABELS: tuple[str, ...] = (*INTENTS, STATEMENT)
"""Columns of every probability row, in order."""

Probabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Thresholds:
    """The cuts chosen on held-out messages, see :mod:`agent.understanding.training`."""

    temperature: float
    """Divides the logits, so that a probability is the share of right answers; > 0."""
    abstain: float
    """Below this probability nothing is understood, 0 to 1."""
    clause: float
    """A clause adds its intent to the message from this probability on, 0 to 1."""
    whole: float
    """The message as a whole adds its intent to those of its clauses from this probability on, 0 to 1."""


_CUTS: tuple[str, ...] = tuple(entry.name for entry in fields(Thresholds))


@dataclass(frozen=True)
class Weights:
    """A trained classifier."""

    matrix: NDArray[np.float32]
    """[features, labels]."""
    bias: NDArray[np.float32]
    """[labels]."""
    thresholds: Thresholds
    data_hash: str
    """SHA-256 of the utterances it was trained on."""
    embedder_identity: str
    """The encoder whose vectors it was trained on."""

    def save(self, path: Path) -> None:
        """Write the weights as float16 with their thresholds and hashes, without pickle."""
        np.savez(
            path,
            matrix=self.matrix.astype(np.float16),
            bias=self.bias.astype(np.float16),
            labels=np.array(LABELS),
            thresholds=np.array([getattr(self.thresholds, name) for name in _CUTS], dtype=np.float64),
            data_hash=np.array(self.data_hash),
            embedder=np.array(self.embedder_identity),
        )

    @classmethod
    def load(cls, path: Path = SHIPPED_WEIGHTS) -> "Weights":
        """Read a weight file.

        Args:
            path: a file written by :meth:`save`.

        Returns:
            The weights, in float32.

        Raises:
            WeightsError: when the file is missing, damaged, or made for other intents or other features.
        """
        entries = _read(path)
        try:
            labels = tuple(entries["labels"].tolist())
            thresholds = Thresholds(*map(float, entries["thresholds"]))
            matrix, bias = entries["matrix"].astype(np.float32), entries["bias"].astype(np.float32)
            data_hash, embedder = str(entries["data_hash"]), str(entries["embedder"])
        except (KeyError, TypeError, ValueError) as error:
            raise WeightsError(path, f"an entry is missing or unreadable ({error})") from error
        if labels != LABELS:
            raise WeightsError(path, "it was made for another list of intents")
        if (
            matrix.ndim != 2
            or matrix.shape[0] <= BUCKETS
            or matrix.shape[1:] != bias.shape
            or bias.shape != (len(LABELS),)
        ):
            raise WeightsError(path, f"the shapes {matrix.shape} and {bias.shape} do not fit {len(LABELS)} labels")
        return cls(matrix, bias, thresholds, data_hash, embedder)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError as error:
        raise WeightsError(path, "there is no such file") from error
    except (OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
        raise WeightsError(path, f"the file is damaged ({error})") from error


class IntentClassifier:
    """Gives each clause a probability per intent.

    Args:
        embedder: the encoder the weights were trained on, whatever encoder retrieval uses.
        weights: trained weights.

    Raises:
        WeightsError: when the encoder's vectors are of another length than the weights expect.
    """

    def __init__(self, embedder: Embedder, weights: Weights) -> None:
        expected = weights.matrix.shape[0] - BUCKETS
        if embedder.dimensions != expected:
            problem = f"it expects vectors of {expected} numbers, the encoder gives {embedder.dimensions}"
            raise WeightsError(SHIPPED_WEIGHTS, problem)
        self._embedder = embedder
        self._weights = weights

    @property
    def thresholds(self) -> Thresholds:
        """The cuts that belong to these probabilities."""
        return self._weights.thresholds

    def classify(self, texts: Sequence[str]) -> Probabilities:
        """Classify folded texts.

        Args:
            texts: n folded clauses or messages.

        Returns:
            float32 [n, len(LABELS)], every row summing to 1, calibrated: of clauses given 0.8, about 80 % are right.
        """
        if not texts:
            return np.zeros((0, len(LABELS)), dtype=np.float32)
        rows = featurise(texts, self._embedder)  # [n, features]
        logits = (
            rows @ self._weights.matrix + self._weights.bias
        ) / self._weights.thresholds.temperature  # [n, labels]
        return softmax(logits)


def softmax(logits: NDArray[np.floating]) -> Probabilities:
    """Turn logits into probabilities along the last axis: float32 [n, labels], every row summing to 1."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))  # [n, labels]
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)  # [n, labels]
