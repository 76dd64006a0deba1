"""From how the keys match to one probability a passage: the fusion of meaning and words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.keys import KEY_KINDS, Key
from retrieval.sentences import SENTENCE_WEIGHTS, SentenceTable

Scores = NDArray[np.float32]

FEATURES = (
    "title",
    "question",
    "passage",
    "passage_words",
    "sentence_words",
    "key_words",
    "best_sentence",
    "near_passage",
    "near_sentence",
)
"""Columns of a passage's features: three cosines, three word scores, the best sentence's score, and two near-word scores."""

FEATURE_WEIGHTS = np.array([0.55, 1.4, 1.5, 0.01, -0.39, 0.42, 1.31, 1.15, 0.09], dtype=np.float32)
SLOPE = 0.74
MIDPOINT = 9.4
FLOOR = 0.25
"""Source for these four: ``python -m benchmarks.retrieval --fit``; at this floor 94 % of the answerable questions of a shop that was not
fitted on were kept and 71 % of the unanswerable refused."""

SAME_QUESTION = 0.97
"""Cosine from which a question counts as one that an editor wrote to a source."""
KNOWN_QUESTION = 12.0
"""What such a source gains: the editor's word decides, whatever else matches."""


@dataclass(frozen=True)
class KeyMatches:
    """How one question matches every key of a release."""

    cosines: Scores
    """float32 [keys], -1..1."""
    words: Scores
    """float32 [keys], 0..1."""
    near_words: Scores
    """float32 [keys], 0..1; 0 for titles and questions."""
    found: Scores
    """float32 [sentences, 16]: features of the sentences by which their sources are found; in the order of the sentence table."""
    quoted: Scores
    """float32 [sentences, 16]: features of the sentences by which they are chosen to be quoted."""


class KeyTable:
    """Where each key leads, as arrays.

    Args:
        keys: the keys of a release.
        passage_count: number of passages.
    """

    def __init__(self, keys: tuple[Key, ...], passage_count: int) -> None:
        self._count = passage_count
        self._passage = np.array([key.passage for key in keys], dtype=np.int64)  # [keys]
        kinds = np.array([KEY_KINDS.index(key.kind) for key in keys], dtype=np.int64)  # [keys]
        self._of_kind = {kind: np.flatnonzero(kinds == number) for number, kind in enumerate(KEY_KINDS)}
        self._title_or_question = np.concatenate([self._of_kind["title"], self._of_kind["question"]])

    def features(self, matches: KeyMatches, sentences: SentenceTable) -> Scores:
        """Reduce the matches of the keys to the features of the passages.

        Args:
            matches: one question against all keys.
            sentences: the sentence table that gave ``matches.found``.

        Returns:
            float32 [passages, 9], columns as in ``FEATURES``. A passage without an editor's question gets, in place of that cosine,
            the mean of its title's and its body's.
        """
        title = self._best(matches.cosines, self._of_kind["title"])
        passage = self._best(matches.cosines, self._of_kind["passage"])
        question = self._best(matches.cosines, self._of_kind["question"])
        question = np.where(np.isneginf(question), (title + passage) / 2, question)
        best_sentence = np.full(self._count, -np.inf, dtype=np.float32)  # [passages]
        np.maximum.at(best_sentence, sentences.passage_of, matches.found @ SENTENCE_WEIGHTS)
        columns = [
            title,
            question,
            passage,
            self._best(matches.words, self._of_kind["passage"]),
            self._best(matches.words, self._of_kind["sentence"]),
            self._best(matches.words, self._title_or_question),
            best_sentence,
            self._best(matches.near_words, self._of_kind["passage"]),
            self._best(matches.near_words, self._of_kind["sentence"]),
        ]
        return np.nan_to_num(np.stack(columns, axis=1), neginf=0.0).astype(np.float32)  # [passages, 9]

    def _best(self, values: Scores, where: NDArray[np.int64]) -> Scores:
        best = np.full(self._count, -np.inf, dtype=np.float32)  # [passages]
        np.maximum.at(best, self._passage[where], values[where])
        return best


def fuse(features: Scores) -> Scores:
    """Turn the features of passages into one score each.

    Args:
        features: float32 [passages, 9], columns as in ``FEATURES``.

    Returns:
        float32 [passages], unbounded, higher is better.
    """
    is_known = features[:, FEATURES.index("question")] >= SAME_QUESTION
    known = np.where(is_known, KNOWN_QUESTION, 0.0).astype(np.float32)
    return np.asarray(features @ FEATURE_WEIGHTS + known, dtype=np.float32)


def probability(scores: Scores) -> Scores:
    """Turn passage scores into the chance that the best of them answers the question.

    Args:
        scores: [n], from ``fuse``.

    Returns:
        float32 [n], 0..1, higher is better.
    """
    return np.asarray(1.0 / (1.0 + np.exp(-SLOPE * (scores - MIDPOINT))), dtype=np.float32)


def shares(scores: Scores) -> Scores:
    """Turn the scores of competing sources into the chance that each is the one meant.

    Args:
        scores: [n], one a source, from ``fuse``, whose weights were fitted as a softmax over sources.

    Returns:
        float32 [n], 0..1, summing to 1; empty for no scores.
    """
    if not scores.size:
        return scores
    powers = np.exp(scores - scores.max())  # [n]
    return np.asarray(powers / powers.sum(), dtype=np.float32)
