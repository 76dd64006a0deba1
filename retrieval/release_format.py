"""What a release folder looks like: its manifest, its files, and their checksums."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from retrieval.catalogue import Catalogue
from retrieval.errors import ReleaseChecksumError, ReleaseFormatError, ReleaseMissing
from retrieval.passages import Passage

FORMAT = 1
"""Raised whenever the keys, the files or their meaning change."""

MANIFEST = "manifest.json"
SHOP = "shop.json"
PASSAGES = "passages.jsonl"
CATALOGUE = "catalogue.json"

_PASSAGE = TypeAdapter(Passage)
_CATALOGUE = TypeAdapter(Catalogue)


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself."""

    release_id: str
    """Hash of the content and the embedder: the same pack gives the same id."""
    format: int
    """Version of the folder's layout."""
    embedder: str
    """Identity of the embedder that made the vectors."""
    built_at: datetime
    """Aware; not part of the id."""
    counts: Mapping[str, int]
    """``sources``, ``passages``, ``keys``, ``products``, ``skus``, ``promotions``."""
    files: Mapping[str, str]
    """sha256 by path inside the folder; every file but the manifest."""
    pack_hashes: Mapping[str, str] = field(default_factory=dict)
    """sha256 of the pack's own files, by path in the pack."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Packages that wrote the indexes."""
    texts_embedded: int = 0
    """Texts that went through the model for this build; the others came from the cache."""


_MANIFEST = TypeAdapter(Manifest)


def package_versions() -> dict[str, str]:
    """Versions of the packages whose formats lie in a release."""
    return {name: version(name) for name in ("faiss-cpu", "llama-index-core", "bm25s", "jieba", "numpy")}


def content_id(shop: Mapping[str, Any], passages: Iterable[Passage], catalogue: Catalogue, embedder: str) -> str:
    """Name a release by its content.

    Args:
        shop: the shop's plain settings.
        passages: all passages.
        catalogue: the goods.
        embedder: identity of the embedder.

    Returns:
        ``r`` and 15 hexadecimal digits.
    """
    digest = hashlib.sha256(f"{FORMAT}\0{embedder}\0".encode())
    digest.update(json.dumps(shop, ensure_ascii=False, sort_keys=True).encode())
    for passage in passages:
        digest.update(_PASSAGE.dump_json(passage))
    digest.update(_CATALOGUE.dump_json(catalogue))
    return f"r{digest.hexdigest()[:15]}"


def write_content(folder: Path, shop: Mapping[str, Any], passages: Iterable[Passage], catalogue: Catalogue) -> None:
    """Write the plain files of a release."""
    (folder / SHOP).write_text(json.dumps(shop, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / PASSAGES).write_bytes(b"".join(_PASSAGE.dump_json(passage) + b"\n" for passage in passages))
    (folder / CATALOGUE).write_bytes(_CATALOGUE.dump_json(catalogue))


def read_content(folder: Path) -> tuple[dict[str, Any], tuple[Passage, ...], Catalogue]:
    """Read the plain files of a release.

    Raises:
        ReleaseFormatError: when one of them is not what ``write_content`` writes.
    """
    path = folder
    try:
        path = folder / SHOP
        shop = json.loads(path.read_bytes())
        path = folder / PASSAGES
        passages = tuple(_PASSAGE.validate_json(line) for line in path.read_bytes().splitlines())
        path = folder / CATALOGUE
        return shop, passages, _CATALOGUE.validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ReleaseFormatError(path, f"cannot be read ({error}); build the release again") from error


def hash_files(folder: Path) -> dict[str, str]:
    """sha256 of every file of a release but its manifest, by path inside the folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, last of all files."""
    (folder / MANIFEST).write_bytes(_MANIFEST.dump_json(manifest, indent=1))


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest and refuse a layout this program does not know.

    Raises:
        ReleaseMissing: when the folder holds no release.
        ReleaseFormatError: when the manifest is broken or of another format.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise ReleaseMissing(folder, f"it has no {MANIFEST}; build a release first")
    try:
        content = json.loads(path.read_bytes())
        found = content.get("format") if isinstance(content, dict) else None
        if found != FORMAT:
            raise ReleaseFormatError(path, f"format {found!r}, this program reads {FORMAT!r}; build the release again")
        return _MANIFEST.validate_python(content)
    except (OSError, ValueError) as error:
        shown = f"{error.error_count()} fields" if isinstance(error, ValidationError) else str(error)
        raise ReleaseFormatError(path, f"cannot be read ({shown}); build the release again") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum.

    Raises:
        ReleaseChecksumError: naming the first file that is missing, changed or not listed.
    """
    found = hash_files(folder)
    for name in sorted({*found, *manifest.files}):
        if name not in found:
            raise ReleaseChecksumError(folder / name, "the file is missing; build the release again or roll back")
        if name not in manifest.files:
            raise ReleaseChecksumError(folder / name, "the manifest does not list this file; remove it or build again")
        if found[name] != manifest.files[name]:
            raise ReleaseChecksumError(folder / name, "the file changed after it was written; build again or roll back")


def sync_folder(folder: Path) -> None:
    """Force a folder's files and names to the disk."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
