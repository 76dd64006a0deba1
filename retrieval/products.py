"""Goods found by description, with stock and price read from the catalogue."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.catalogue import Catalogue, Product, Sku
from retrieval.dense import DenseIndex
from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import QueryError, ReleaseFormatError
from retrieval.lexical import LexicalIndex

_FOLDER = "products"
_WORDS_WEIGHT = 0.6
"""What a full word match adds to a cosine. Source: benchmarks/retrieval.py."""
FEW_KEYS = 600
"""So many keys of fresh goods are embedded while a release is loaded, which takes 0.3 s; more are found by their words alone."""


@dataclass(frozen=True)
class ProductKey:
    """One text that leads to a product."""

    ref: str
    """``product_id/ordinal``."""
    product: int
    """Position in the catalogue."""
    text: str


def product_keys(products: Sequence[Product]) -> tuple[ProductKey, ...]:
    """Derive the keys of the goods: the title, every alias, and the whole description.

    Args:
        products: the catalogue's products.

    Returns:
        The keys, by product.
    """
    keys = []
    for position, product in enumerate(products):
        colors = dict.fromkeys(sku.color for sku in product.skus if sku.color)
        parts = [product.title, product.category, *product.aliases, *product.attributes.values(), *colors]
        texts = dict.fromkeys([product.title, *product.aliases, " ".join(parts)])
        keys += [ProductKey(f"{product.product_id}/{n}", position, text) for n, text in enumerate(texts)]
    return tuple(keys)


class ProductIndex:
    """The keys of some goods, by meaning and by word.

    Args:
        dense: the vectors of the keys; None: they are found by their words alone.
        lexical: the words of the keys.
        product_ids: the product that each key leads to.
    """

    def __init__(self, dense: DenseIndex | None, lexical: LexicalIndex, product_ids: Sequence[str]) -> None:
        self.dense = dense
        self.lexical = lexical
        self.product_ids = tuple(product_ids)

    @classmethod
    def build(cls, products: Sequence[Product], vectors: Vectors | None) -> "ProductIndex":
        """Index goods.

        Args:
            products: the goods.
            vectors: float32 [keys, d], the vectors of ``product_keys`` in that order; None: none are known.
        """
        keys = product_keys(products)
        dense = None if vectors is None else DenseIndex.build([key.ref for key in keys], vectors)
        lexical = LexicalIndex.build([key.text for key in keys])
        return cls(dense, lexical, [products[key.product].product_id for key in keys])

    def fits(self, text: str, vector: Vectors) -> NDArray[np.float32]:
        """Compare a description with every key: float32 [keys], 0..1, higher fits better."""
        words = _WORDS_WEIGHT * self.lexical.scores(text)  # [keys]
        if self.dense is not None:
            words = words + np.clip(self.dense.cosines(vector), 0, 1)
        return np.asarray(words / (1 + _WORDS_WEIGHT), dtype=np.float32)


class ProductSearch:
    """Finds goods in a release.

    Args:
        catalogue: the goods of now, with stock and price.
        indexed: the keys of the goods as they were when the release was built.
        embedder: encodes questions; the one the index was built with.
        fresh: goods that came later or are described otherwise now; they are indexed here, with vectors while they are few.

    Raises:
        ReleaseFormatError: when a product of the catalogue is neither indexed nor fresh.
    """

    def __init__(
        self, catalogue: Catalogue, indexed: ProductIndex, embedder: Embedder, fresh: Collection[str] = ()
    ) -> None:
        self._catalogue = catalogue
        self._indexed = indexed
        self._embedder = embedder
        places = {product.product_id: number for number, product in enumerate(catalogue.products)}
        lost = places.keys() - set(indexed.product_ids) - set(fresh)
        if lost:
            problem = f"the index lacks {len(lost)} goods, {min(lost)!r} among them; build the release again"
            raise ReleaseFormatError(Path(_FOLDER), problem)
        new = [product for product in catalogue.products if product.product_id in fresh]
        still = {product_id: place for product_id, place in places.items() if product_id not in fresh}
        self._parts = [_part(indexed, still)]
        if new:
            self._parts.append(_part(_index_of(new, embedder), places))

    @classmethod
    def build(cls, catalogue: Catalogue, vectors: Vectors, embedder: Embedder) -> "ProductSearch":
        """Index a catalogue.

        Args:
            catalogue: the goods.
            vectors: float32 [keys, d], the vectors of ``product_keys`` in that order.
            embedder: the one that made the vectors.
        """
        return cls(catalogue, ProductIndex.build(catalogue.products, vectors), embedder)

    def search(
        self,
        text: str,
        k: int = 5,
        *,
        only_in_stock: bool = False,
        max_price: Decimal | None = None,
        min_price: Decimal | None = None,
        category: str | None = None,
    ) -> list[tuple[Product, float]]:
        """Find goods that fit a description.

        Args:
            text: what the customer is looking for.
            k: most products to return, >= 1.
            only_in_stock: leave out products without a variant that can be had now.
            max_price: highest price of a variant that counts, in the shop's currency.
            min_price: lowest price of a variant that counts, in the shop's currency.
            category: the product's category or a glob of it; None: any.

        Returns:
            Pairs of product and fit 0..1, best first. Products off the shelf are never among them.

        Raises:
            QueryError: when ``k`` is below 1.
        """
        if k < 1:
            raise QueryError("k", k, "at least 1")
        if not text.strip() or not self._catalogue.products:
            return []
        vector = self._embedder.embed_queries([text])[0]  # [d]
        scores = np.zeros(len(self._catalogue.products), dtype=np.float32)  # [products]
        for index, keys, products in self._parts:
            np.maximum.at(scores, products, index.fits(text, vector)[keys])
        found: list[tuple[Product, float]] = []
        for position in np.argsort(-scores, kind="stable"):
            product = self._catalogue.products[int(position)]
            fits_category = category is None or fnmatchcase(product.category, category)
            if fits_category and any(_counts(sku, only_in_stock, max_price, min_price) for sku in product.skus):
                found.append((product, float(scores[position])))
            if len(found) == k:
                break
        return found

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        target = folder / _FOLDER
        target.mkdir()
        if self._indexed.dense is not None:
            self._indexed.dense.save(target)
        self._indexed.lexical.save(target)


def load_product_index(folder: Path) -> ProductIndex:
    """Read the index that ``ProductSearch.save`` wrote.

    Raises:
        ReleaseFormatError: when it cannot be read.
    """
    dense = DenseIndex.load(folder / _FOLDER)
    product_ids = [ref.rpartition("/")[0] for ref in dense.refs]
    return ProductIndex(dense, LexicalIndex.load(folder / _FOLDER), product_ids)


_Part = tuple[ProductIndex, NDArray[np.int64], NDArray[np.int64]]
"""An index, its keys that count, and the place in the catalogue that each of these leads to."""


def _part(index: ProductIndex, places: Mapping[str, int]) -> _Part:
    """The keys of an index whose products are there, and the places of these."""
    found = [(key, places[name]) for key, name in enumerate(index.product_ids) if name in places]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)  # [keys that count, 2]
    return index, pairs[:, 0], pairs[:, 1]


def _index_of(products: Sequence[Product], embedder: Embedder) -> ProductIndex:
    texts = [key.text for key in product_keys(products)]
    return ProductIndex.build(products, embedder.embed(texts) if len(texts) <= FEW_KEYS else None)


def _counts(sku: Sku, only_in_stock: bool, max_price: Decimal | None, min_price: Decimal | None) -> bool:
    """Whether a variant may speak for its product."""
    if sku.status == "off_shelf" or (only_in_stock and sku.stock <= 0):
        return False
    return (max_price is None or sku.price <= max_price) and (min_price is None or sku.price >= min_price)
