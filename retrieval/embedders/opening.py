"""From the setting's name to an embedder."""

from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.embedders.port import Embedder
from retrieval.embedders.recent import RecentVectors
from retrieval.embedders.use import TUNED_NAME, USE_NAME, UseEmbedder


def open_embedder(
    name: str = TUNED_NAME,
    *,
    query_prompt: str | None = None,
    passage_prompt: str | None = None,
    device: str | None = None,
) -> Embedder:
    """Open an embedding model, with a memory for recent questions.

    Args:
        name: ``use-customer`` (embedded, no download), ``use-multilingual-v3`` (the same before it was tuned), ``ngrams`` (no model at
            all), or a sentence-transformers model: a local folder or a hub name.
        query_prompt: put before every question; sentence-transformers models only.
        passage_prompt: put before every passage; sentence-transformers models only.
        device: where a sentence-transformers model runs; None: the library chooses.

    Returns:
        The embedder, ready to encode.

    Raises:
        EmbedderError: when the model cannot be opened.
    """
    if name in (TUNED_NAME, USE_NAME):
        return RecentVectors(UseEmbedder(name))
    if name == "ngrams":
        return NgramEmbedder()
    from retrieval.embedders.sentence_transformer import SentenceTransformerEmbedder

    return RecentVectors(
        SentenceTransformerEmbedder(name, query_prompt=query_prompt, passage_prompt=passage_prompt, device=device)
    )
