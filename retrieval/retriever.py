"""The search: a question and its circumstances in, the sources in force that answer it out, or a plain abstention."""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from retrieval import scoring
from retrieval.circumstances import circumstances, own_words
from retrieval.dense import DenseIndex
from retrieval.embedders.port import Embedder
from retrieval.errors import QueryError
from retrieval.keys import Key, body_keys, by_passage
from retrieval.left_out import Dropped, left_out
from retrieval.lexical import LexicalIndex
from retrieval.near_words import NearWords
from retrieval.passages import DecidedBy, Passage, PassageKind
from retrieval.reading import Reading, read
from retrieval.scoring import KeyMatches, KeyTable
from retrieval.sentences import LEAST_SHARE, SENTENCE_WEIGHTS, SHARE_WEIGHT, SentenceTable, relevance
from retrieval.words import settle

EARLIER_FINDS = 0.5
EARLIER_QUOTES = 0.15
"""How much the message before counts by itself, beside the question in its light, when a source is found and when its sentences are chosen:
it tells the topic, but what it asked was mostly answered then.
Source: benchmarks/retrieval.py; for questions after a message it raised recall@1 of the source from .80 to .88."""

DOUBTED = 0.25
"""From this likelihood on, the best source of the reading that was not taken is told of as well."""

Ranked = tuple[tuple[str, float], ...]
"""Sentences with relevance 0..1, best first."""


@dataclass(frozen=True)
class Query:
    """A question with what decides which rules hold for it."""

    text: str
    """The customer's words."""
    day: date
    """The day of the turn, in the shop's time zone."""
    region: str | None = None
    """The customer's region, an ISO country code; None: unknown."""
    product_id: str | None = None
    """The product the turn is about; None: none known."""
    kinds: tuple[PassageKind, ...] = ("policy",)
    """Which kinds of passages may be found."""
    before: str = ""
    """The customer's message before, which a short question leans on; empty: none, or of no use."""
    days: Mapping[DecidedBy, date] = field(default_factory=dict)
    """The deciding day for passages decided by an order or a signature; absent: ``day``."""

    def exclusion(self, passage: Passage) -> str | None:
        """Why a passage does not hold for it; None where it does."""
        day = self.days.get(passage.decided_by, self.day)
        return passage.scope.excludes(day, self.region, self.product_id)


@dataclass(frozen=True)
class Hit:
    """One source that answers."""

    passage: Passage
    """The passage of the source that matches best."""
    score: float
    """Chance that the question has an answer here, judged by this source's match, 0..1; several sources may come near 1."""
    share: float
    """Chance that, of all sources that hold, this one is the one meant, 0..1; a close race shows as small shares."""
    dense: float
    """Best cosine of its keys, -1..1."""
    lexical: float
    """Best word score of its keys, 0..1."""
    sentences: tuple[tuple[str, float], ...]
    """The sentences of all passages of the source that hold, with relevance 0..1, best first."""
    passages: tuple[Passage, ...] = ()
    """All passages of the source that hold, best first."""
    is_other_reading: bool = False
    """It answers the question as it was not read: leaning on the message before, or by itself."""


@dataclass(frozen=True)
class Retrieval:
    """What a search gave."""

    hits: tuple[Hit, ...]
    """One a source, best first, that of the other reading last; empty when abstained."""
    abstained: bool
    """Nothing in force is likely enough to answer."""
    dropped: tuple[Dropped, ...] = ()
    """What matched as well as the hits but does not hold here, then the next best of what holds; each best first."""
    best_score: float = 0.0
    """Chance of the best source, also where it stayed below the floor; 0..1."""


