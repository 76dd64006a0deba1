"""Which sentence of a passage answers a question: by meaning, by words, and by the kind of thing that is asked for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.answer_types import ANSWER_TYPES, asked_types, held_types
from retrieval.embedders.port import Embedder
from retrieval.keys import Key
from retrieval.lexical import LexicalIndex
from retrieval.words import fold

Scores = NDArray[np.float32]

SENTENCE_FEATURES = ("meaning", "words", "answer_type", "earlier", "length")
SENTENCE_WEIGHTS = np.array([8.66, 3.74, 1.01, 1.25, 1.66], dtype=np.float32)
SENTENCE_SLOPE = 0.88
SENTENCE_MIDPOINT = 3.65

_FULL_LENGTH = 60
"""Characters from which a longer sentence is no better."""


class SentenceTable:
    """What is known of every sentence of a release before any question comes.

    Args:
        keys: all keys of the release.
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        chosen = [(number, key) for number, key in enumerate(keys) if key.sentence is not None]
        self.keys = np.array([number for number, _ in chosen], dtype=np.int64)
        """Positions of the sentences' keys, [sentences]."""
        self.passage_of = np.array([key.passage for _, key in chosen], dtype=np.int64)
        """The passage each sentence stands in, [sentences]."""
        self.ordinal = np.array([key.sentence for _, key in chosen], dtype=np.int64)
        """Position in the passage, [sentences]."""
        held = [held_types(fold(key.text)) for _, key in chosen]
        self._held = np.array([[kind in kinds for kind in ANSWER_TYPES] for kinds in held], dtype=np.float32).reshape(
            len(chosen), len(ANSWER_TYPES)
        )  # [sentences, types]
        self._earlier = -0.1 * self.ordinal.astype(np.float32)
        self._length = np.array(
            [min(len(key.text), _FULL_LENGTH) / _FULL_LENGTH for _, key in chosen], dtype=np.float32
        )

    def features(self, question: str, cosines: Scores, words: Scores) -> Scores:
        """Describe how each sentence matches a question.

        Args:
            question: the customer's words.
            cosines: float32 [sentences], meaning against meaning.
            words: float32 [sentences], 0..1, word scores.

        Returns:
            float32 [sentences, 5], columns as in ``SENTENCE_FEATURES``.
        """
        asked = asked_types(fold(question))
        wanted = np.array([kind in asked for kind in ANSWER_TYPES], dtype=np.float32)  # [types]
        answer_type = self._held @ wanted / max(1, len(asked))  # [sentences]
        return np.stack([cosines, words, answer_type, self._earlier, self._length], axis=1)  # [sentences, 5]

    def scores(self, question: str, cosines: Scores, words: Scores) -> Scores:
        """Score each sentence: float32 [sentences], unbounded, higher is better; arguments as of ``features``."""
        return np.asarray(self.features(question, cosines, words) @ SENTENCE_WEIGHTS, dtype=np.float32)


def relevance(scores: Scores) -> Scores:
    """Turn sentence scores into the chance that the sentence answers the question: float32 [n], 0..1."""
    return np.asarray(1.0 / (1.0 + np.exp(-SENTENCE_SLOPE * (scores - SENTENCE_MIDPOINT))), dtype=np.float32)


def rank_sentences(question: str, sentences: Sequence[str], embedder: Embedder) -> tuple[tuple[str, float], ...]:
    """Order sentences that are in no index by how well they answer a question.

    Args:
        question: the customer's words.
        sentences: the sentences of one text, in order.
        embedder: encodes both.

    Returns:
        Pairs of sentence and relevance 0..1, best first.
    """
    if not sentences:
        return ()
    table = SentenceTable([Key(str(n), "sentence", text, 0, n) for n, text in enumerate(sentences)])
    cosines = embedder.embed(list(sentences)) @ embedder.embed_queries([question])[0]  # [sentences]
    words = LexicalIndex.build(sentences).scores(question)  # [sentences]
    scores = relevance(table.scores(question, cosines, words))
    return tuple((sentences[n], float(scores[n])) for n in np.argsort(-scores, kind="stable"))
