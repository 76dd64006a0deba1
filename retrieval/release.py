"""A release: everything a serving process knows of one shop, written whole and read whole."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from retrieval import release_format
from retrieval.catalogue import Catalogue
from retrieval.durable import sync_tree
from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import EmbedderMismatch, ReleaseFormatError
from retrieval.fresh_goods import in_force, read_fresh_goods
from retrieval.groups import Group, groups_of
from retrieval.indexing import load_retriever, save_index
from retrieval.keys import keys_of
from retrieval.passages import Passage
from retrieval.products import ProductIndex, ProductSearch, load_product_index, product_keys
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
    """Finds what is in force; goods that a feed took away or changed are not found by what they were."""
    product_search: ProductSearch
    index: Retriever
    """Finds all that is indexed; the same object in releases that differ in goods alone, as is ``goods``."""
    goods: ProductIndex

    @cached_property
    def is_bound_by_orders(self) -> bool:
        """Whether some of its rules hold by the day of an order or a signature."""
        return any(passage.decided_by != "ask" for passage in self.passages)

    @cached_property
    def groups(self) -> tuple[tuple[Passage, Group], ...]:
        """The groups that its policies name and list, such as 偏远地区, each with the passage that does."""
        return tuple((passage, group) for passage in self.passages for group in groups_of(passage.sentences))

    @property
    def goods_as_of(self) -> datetime:
        """When goods, stock and prices were read into it."""
        return self.manifest.built_at

    @property
    def release_id(self) -> str:
        """The hash that names it."""
        return self.manifest.release_id

    @classmethod
    def load(cls, folder: Path, embedder: Embedder, known: "Release | None" = None) -> "Release":
        """Read a release, checking every file first.

        Args:
            folder: what ``write_release`` or a feed wrote.
            embedder: encodes questions; must be the one that built the release.
            known: a release in memory; what the two have in common, which after a feed is all but the goods, is not read again.

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
        catalogue = release_format.read_catalogue(folder / release_format.CATALOGUE)
        fresh = read_fresh_goods(folder, embedder)
        if known is not None and _same_indexes(manifest, known.manifest):
            shop, passages, index, goods = known.shop, known.passages, known.index, known.goods
        else:
            shop, passages = release_format.read_lasting(folder)
            index = load_retriever(folder, passages, embedder)
            goods = load_product_index(folder)
        retriever = in_force(index, passages, catalogue, fresh)
        search = ProductSearch(catalogue, goods, embedder, fresh.product_ids)
        return cls(manifest, shop, passages, catalogue, retriever, search, index, goods)


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
        sync_tree(partial)
        partial.replace(folder)
        sync_tree(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def _same_indexes(one: Manifest, other: Manifest) -> bool:
    """Whether two releases of one embedder have all files in common but those of the goods."""
    swapped = (release_format.CATALOGUE, release_format.FRESH_GOODS)
    lasting = [{name: hashed for name, hashed in of.files.items() if name not in swapped} for of in (one, other)]
    return one.embedder == other.embedder and lasting[0] == lasting[1]


class _Encoder:
    """Encodes texts through the cache and counts those that went through the model."""

    def __init__(self, embedder: Embedder, cache: VectorCache | None) -> None:
        self._embedder = embedder
        self._cache = cache
        self.embedded = 0

    def __call__(self, texts: Sequence[str]) -> Vectors:
        if self._cache is None:
            vectors, embedded = self._embedder.embed(texts), len(texts)
        else:
            vectors, embedded = self._cache.embed(self._embedder, texts)
        self.embedded += embedded
        return vectors


def _write(folder: Path, contents: ReleaseContents, embedder: Embedder, cache: VectorCache | None) -> Manifest:
    encode = _Encoder(embedder, cache)
    save_index(folder, contents.passages, embedder, encode)
    goods = product_keys(contents.catalogue.products)
    ProductSearch.build(contents.catalogue, encode([key.text for key in goods]), embedder).save(folder)
    release_format.write_content(folder, contents.shop, contents.passages, contents.catalogue)
    manifest = Manifest(
        release_id=release_format.content_id(contents.shop, contents.passages, contents.catalogue, embedder.identity),
        format=release_format.FORMAT,
        embedder=embedder.identity,
        built_at=datetime.now(UTC),
        counts=_counts(contents),
        files=release_format.hash_files(folder),
        pack_hashes=dict(contents.pack_hashes),
        versions=release_format.package_versions(),
        texts_embedded=encode.embedded,
    )
    release_format.write_manifest(folder, manifest)
    return manifest


def _counts(contents: ReleaseContents) -> dict[str, int]:
    return {
        "sources": len({passage.source_id for passage in contents.passages}),
        "passages": len(contents.passages),
        "keys": len(keys_of(contents.passages)),
        "products": len(contents.catalogue.products),
        "skus": len(contents.catalogue.by_sku),
        "promotions": len(contents.catalogue.promotions),
    }
