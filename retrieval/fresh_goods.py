"""Goods that a feed brought after the indexes were built: found at once, without building the indexes again.

A feed swaps the catalogue and leaves the indexes as they are. What they hold of goods that left, or that are described otherwise
now, must not be found any more; what is new must be. So a release with such goods carries one passage for each of them.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

from retrieval.catalogue import Catalogue
from retrieval.embedders.port import Embedder
from retrieval.indexing import build_retriever
from retrieval.passages import Passage
from retrieval.release_format import FRESH_GOODS, read_passages
from retrieval.retriever import Retriever

_REMEMBERED = 64
"""Products whose few sentences stay indexed, so that a talk about one of them indexes them once."""


class FreshGoods:
    """The sentences of goods that the indexes do not know, indexed one product at a time when they are asked for.

    Args:
        passages: one a product.
        embedder: encodes them and the questions.
    """

    def __init__(self, passages: Sequence[Passage], embedder: Embedder) -> None:
        self._passages: Mapping[str, Passage] = {passage.source_id: passage for passage in passages}
        self._embedder = embedder
        self._recent: OrderedDict[str, Retriever] = OrderedDict()

    @property
    def product_ids(self) -> frozenset[str]:
        """The goods it knows."""
        return frozenset(self._passages)

    def sentences_of(self, product_id: str, question: str) -> tuple[tuple[str, float], ...]:
        """Rank the sentences of one product.

        Args:
            product_id: any product.
            question: the customer's words.

        Returns:
            Sentences with relevance 0..1, best first; empty for a product that is not fresh.
        """
        if product_id not in self._passages:
            return ()
        known = self._recent.pop(product_id, None) or build_retriever([self._passages[product_id]], self._embedder)
        self._recent[product_id] = known
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return known.sentences_of(product_id, question)


def read_fresh_goods(folder: Path, embedder: Embedder) -> FreshGoods:
    """Read the fresh goods of a release; none where it has no such file.

    Raises:
        ReleaseFormatError: the file cannot be read.
    """
    path = folder / FRESH_GOODS
    return FreshGoods(read_passages(path) if path.exists() else (), embedder)


def in_force(retriever: Retriever, passages: Sequence[Passage], catalogue: Catalogue, fresh: FreshGoods) -> Retriever:
    """The search of a release after its feed: goods that left or changed are not found by what the indexes hold of them.

    Args:
        retriever: over the passages.
        passages: all that the indexes hold.
        catalogue: the goods of now.
        fresh: what the indexes do not know.

    Returns:
        The same search where no product left or changed.
    """
    stale = [
        number
        for number, passage in enumerate(passages)
        if passage.kind == "product"
        and (passage.source_id not in catalogue.by_product or passage.source_id in fresh.product_ids)
    ]
    return retriever.without(stale, fresh.sentences_of) if stale or fresh.product_ids else retriever
