"""The dense index: llama-index nodes in a FAISS index of unit vectors. The only file that touches either library."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedders.port import Vectors
from retrieval.errors import QueryError, ReleaseFormatError

_INDEX_FILE = "dense.faiss"
_NODES_FILE = "dense-nodes.json"


class DenseIndex:
    """All vectors of one release, built whole and never changed.

    Inner product over unit vectors, so that a score is a cosine. Deleting from such an index is not supported by design: a map
    from ids to positions that survives deletion is where wrong articles come from.

    Args:
        store: a llama-index ``FaissVectorStore``.
        nodes: the llama-index nodes, by position in the store.
    """

    def __init__(self, store: Any, nodes: Sequence[Any]) -> None:
        self._store = store
        self._nodes = tuple(nodes)

    @classmethod
    def build(cls, refs: Sequence[str], vectors: Vectors) -> "DenseIndex":
        """Index vectors under their references.

        Args:
            refs: one reference a vector, unique.
            vectors: float32 [n, d], unit rows.

        Returns:
            The index, positions in the order given.
        """
        from faiss import IndexFlatIP
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore(faiss_index=IndexFlatIP(vectors.shape[1]))
        nodes = [TextNode(id_=ref, embedding=row.tolist()) for ref, row in zip(refs, vectors, strict=True)]
        store.add(nodes)
        return cls(store, nodes)

    @property
    def refs(self) -> tuple[str, ...]:
        """References, by position."""
        return tuple(node.node_id for node in self._nodes)

    def cosines(self, vector: Vectors) -> NDArray[np.float32]:
        """Compare a question with everything.

        Args:
            vector: float32 [d], length 1.

        Returns:
            float32 [n]: the cosine for each position, higher is closer.

        Raises:
            QueryError: when the vector has other dimensions than the index.
        """
        index = self._store.client
        if vector.shape != (index.d,):
            raise QueryError("vector", vector.shape, f"one vector of {index.d} dimensions")
        result = np.zeros(index.ntotal, dtype=np.float32)  # [n]
        if index.ntotal:
            cosines, positions = index.search(vector[None, :], index.ntotal)  # [1, n] each
            result[positions[0]] = cosines[0]
        return result

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The k references closest to a question, closest first, through llama-index's own query.

        Args:
            vector: float32 [d], length 1.
            k: how many, >= 1.

        Returns:
            Pairs of reference and cosine.
        """
        from llama_index.core.vector_stores.types import VectorStoreQuery

        size = min(k, len(self._nodes))
        result = self._store.query(VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=size))
        pairs = zip(result.ids or (), result.similarities or (), strict=True)
        return [(str(self._nodes[int(position)].node_id), float(cosine)) for position, cosine in pairs]

    def save(self, folder: Path) -> None:
        """Write the index and its nodes into a folder."""
        self._store.persist(str(folder / _INDEX_FILE))
        nodes = [{"id": node.node_id, "metadata": node.metadata} for node in self._nodes]
        (folder / _NODES_FILE).write_text(json.dumps(nodes, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """Read what ``save`` wrote.

        Raises:
            ReleaseFormatError: when the files do not belong together.
        """
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        path = folder / _INDEX_FILE
        try:
            store = FaissVectorStore.from_persist_path(str(path))
            nodes = [
                TextNode(id_=node["id"], metadata=node["metadata"])
                for node in json.loads((folder / _NODES_FILE).read_text(encoding="utf-8"))
            ]
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise ReleaseFormatError(
                path, f"the dense index cannot be read ({error}); build the release again"
            ) from error
        if store.client.ntotal != len(nodes):
            raise ReleaseFormatError(
                path, f"{store.client.ntotal} vectors for {len(nodes)} nodes; build the release again"
            )
        return cls(store, nodes)
