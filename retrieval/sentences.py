"""Which sentence of a passage answers a question: by meaning, by words, and by the kind of thing that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.answer_types import ANSWER_TYPES, asked_types, held_types
from retrieval.keys import Key
from retrieval.words import fold

Scores = NDArray[np.float32]

SENTENCE_FEATURES = ("meaning", "placed_meaning", "words", "near_words", "earlier", "length", *ANSWER_TYPES)
"""Columns of a sentence's features; the answer types count where the question asks for the type and the sentence holds it."""

SENTENCE_WEIGHTS = np.array(
    [6.22, 6.37, 0.23, 2.92, 0.05, 0.26, 0.94, 0.5, 0.26, -0.04, 0.23, 0.5, 0.14, 0.4, 0.11, 0.56], dtype=np.float32
)
SENTENCE_SLOPE = 0.92
SENTENCE_MIDPOINT = 4.33
"""Source: ``python -m benchmarks.retrieval --fit``."""

SHARE_WEIGHT = 0.51
"""What the logarithm of its source's share adds to a sentence's score. Source: as above."""
LEAST_SHARE = 1e-6
"""A smaller share counts as this one."""

_FULL_LENGTH = 60
"""Characters from which a longer sentence is no better."""


@dataclass(frozen=True)
class SentenceMatches:
    """How one question matches every sentence, by each measure: float32 [sentences]."""

    cosines: Scores
    """Meaning of the sentence alone, -1..1."""
    placed: Scores
    """Meaning of the sentence behind its title, -1..1."""
    words: Scores
    """Word scores, 0..1."""
    near_words: Scores
    """Near-word scores, 0..1."""


class SentenceTable:
    """What is known of every sentence of a release before any question comes.

    Args:
        keys: all keys of the release.
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        chosen = [(number, key) for number, key in enumerate(keys) if key.kind == "sentence"]
        placed = {(key.passage, key.sentence): number for number, key in enumerate(keys) if key.kind == "placed"}
        self.keys = np.array([number for number, _ in chosen], dtype=np.int64)
        """Positions of the sentences' own keys, [sentences]."""
        self.placed_keys = np.array([placed.get((key.passage, key.sentence), n) for n, key in chosen], dtype=np.int64)
        """Positions of the keys that hold the sentence behind its title, [sentences]."""
        self.passage_of = np.array([key.passage for _, key in chosen], dtype=np.int64)
        """The passage each sentence stands in, [sentences]."""
        self.ordinal = np.array([key.sentence for _, key in chosen], dtype=np.int64)
        """Position in the passage, [sentences]."""
        held = [held_types(fold(key.text)) for _, key in chosen]
        flags = [[kind in kinds for kind in ANSWER_TYPES] for kinds in held]
        self._held = np.array(flags, dtype=np.float32).reshape(len(chosen), len(ANSWER_TYPES))  # [sentences, types]
        length = np.array([min(len(key.text), _FULL_LENGTH) / _FULL_LENGTH for _, key in chosen], dtype=np.float32)
        self._layout = np.stack([-0.1 * self.ordinal.astype(np.float32), length], axis=1)  # [sentences, 2]

    def matches(self, cosines: Scores, words: Scores, near_words: Scores) -> SentenceMatches:
        """Pick the matches of the sentences from those of all keys: three times float32 [keys]."""
        placed, own = cosines[self.placed_keys], self.keys
        return SentenceMatches(cosines[own], placed, words[own], near_words[own])

    def features(self, question: str, matches: SentenceMatches) -> Scores:
        """Describe how each sentence matches a question.

        Args:
            question: the customer's words.
            matches: the question against every sentence.

        Returns:
            float32 [sentences, 16], columns as in ``SENTENCE_FEATURES``.
        """
        asked = asked_types(fold(question))
        wanted = np.array([kind in asked for kind in ANSWER_TYPES], dtype=np.float32)  # [types]
        measures = np.stack(
            [matches.cosines, matches.placed, matches.words, matches.near_words], axis=1
        )  # [sentences, 4]
        return np.hstack([measures, self._layout, self._held * wanted])  # [sentences, 16]


def relevance(scores: Scores) -> Scores:
    """Turn sentence scores into the chance that the sentence answers the question: float32 [n], 0..1."""
    return np.asarray(1.0 / (1.0 + np.exp(-SENTENCE_SLOPE * (scores - SENTENCE_MIDPOINT))), dtype=np.float32)
