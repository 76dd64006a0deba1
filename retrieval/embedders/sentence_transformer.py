"""Any sentence-transformers model, from a local folder or by its hub name."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.embedders.port import Vectors, unit_rows
from retrieval.errors import EmbedderError


class SentenceTransformerEmbedder:
    """A sentence-transformers model behind the port.

    Args:
        name_or_folder: a folder that holds the model, or its name on the hub.
        query_prompt: put before every question; None: the model's own ``query`` prompt, if it has one.
        passage_prompt: put before every passage; None: the model's own ``document`` prompt, if it has one.
        device: ``cpu``, ``cuda``...; None: the library chooses.
        batch_size: texts encoded at once, >= 1.

    Raises:
        EmbedderError: when the model cannot be opened.
    """

    def __init__(
        self,
        name_or_folder: str,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        device: str | None = None,
        batch_size: int = 32,
    ) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(
                name_or_folder, device=device, trust_remote_code=_is_our_module(Path(name_or_folder))
            )
        except (OSError, ValueError, KeyError, ImportError) as error:
            problem = (
                f"cannot be opened ({error}); give a folder that holds a sentence-transformers model or its hub name"
            )
            raise EmbedderError(name_or_folder, problem) from error
        self._name = name_or_folder
        self._query_prompt = query_prompt
        self._passage_prompt = passage_prompt
        self._batch_size = batch_size
        self._dimensions = len(self.embed(["好"])[0])
        self._identity = self._fingerprint()

    @property
    def identity(self) -> str:
        """The model's name with a hash over its weights, configuration and prompts."""
        return self._identity

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Encode passages: float32 [n, dimensions], unit rows."""
        return self._encode(texts, self._passage_prompt, "document")

    def embed_queries(self, texts: Sequence[str], before: str = "") -> Vectors:
        """Encode questions, each by itself: float32 [n, dimensions], unit rows."""
        return self._encode(texts, self._query_prompt, "query")

    def _encode(self, texts: Sequence[str], prompt: str | None, prompt_name: str) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        if prompt is None:
            prompt = (self._model.prompts or {}).get(prompt_name)
        rows = self._model.encode(
            list(texts), prompt=prompt, batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
        )
        return unit_rows(np.asarray(rows, dtype=np.float32))

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(repr((self._query_prompt, self._passage_prompt, self._model.prompts)).encode())
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.detach().cpu().flatten().float().numpy().tobytes())
        # Weights alone do not fix the vectors (pooling, casing, a module without weights): their effect does.
        digest.update(np.round(self.embed(["退货运费谁出", "Model A1 299"]), 3).tobytes())
        return f"{Path(self._name).name}:{digest.hexdigest()[:16]}"


def _is_our_module(folder: Path) -> bool:
    """Whether a saved model names only the library's modules and ours, and brings no code: then none but installed code runs."""
    listing = folder / "modules.json"
    if not listing.is_file() or any(folder.rglob("*.py")):
        return False
    types = [str(module.get("type", "")) for module in json.loads(listing.read_text(encoding="utf-8"))]
    return all(name.startswith(("sentence_transformers.", "retrieval.embedders.")) for name in types)
