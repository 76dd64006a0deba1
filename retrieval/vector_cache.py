"""Vectors kept between builds, so that an edit embeds only what changed."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import ReleaseFormatError


class VectorCache:
    """A folder of vectors, keyed by embedder and text. One builder at a time writes it.

    Args:
        folder: where the vectors lie; made when first saved to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def embed(self, embedder: Embedder, texts: Sequence[str]) -> tuple[Vectors, int]:
        """Encode texts, taking from the folder what it has.

        Vectors of texts that are not asked for stay, so that a rollback is as cheap as an edit.

        Args:
            embedder: encodes what is missing.
            texts: n texts.

        Returns:
            float32 [n, dimensions] in the order of the texts, and how many of them were encoded anew.

        Raises:
            ReleaseFormatError: when the folder holds something that is not a vector cache.
        """
        known = self._read(embedder)
        wanted = {text: self._key(embedder, text) for text in dict.fromkeys(texts)}
        missing = [text for text, key in wanted.items() if key not in known]
        if missing:
            known.update(zip((wanted[text] for text in missing), embedder.embed(missing), strict=True))
            self._write(embedder, known)
        if not texts:
            return np.zeros((0, embedder.dimensions), dtype=np.float32), 0
        return np.stack([known[wanted[text]] for text in texts]), len(missing)

    def _read(self, embedder: Embedder) -> dict[str, Vectors]:
        path = self._path(embedder)
        if not path.exists():
            return {}
        try:
            with np.load(path, allow_pickle=False) as stored:
                keys, vectors = json.loads(str(stored["keys"])), stored["vectors"]
            return dict(zip(keys, vectors, strict=True))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ReleaseFormatError(
                path, f"not a vector cache ({error}); delete the file, it will be made again"
            ) from error

    def _write(self, embedder: Embedder, known: dict[str, Vectors]) -> None:
        path = self._path(embedder)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}.npz")
        np.savez(partial, keys=np.array(json.dumps(list(known))), vectors=np.stack(list(known.values())))
        partial.replace(path)

    def _path(self, embedder: Embedder) -> Path:
        return self._folder / f"vectors-{hashlib.sha256(embedder.identity.encode()).hexdigest()[:12]}.npz"

    @staticmethod
    def _key(embedder: Embedder, text: str) -> str:
        return hashlib.sha256(f"{embedder.identity}\0{text}".encode()).hexdigest()
