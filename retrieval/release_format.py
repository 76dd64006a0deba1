"""What a release folder looks like: its manifest, its files, and their checksums."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from retrieval.catalogue import Catalogue, Promotion
from retrieval.collecting import collecting_paused
from retrieval.errors import ReleaseChecksumError, ReleaseFormatError, ReleaseMissing
from retrieval.passages import Passage

FORMAT = 2
"""Raised whenever the keys, the files or their meaning change. 2: near words, and a checksum of the manifest itself."""

MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"
"""Holds the sha256 of the manifest, which holds those of all other files."""
SHOP = "shop.json"
PASSAGES = "passages.jsonl"
CATALOGUE = "catalogue.json"
FRESH_GOODS = "fresh-goods.jsonl"
"""Goods that came or changed their text with a feed, after the indexes were built: one passage each; absent where none did."""

_PASSAGE = TypeAdapter(Passage)
_CATALOGUE = TypeAdapter(Catalogue)
_PROMOTIONS = TypeAdapter(tuple[Promotion, ...])


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
    """sha256 by path inside the folder; every file but the manifest and its own checksum."""
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
    files = {SHOP: shop_bytes(shop), PASSAGES: passages_bytes(passages), CATALOGUE: catalogue_bytes(catalogue)}
    return id_of_files({name: hashlib.sha256(content).hexdigest() for name, content in files.items()}, embedder)


def id_of_files(hashes: Mapping[str, str], embedder: str) -> str:
    """Name a release by the checksums of its plain files; see ``content_id``.

    Args:
        hashes: sha256 of at least the shop, the passages, the catalogue and, where there are, the goods of a feed.
        embedder: identity of the embedder.
    """
    parts = [hashes[name] for name in (SHOP, PASSAGES, CATALOGUE, FRESH_GOODS) if name in hashes]
    return "r" + hashlib.sha256("\0".join([str(FORMAT), embedder, *parts]).encode()).hexdigest()[:15]


def shop_bytes(shop: Mapping[str, Any]) -> bytes:
    """The file of a shop's plain settings."""
    return json.dumps(shop, ensure_ascii=False, indent=1).encode()


def passages_bytes(passages: Iterable[Passage]) -> bytes:
    """A file of passages, one a line."""
    return b"".join(_PASSAGE.dump_json(passage) + b"\n" for passage in passages)


def catalogue_bytes(catalogue: Catalogue) -> bytes:
    """The file of a catalogue."""
    return _CATALOGUE.dump_json(catalogue)


def write_content(folder: Path, shop: Mapping[str, Any], passages: Iterable[Passage], catalogue: Catalogue) -> None:
    """Write the plain files of a release."""
    (folder / SHOP).write_bytes(shop_bytes(shop))
    (folder / PASSAGES).write_bytes(passages_bytes(passages))
    (folder / CATALOGUE).write_bytes(catalogue_bytes(catalogue))


def read_content(folder: Path) -> tuple[dict[str, Any], tuple[Passage, ...], Catalogue]:
    """Read the plain files of a release.

    Raises:
        ReleaseFormatError: when one of them is not what ``write_content`` writes.
    """
    return (*read_lasting(folder), read_catalogue(folder / CATALOGUE))


def read_lasting(folder: Path) -> tuple[dict[str, Any], tuple[Passage, ...]]:
    """Read what a feed leaves as it is: the shop's settings and the passages.

    Raises:
        ReleaseFormatError: when one of the files is not what ``write_content`` writes.
    """
    path = folder / SHOP
    try:
        shop = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return shop, read_passages(folder / PASSAGES)


def read_passages(path: Path) -> tuple[Passage, ...]:
    """Read a file of passages.

    Raises:
        ReleaseFormatError: when it is not what ``passages_bytes`` gives.
    """
    try:
        return tuple(_PASSAGE.validate_json(line) for line in path.read_bytes().splitlines())
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_catalogue(path: Path) -> Catalogue:
    """Read a file of goods and promotions.

    Raises:
        ReleaseFormatError: when it is not what ``catalogue_bytes`` gives.
    """
    try:
        with collecting_paused():
            return _CATALOGUE.validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_promotions(values: Sequence[Any]) -> tuple[Promotion, ...]:
    """Read the promotions of a catalogue from its plain JSON.

    Raises:
        ReleaseFormatError: when they are not what ``catalogue_bytes`` gives.
    """
    try:
        return _PROMOTIONS.validate_json(json.dumps(values))
    except ValueError as error:
        raise _unreadable(Path(CATALOGUE), error) from error


def _unreadable(path: Path, error: Exception) -> ReleaseFormatError:
    return ReleaseFormatError(path, f"cannot be read ({error}); build the release again")


def hash_files(folder: Path) -> dict[str, str]:
    """sha256 of every file of a release but its manifest and the manifest's own checksum, by path inside the folder."""
    own = {folder / MANIFEST, folder / MANIFEST_SUM}
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path not in own)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, last of all files, after its checksum."""
    content = _MANIFEST.dump_json(manifest, indent=1)
    (folder / MANIFEST_SUM).write_text(hashlib.sha256(content).hexdigest() + "\n", encoding="ascii")
    (folder / MANIFEST).write_bytes(content)


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest and refuse a layout this program does not know.

    Raises:
        ReleaseMissing: when the folder holds no release.
        ReleaseFormatError: when the manifest is broken or of another format.
        ReleaseChecksumError: when the manifest changed after it was written.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise ReleaseMissing(folder, f"it has no {MANIFEST}; build a release first")
    try:
        raw = path.read_bytes()
        content = json.loads(raw)
        found = content.get("format") if isinstance(content, dict) else None
        if found != FORMAT:
            raise ReleaseFormatError(path, f"format {found!r}, this program reads {FORMAT!r}; build the release again")
        if (folder / MANIFEST_SUM).read_bytes() != hashlib.sha256(raw).hexdigest().encode() + b"\n":
            raise ReleaseChecksumError(path, "the file changed after it was written; build again or roll back")
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
