"""Goods found by description, with stock and price read from the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from retrieval.catalogue import Catalogue, Product, Sku
from retrieval.dense import DenseIndex
from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import QueryError, ReleaseFormatError
from retrieval.lexical import LexicalIndex

_FOLDER = "products"
_WORDS_WEIGHT = 0.6
"""What a full word match adds to a cosine. Source: benchmarks/retrieval.py."""


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


class ProductSearch:
    """Finds goods in a release.

    Args:
        catalogue: the goods, with stock and price.
        keys: their keys.
        dense: the vectors of the keys, same order.
        lexical: the words of the keys, same order.
        embedder: encodes questions; the one the index was built with.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        keys: Sequence[ProductKey],
        dense: DenseIndex,
        lexical: LexicalIndex,
        embedder: Embedder,
    ) -> None:
        self._catalogue = catalogue
        self._product_of = np.array([key.product for key in keys], dtype=np.int64)  # [keys]
        self._dense = dense
        self._lexical = lexical
        self._embedder = embedder

    @classmethod
    def build(cls, catalogue: Catalogue, vectors: Vectors, embedder: Embedder) -> "ProductSearch":
        """Index a catalogue.

        Args:
            catalogue: the goods.
            vectors: float32 [keys, d], the vectors of ``product_keys`` in that order.
            embedder: the one that made the vectors.
        """
        keys = product_keys(catalogue.products)
        dense = DenseIndex.build([key.ref for key in keys], vectors)
        return cls(catalogue, keys, dense, LexicalIndex.build([key.text for key in keys]), embedder)

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
        cosines = self._dense.cosines(self._embedder.embed_queries([text])[0])  # [keys]
        combined = np.clip(cosines, 0, 1) + _WORDS_WEIGHT * self._lexical.scores(text)  # [keys]
        scores = np.zeros(len(self._catalogue.products), dtype=np.float32)  # [products]
        np.maximum.at(scores, self._product_of, combined / (1 + _WORDS_WEIGHT))
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
        self._dense.save(target)
        self._lexical.save(target)

    @classmethod
    def load(cls, folder: Path, catalogue: Catalogue, embedder: Embedder) -> "ProductSearch":
        """Read what ``save`` wrote.

        Raises:
            ReleaseFormatError: when the index does not belong to the catalogue.
        """
        target = folder / _FOLDER
        keys = product_keys(catalogue.products)
        dense, lexical = DenseIndex.load(target), LexicalIndex.load(target)
        if dense.refs != tuple(key.ref for key in keys):
            raise ReleaseFormatError(target, "the index and the catalogue do not match; build the release again")
        return cls(catalogue, keys, dense, lexical, embedder)


def _counts(sku: Sku, only_in_stock: bool, max_price: Decimal | None, min_price: Decimal | None) -> bool:
    """Whether a variant may speak for its product."""
    if sku.status == "off_shelf" or (only_in_stock and sku.stock <= 0):
        return False
    return (max_price is None or sku.price <= max_price) and (min_price is None or sku.price >= min_price)
