"""From how the keys match to one probability a passage: the fusion of meaning and words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.keys import KEY_KINDS, Key
from retrieval.sentences import SentenceTable

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

FEATURE_WEIGHTS = np.array([0.57, 1.48, 1.68, 0.0, -0.37, 0.27, 1.22, 1.16, 0.19], dtype=np.float32)
SLOPE = 0.72
MIDPOINT = 8.87
FLOOR = 0.25
"""Source for these four: ``python -m benchmarks.retrieval --fit``; at this floor 93 % of the answerable questions of a shop that was not
fitted on were kept and 66 % of the unanswerable refused."""

SAME_QUESTION = 0.97
"""Cosine from which a question counts as one that an editor wrote to a source."""
KNOWN_QUESTION = 12.0
"""What such a source gains: the editor's word decides, whatever else matches."""

SCOPE_MATCH = 0.5
SCOPE_NAMED = -0.2
"""For a passage on certain goods whose own words stand in the question, although no product is known."""
SCOPE_UNNAMED = -4.0
"""For a passage on certain goods that nothing in the question points to."""
"""Added to a passage's score, whose spread between neighbours is about 1: circumstances break near ties, the text decides the rest."""


@dataclass(frozen=True)
class KeyMatches:
    """How one question matches every key of a release."""

    cosines: Scores
    """float32 [keys], -1..1."""
    words: Scores
    """float32 [keys], 0..1."""
    near_words: Scores
    """float32 [keys], 0..1; 0 for titles and questions."""
    sentence_scores: Scores
    """float32 [sentences], unbounded, higher is better; in the order of the sentence table."""


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
            sentences: the sentence table that gave ``matches.sentence_scores``.

        Returns:
            float32 [passages, 9], columns as in ``FEATURES``. A passage without an editor's question gets, in place of that cosine,
            the mean of its title's and its body's.
        """
        title = self._best(matches.cosines, self._of_kind["title"])
        passage = self._best(matches.cosines, self._of_kind["passage"])
        question = self._best(matches.cosines, self._of_kind["question"])
        question = np.where(np.isneginf(question), (title + passage) / 2, question)
        best_sentence = np.full(self._count, -np.inf, dtype=np.float32)  # [passages]
        np.maximum.at(best_sentence, sentences.passage_of, matches.sentence_scores)
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


def probability(scores: Scores) -> Scores:
    """Turn passage scores into the chance that the best of them answers the question.

    Args:
        scores: [n], from ``FEATURE_WEIGHTS``.

    Returns:
        float32 [n], 0..1, higher is better.
    """
    return np.asarray(1.0 / (1.0 + np.exp(-SLOPE * (scores - MIDPOINT))), dtype=np.float32)


def shares(scores: Scores) -> Scores:
    """Turn the scores of competing sources into the chance that each is the one meant.

    Args:
        scores: [n], one a source, from ``FEATURE_WEIGHTS``, which were fitted as a softmax over sources.

    Returns:
        float32 [n], 0..1, summing to 1; empty for no scores.
    """
    if not scores.size:
        return scores
    powers = np.exp(scores - scores.max())  # [n]
    return np.asarray(powers / powers.sum(), dtype=np.float32)
