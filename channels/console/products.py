"""``/console/api/knowledge/products``: the goods of the release that is served, as an editor looks them up."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from channels.console.shelf import Shelf
from channels.console.wire import ERRORS, Told
from retrieval.catalogue import Product, SkuStatus
from retrieval.words import fold

PAGE = 30
"""Products told at once."""


class SkuTold(Told):
    """One variant."""

    sku: str
    color: str | None
    size: str | None
    price: Decimal
    list_price: Decimal | None
    stock: int
    status: SkuStatus
    restock_date: date | None


class ProductTold(Told):
    """One product."""

    product_id: str
    title: str
    category: str
    aliases: list[str]
    url: str | None
    skus: list[SkuTold]


class ProductsTold(Told):
    """Some of the products that fit."""

    total: int
    products: list[ProductTold]
    as_of: AwareDatetime
    """When stock and prices were read."""
    currency: str


class ProductRoutes:
    """Looking goods up.

    Args:
        shelf: the shop's knowledge.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/knowledge")
        router.add_api_route("/products", self.products, methods=["GET"], response_model=ProductsTold, responses=ERRORS)
        return router

    async def products(self, q: str = Query("", max_length=80), begin: int = Query(0, ge=0)) -> ProductsTold:
        """Find goods whose title, other names, category, SKU or variant hold every word of the question."""
        release = self._shelf.releases.current()
        wanted = fold(q).split()
        found = [one for one in release.catalogue.products if _fits(one, wanted)]
        return ProductsTold(
            total=len(found),
            products=[ProductTold.model_validate(one) for one in found[begin : begin + PAGE]],
            as_of=release.goods_as_of,
            currency=self._shelf.shop.currency,
        )


def _fits(product: Product, words: Iterable[str]) -> bool:
    variants = (part for sku in product.skus for part in (sku.sku, sku.color, sku.size) if part)
    said = fold("\n".join((product.product_id, product.title, product.category, *product.aliases, *variants)))
    return all(word in said for word in words)
