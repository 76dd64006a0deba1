"""From passages to a retriever in memory."""

from collections.abc import Sequence

from retrieval import scoring
from retrieval.dense import DenseIndex
from retrieval.embedders.port import Embedder
from retrieval.keys import keys_of
from retrieval.lexical import LexicalIndex
from retrieval.passages import Passage
from retrieval.retriever import Retriever


def build_retriever(passages: Sequence[Passage], embedder: Embedder, floor: float = scoring.FLOOR) -> Retriever:
    """Index passages at once, without a release folder: for previews, measuring and tests.

    Args:
        passages: at least one passage.
        embedder: encodes the keys now and the questions later.
        floor: chance below which the search abstains, 0..1.

    Returns:
        The retriever.
    """
    keys = keys_of(passages)
    texts = list(dict.fromkeys(key.text for key in keys))
    vectors = embedder.embed(texts)  # [texts, d]
    row = {text: number for number, text in enumerate(texts)}
    dense = DenseIndex.build([key.ref for key in keys], vectors[[row[key.text] for key in keys]])
    return Retriever(passages, keys, dense, LexicalIndex.build([key.text for key in keys]), embedder, floor)
