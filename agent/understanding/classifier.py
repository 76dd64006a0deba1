"""The intent classifier: one hidden layer over meaning and characters, in plain numpy."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from agent.understanding.errors import WeightsError
from agent.understanding.features import character_grams, mask_numbers
from agent.understanding.intents import INTENTS
from retrieval.embedders.port import Embedder

SHIPPED_WEIGHTS = Path(__file__).with_name("intents.npz")
"""The weights that belong to the shipped utterances."""

STATEMENT = "statement"
"""The label of a clause that only tells: it asks nothing of its own."""

LABELS: tuple[str, ...] = (*INTENTS, STATEMENT)
"""Columns of every probability row, in order."""

Rows = NDArray[np.float32]
"""float32 [n, anything]."""


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
class Layers:
    """The numbers of a trained classifier, d the length of a sentence vector, g the known grams, h the hidden units."""

    meaning: Rows
    """[d, h]."""
    characters: Rows
    """[g, h]; a text adds the mean of its known grams' rows times the root of their number."""
    hidden_bias: Rows
    """[h]."""
    output: Rows
    """[h, labels]."""
    output_bias: Rows
    """[labels]."""

    def logits(self, meaning: Rows, grams: Sequence[NDArray[np.int64]]) -> Rows:
        """Judge texts: sentence vectors [n, d] and the known grams of each; gives [n, labels]."""
        hidden = meaning @ self.meaning + self.hidden_bias  # [n, h]
        for row, places in zip(hidden, grams, strict=True):
            if len(places):
                row += self.characters[places].sum(axis=0) / np.sqrt(len(places))  # [h]
        np.maximum(hidden, 0, out=hidden)
        return np.asarray(hidden @ self.output + self.output_bias, dtype=np.float32)  # [n, labels]

    def fits(self, known_grams: int) -> bool:
        """Whether the shapes belong together and to ``LABELS``."""
        hidden = self.hidden_bias.shape[-1] if self.hidden_bias.ndim == 1 else -1
        return (
            self.meaning.ndim == 2
            and self.meaning.shape[1] == hidden
            and self.characters.shape == (known_grams, hidden)
            and self.output.shape == (hidden, len(LABELS))
            and self.output_bias.shape == (len(LABELS),)
        )


_LAYERS: tuple[str, ...] = tuple(entry.name for entry in fields(Layers))


@dataclass(frozen=True)
class Weights:
    """A trained classifier with what it was trained on."""

    layers: Layers
    grams: tuple[str, ...]
    """The known grams, in the order of ``layers.characters``."""
    thresholds: Thresholds
    data_hash: str
    """SHA-256 of the utterances."""
    embedder_identity: str
    """The encoder of the sentence vectors."""

    @cached_property
    def gram_places(self) -> dict[str, int]:
        """Place of each known gram."""
        return {gram: place for place, gram in enumerate(self.grams)}

    def save(self, path: Path) -> None:
        """Write the weights as float16 with their thresholds and hashes, without pickle."""
        np.savez_compressed(
            path,
            **{name: getattr(self.layers, name).astype(np.float16) for name in _LAYERS},
            grams=np.array(self.grams),
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
            labels, grams = tuple(entries["labels"].tolist()), tuple(entries["grams"].tolist())
            thresholds = Thresholds(*map(float, entries["thresholds"]))
            layers = Layers(*(entries[name].astype(np.float32) for name in _LAYERS))
            data_hash, embedder = str(entries["data_hash"]), str(entries["embedder"])
        except (KeyError, TypeError, ValueError) as error:
            raise WeightsError(path, f"an entry is missing or unreadable ({error})") from error
        if labels != LABELS:
            raise WeightsError(path, "it was made for another list of intents")
        if not layers.fits(len(grams)):
            raise WeightsError(path, f"the shapes of its layers do not fit {len(grams)} grams and {len(LABELS)} labels")
        return cls(layers, grams, thresholds, data_hash, embedder)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
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
        expected = weights.layers.meaning.shape[0]
        if embedder.dimensions != expected:
            problem = f"it expects vectors of {expected} numbers, the encoder gives {embedder.dimensions}"
            raise WeightsError(SHIPPED_WEIGHTS, problem)
        self._embedder = embedder
        self._weights = weights

    @property
    def thresholds(self) -> Thresholds:
        """The cuts that belong to these probabilities."""
        return self._weights.thresholds

    def classify(self, texts: Sequence[str]) -> Rows:
        """Classify folded texts.

        Args:
            texts: n folded clauses or messages.

        Returns:
            float32 [n, len(LABELS)], every row summing to 1, calibrated: of clauses given 0.8, about 80 % are right.
        """
        if not texts:
            return np.zeros((0, len(LABELS)), dtype=np.float32)
        masked = [mask_numbers(text) for text in texts]
        places = [known_places(text, self._weights.gram_places) for text in masked]
        logits = self._weights.layers.logits(self._embedder.embed(masked), places)  # [n, labels]
        return softmax(logits / self._weights.thresholds.temperature)


def known_places(text: str, gram_places: dict[str, int]) -> NDArray[np.int64]:
    """Places of the known grams of a text, ascending."""
    return np.array(sorted(gram_places[gram] for gram in character_grams(text) if gram in gram_places), dtype=np.int64)


def softmax(logits: NDArray[np.floating]) -> Rows:
    """Turn logits into probabilities along the last axis: float32 [n, labels], every row summing to 1."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))  # [n, labels]
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)  # [n, labels]