class Retriever:
    """Searches the passages of one release. It holds no state between searches.

    Args:
        passages: the passages, in the release's order.
        keys: their keys.
        dense: the vectors of the keys, same order.
        lexical: the words of the keys, same order.
        near_words: the words of the keys that ``body_keys`` chooses, same order.
        embedder: encodes questions; the one the index was built with.
        floor: chance below which the search abstains, 0..1.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        keys: Sequence[Key],
        dense: DenseIndex,
        lexical: LexicalIndex,
        near_words: NearWords,
        embedder: Embedder,
        floor: float = scoring.FLOOR,
    ) -> None:
        self._passages = tuple(passages)
        self._dense = dense
        self._lexical = lexical
        self._near_words = near_words
        self._bodies = body_keys(keys)
        self._embedder = embedder
        self._floor = floor
        self._own_words = own_words(self._passages)
        self._table = KeyTable(tuple(keys), len(self._passages))
        self._sentences = SentenceTable(keys)
        self._sentences_of = by_passage(self._sentences.passage_of, len(self._passages))
        owners = np.array([key.passage for key in keys], dtype=np.int64)
        self._keys_of = by_passage(owners, len(self._passages))
        self._withdrawn: dict[int, str] = {}
        self._elsewhere: Callable[[str, str], Ranked] = lambda source_id, question: ()

    def without(self, withdrawn: Collection[int], elsewhere: Callable[[str, str], Ranked]) -> "Retriever":
        """A search over the same index that never finds some of its passages.

        Args:
            withdrawn: positions of these passages.
            elsewhere: gives the sentences of a source that the index lacks, ranked by a question.
        """
        other = copy(self)
        other._withdrawn = dict.fromkeys(withdrawn, "withdrawn")
        other._elsewhere = elsewhere
        return other

    def search(self, query: Query, k: int = 3) -> Retrieval:
        """Find the sources in force that answer a question.

        Every passage is scored; those that do not hold on their deciding day, in the region or for the product are taken out before
        anything is chosen, so a good match that is out of force never hides a valid one.

        Args:
            query: the question and its circumstances.
            k: most hits to return of the reading that holds, >= 1.

        Returns:
            Hits best first, behind them at most one of the other reading, or an abstention.

        Raises:
            QueryError: when ``k`` is below 1.
        """
        if k < 1:
            raise QueryError("k", k, "at least 1")
        if not query.text.strip() or not self._passages:
            return Retrieval((), abstained=True)
        excluded = {n: why for n, one in enumerate(self._passages) if (why := query.exclusion(one))} | self._withdrawn
        words, near = self._by_words(query.text)
        apart = circumstances(self._passages, self._own_words, query.region, query.product_id, settle(query.text))
        reading = self._read(query.kinds, self._match(query.text, "", words, near), apart, excluded)
        other: Reading | None = None
        if query.before.strip():
            # Whether a question leans on the message before or opens another topic: the reading that finds its source more surely holds.
            leaning = self._read(query.kinds, self._match(query.text, query.before, words, near), apart, excluded)
            other, reading = sorted((reading, leaning), key=lambda one: one.likelihood)
        chances = reading.chances
        chosen = [group for group in reading.groups[:k] if chances[group[0]] >= self._floor]
        best_of = [group[0] for group in chosen]
        dropped = tuple(left_out(self._passages, reading.ranked, chances, excluded, best_of, self._floor))
        hits = tuple(
            self._hit(group, reading.matches, chances, float(share))
            for group, share in zip(chosen, reading.shares, strict=False)
        )
        hits = (*hits, *self._doubted(other, hits))
        return Retrieval(hits, abstained=not hits, dropped=dropped, best_score=reading.best)

    def _doubted(self, other: Reading | None, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The best source of the reading that was not taken, where it is likely too and the reading taken found another."""
        if other is None or not hits or other.likelihood < DOUBTED:
            return ()
        found = self._hit(other.groups[0], other.matches, other.chances, float(other.shares[0]))
        is_new = found.passage.source_id != hits[0].passage.source_id
        return (replace(found, is_other_reading=True),) if is_new else ()

    def _read(
        self, kinds: Collection[PassageKind], matches: KeyMatches, apart: NDArray[np.float32], excluded: Collection[int]
    ) -> Reading:
        scores = scoring.fuse(self._table.features(matches, self._sentences)) + apart  # [passages]
        return read(self._passages, matches, scores, kinds, excluded)

    def matches(self, question: str, before: str = "") -> KeyMatches:
        """Match a question with every key, before any filter; for measuring.

        Args:
            question: the customer's words.
            before: the message before it; only its meaning counts, not its words.

        Returns:
            Cosines, word scores and features of the sentences.
        """
        return self._match(question, before, *self._by_words(question))

    def _by_words(self, question: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        words = self._lexical.scores(question)  # [keys]
        near = np.zeros_like(words)  # [keys]
        near[self._bodies] = self._near_words.scores(question)
        return words, near

    def _match(self, question: str, before: str, words: NDArray[np.float32], near: NDArray[np.float32]) -> KeyMatches:
        def described(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
            return self._sentences.features(question, self._sentences.matches(cosines, words, near))

        leaning = self._embedder.embed_queries([question], before)[0]  # [d]
        by_leaning = self._dense.cosines(leaning)  # [keys]
        if not before.strip():
            return KeyMatches(by_leaning, words, near, found := described(by_leaning), found)
        earlier = self._embedder.embed_queries([before])[0]  # [d]
        by_earlier = self._dense.cosines(earlier)  # [keys]

        def drawn(share: float) -> NDArray[np.float32]:
            """The cosines of the sum of both vectors: the sums of theirs, by its length."""
            length = np.linalg.norm(leaning + share * earlier)
            return np.asarray((by_leaning + share * by_earlier) / length, dtype=np.float32)

        finding = drawn(EARLIER_FINDS)  # [keys]
        return KeyMatches(finding, words, near, described(finding), described(drawn(EARLIER_QUOTES)))

    def features(
        self, question: str, before: str = ""
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
        """What the fusion sees, before any filter; for measuring and fitting.

        Args:
            question: the customer's words.
            before: the message before it.

        Returns:
            float32 [passages, 9] of passage features; float32 [sentences, 16] of sentence features; int64 [sentences], the passage
            each sentence stands in, sentences in reading order.
        """
        matches = self.matches(question, before)
        return self._table.features(matches, self._sentences), matches.quoted, self._sentences.passage_of

    def sentences_of(self, source_id: str, question: str, before: str = "") -> tuple[tuple[str, float], ...]:
        """Rank the sentences of one source that is already known to be meant, whatever its scope.

        Args:
            source_id: a policy id or a product_id.
            question: the customer's words.
            before: the message before it.

        Returns:
            Sentences with relevance 0..1, best first; empty for an unknown source.
        """
        group = [
            number
            for number, passage in enumerate(self._passages)
            if passage.source_id == source_id and number not in self._withdrawn
        ]
        if not group:
            return self._elsewhere(source_id, question)
        chances = np.zeros(len(self._passages), dtype=np.float32)  # [passages]
        return self._hit(group, self.matches(question, before), chances, share=1.0).sentences

    def _hit(self, group: list[int], matches: KeyMatches, chances: NDArray[np.float32], share: float) -> Hit:
        keys = np.concatenate([self._keys_of[n] for n in group])
        where = np.concatenate([self._sentences_of[n] for n in group])
        scores = matches.quoted[where] @ SENTENCE_WEIGHTS + SHARE_WEIGHT * np.log(max(share, LEAST_SHARE))
        order = np.argsort(-scores, kind="stable")
        chance = relevance(scores)
        ranked: dict[str, float] = {}
        for n in order:
            passage = self._passages[int(self._sentences.passage_of[where[n]])]
            ranked.setdefault(passage.sentences[int(self._sentences.ordinal[where[n]])], float(chance[n]))
        passages = tuple(self._passages[n] for n in group)
        return Hit(
            passage=passages[0],
            score=float(chances[group[0]]),
            share=share,
            dense=float(matches.cosines[keys].max()),
            lexical=float(matches.words[keys].max()),
            sentences=tuple(ranked.items()),
            passages=passages,
        )
