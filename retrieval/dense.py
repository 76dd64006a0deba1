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

    llama-index puts the nodes in and may be asked, but is not imported to serve: it takes a server a second to start.

    Args:
        index: FAISS's, as a llama-index ``FaissVectorStore`` fills it.
        refs: the nodes' ids, by position in the index.
    """

    def __init__(self, index: Any, refs: Sequence[str]) -> None:
        self._index = index
        self._refs = tuple(refs)

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
        store.add([TextNode(id_=ref, embedding=row.tolist()) for ref, row in zip(refs, vectors, strict=True)])
        return cls(store.client, refs)

    @property
    def refs(self) -> tuple[str, ...]:
        """References, by position."""
        return self._refs

    def cosines(self, vector: Vectors) -> NDArray[np.float32]:
        """Compare a question with everything.

        Args:
            vector: float32 [d], length 1.

        Returns:
            float32 [n]: the cosine for each position, higher is closer.

        Raises:
            QueryError: when the vector has other dimensions than the index.
        """
        index = self._index
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
        from llama_index.vector_stores.faiss import FaissVectorStore

        asked = VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=min(k, len(self._refs)))
        result = FaissVectorStore(faiss_index=self._index).query(asked)
        pairs = zip(result.ids or (), result.similarities or (), strict=True)
        return [(self._refs[int(position)], float(cosine)) for position, cosine in pairs]

    def save(self, folder: Path) -> None:
        """Write the index and its nodes into a folder."""
        from faiss import write_index

        write_index(self._index, str(folder / _INDEX_FILE))
        nodes = [{"id": ref, "metadata": {}} for ref in self._refs]
        (folder / _NODES_FILE).write_text(json.dumps(nodes, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """Read what ``save`` wrote.

        Raises:
            ReleaseFormatError: when the files do not belong together.
        """
        from faiss import read_index

        path = folder / _INDEX_FILE
        try:
            index = read_index(str(path))
            refs = [str(node["id"]) for node in json.loads((folder / _NODES_FILE).read_text(encoding="utf-8"))]
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise ReleaseFormatError(
                path, f"the dense index cannot be read ({error}); build the release again"
            ) from error
        if index.ntotal != len(refs):
            raise ReleaseFormatError(path, f"{index.ntotal} vectors for {len(refs)} nodes; build the release again")
        return cls(index, refs)
