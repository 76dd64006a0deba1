"""A release: everything a serving process knows of one shop, written whole and read whole."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from retrieval import release_format
from retrieval.catalogue import Catalogue
from retrieval.dense import DenseIndex
from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import EmbedderMismatch, ReleaseFormatError
from retrieval.keys import Key, keys_of
from retrieval.lexical import LexicalIndex
from retrieval.passages import Passage
from retrieval.products import ProductSearch, product_keys
from retrieval.release_format import Manifest
from retrieval.retriever import Retriever
from retrieval.vector_cache import VectorCache


@dataclass(frozen=True)
class ReleaseContents:
    """What goes into a release."""

    shop: Mapping[str, Any]
    """The pack's shop.yaml as plain JSON values."""
    passages: tuple[Passage, ...]
    """All passages, of policies and of products, whatever their dates."""
    catalogue: Catalogue
    """Goods, stock, prices and promotions."""
    pack_hashes: Mapping[str, str] = field(default_factory=dict)
    """sha256 of the pack's files, by path in the pack."""


@dataclass(frozen=True)
class Release:
    """A release in memory, ready to answer."""

    manifest: Manifest
    shop: Mapping[str, Any]
    """The pack's shop.yaml as plain JSON values."""
    passages: tuple[Passage, ...]
    catalogue: Catalogue
    retriever: Retriever
    product_search: ProductSearch

    @property
    def release_id(self) -> str:
        """The hash that names it."""
        return self.manifest.release_id

    @classmethod
    def load(cls, folder: Path, embedder: Embedder) -> "Release":
        """Read a release, checking every file first.

        Args:
            folder: what ``write_release`` wrote.
            embedder: encodes questions; must be the one that built the release.

        Returns:
            The release.

        Raises:
            ReleaseMissing: when the folder holds no release.
            ReleaseFormatError: when it is of another format or cannot be read.
            ReleaseChecksumError: when a file changed.
            EmbedderMismatch: when another model embedded it.
        """
        manifest = release_format.read_manifest(folder)
        if manifest.embedder != embedder.identity:
            raise EmbedderMismatch(folder, manifest.embedder, embedder.identity)
        release_format.check_files(folder, manifest)
        shop, passages, catalogue = release_format.read_content(folder)
        keys = keys_of(passages)
        dense = DenseIndex.load(folder)
        if dense.refs != tuple(key.ref for key in keys):
            raise ReleaseFormatError(folder, "the index and the passages do not match; build the release again")
        retriever = Retriever(passages, keys, dense, LexicalIndex.load(folder), embedder)
        search = ProductSearch.load(folder, catalogue, embedder)
        return cls(manifest, shop, passages, catalogue, retriever, search)


def write_release(
    folder: Path, contents: ReleaseContents, embedder: Embedder, vectors: VectorCache | None = None
) -> Manifest:
    """Write a release into a new folder, which appears whole or not at all.

    Args:
        folder: must not exist or be empty; its parent is made.
        contents: what the release holds.
        embedder: encodes the keys.
        vectors: vectors of earlier builds; None: everything is encoded.

    Returns:
        The manifest; ``texts_embedded`` says how many texts were encoded anew.

    Raises:
        ReleaseFormatError: when the folder already holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseFormatError(folder, "the folder is not empty; give a new one, a release is never changed in place")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        manifest = _write(partial, contents, embedder, vectors)
        partial.chmod(0o755)
        release_format.sync_folder(partial)
        partial.replace(folder)
        release_format.sync_folder(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def _write(folder: Path, contents: ReleaseContents, embedder: Embedder, vectors: VectorCache | None) -> Manifest:
    keys = keys_of(contents.passages)
    goods = product_keys(contents.catalogue.products)
    texts = list(dict.fromkeys([*(key.text for key in keys), *(key.text for key in goods)]))
    rows, embedded = (
        (embedder.embed(texts), len(texts)) if vectors is None else vectors.embed(embedder, texts)
    )  # [texts, d]
    row_of = {text: row for row, text in enumerate(texts)}
    _write_policies(folder, keys, rows[[row_of[key.text] for key in keys]])
    ProductSearch.build(contents.catalogue, rows[[row_of[key.text] for key in goods]], embedder).save(folder)
    release_format.write_content(folder, contents.shop, contents.passages, contents.catalogue)
    manifest = Manifest(
        release_id=release_format.content_id(contents.shop, contents.passages, contents.catalogue, embedder.identity),
        format=release_format.FORMAT,
        embedder=embedder.identity,
        built_at=datetime.now(UTC),
        counts=_counts(contents, len(keys)),
        files=release_format.hash_files(folder),
        pack_hashes=dict(contents.pack_hashes),
        versions=release_format.package_versions(),
        texts_embedded=embedded,
    )
    release_format.write_manifest(folder, manifest)
    return manifest


def _write_policies(folder: Path, keys: tuple[Key, ...], vectors: Vectors) -> None:
    DenseIndex.build([key.ref for key in keys], vectors).save(folder)
    LexicalIndex.build([key.text for key in keys]).save(folder)


def _counts(contents: ReleaseContents, keys: int) -> dict[str, int]:
    return {
        "sources": len({passage.source_id for passage in contents.passages}),
        "passages": len(contents.passages),
        "keys": keys,
        "products": len(contents.catalogue.products),
        "skus": len(contents.catalogue.by_sku),
        "promotions": len(contents.catalogue.promotions),
    }
