"""Digests that tell one model, adapter or file from any other."""

import hashlib
from pathlib import Path


def hash_file(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_base(folder: Path) -> str:
    """SHA-256 over a model's configuration and weights: the same for the same model, wherever it lies."""
    whole = hashlib.sha256()
    for file in sorted([folder / "config.json", *folder.glob("*.safetensors")]):
        whole.update(f"{file.name}\0{hash_file(file)}\n".encode())
    return whole.hexdigest()
