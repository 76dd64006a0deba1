"""From passages to a retriever: embed, index, and put together."""

from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval import scoring
from retrieval.dense import DenseIndex
from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import ReleaseFormatError
from retrieval.keys import body_keys, keys_of, searchable_words
from retrieval.lexical import LexicalIndex
from retrieval.near_words import NearWords, vocabulary_of
from retrieval.passages import Passage
from retrieval.retriever import Retriever

Encode = Callable[[Sequence[str]], Vectors]


def build_retriever(passages: Sequence[Passage], embedder: Embedder, floor: float = scoring.FLOOR) -> Retriever:
    """Index passages at once, without a release folder: for previews, measuring and tests.

    Args:
        passages: the passages; there may be none.
        embedder: encodes the keys now and the questions later.
        floor: chance below which the search abstains, 0..1.

    Returns:
        The retriever.
    """
    keys = keys_of(passages)
    dense, lexical, near_words = _build(passages, embedder, embedder.embed)
    return Retriever(passages, keys, dense, lexical, near_words, embedder, floor)


def save_index(folder: Path, passages: Sequence[Passage], embedder: Embedder, encode: Encode) -> None:
    """Index passages and write the index into a folder.

    Args:
        folder: an existing folder.
        passages: the passages; there may be none.
        embedder: the model behind ``encode``.
        encode: gives the vectors of texts, in their order; it may take them from a cache.
    """
    for part in _build(passages, embedder, encode):
        part.save(folder)


def load_retriever(folder: Path, passages: Sequence[Passage], embedder: Embedder) -> Retriever:
    """Read what ``save_index`` wrote.

    Raises:
        ReleaseFormatError: when the index does not belong to the passages.
    """
    keys = keys_of(passages)
    dense = DenseIndex.load(folder)
    if dense.refs != tuple(key.ref for key in keys):
        raise ReleaseFormatError(folder, "the index and the passages do not match; build the release again")
    near_words = NearWords.load(folder, [keys[n].text for n in body_keys(keys)], embedder)
    return Retriever(passages, keys, dense, LexicalIndex.load(folder), near_words, embedder)


def _build(
    passages: Sequence[Passage], embedder: Embedder, encode: Encode
) -> tuple[DenseIndex, LexicalIndex, NearWords]:
    keys = keys_of(passages)
    texts = [key.text for key in keys]
    bodies = [texts[n] for n in body_keys(keys)]
    vocabulary = vocabulary_of(bodies)
    different = list(dict.fromkeys([*texts, *vocabulary]))
    vectors = encode(different)  # [different, d]
    row = {text: number for number, text in enumerate(different)}
    dense = DenseIndex.build([key.ref for key in keys], vectors[[row[text] for text in texts]])
    near_words = NearWords(bodies, vocabulary, vectors[[row[word] for word in vocabulary]], embedder)
    return dense, LexicalIndex.build(searchable_words(keys)), near_words
