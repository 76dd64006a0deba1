"""The catalogue snapshot of a release: goods, stock, prices and promotions, read by exact key at turn time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal

SkuStatus = Literal["on_sale", "presale", "off_shelf"]
PromotionKind = Literal["full_reduction", "coupon", "flash_sale", "gift", "free_shipping"]
Audience = Literal["all", "new", "vip", "hesitating"]


@dataclass(frozen=True)
class Sku:
    """One sellable variant of a product."""

    sku: str
    product_id: str
    price: Decimal
    """In the shop's currency."""
    stock: int
    """Pieces that can be sold now, >= 0."""
    list_price: Decimal | None = None
    color: str | None = None
    size: str | None = None
    restock_date: date | None = None
    """When goods come back, or when a presale item is sent."""
    status: SkuStatus = "on_sale"


@dataclass(frozen=True)
class Product:
    """What a customer calls one thing: a title with its variants."""

    product_id: str
    title: str
    category: str
    skus: tuple[Sku, ...]
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    similar: tuple[str, ...] = ()
    """product_ids to offer when this one is sold out."""
    url: str | None = None


@dataclass(frozen=True)
class Promotion:
    """A campaign or a coupon, with the window in which it counts."""

    promotion_id: str
    name: str
    kind: PromotionKind
    starts_at: datetime
    ends_at: datetime
    threshold: Decimal = Decimal(0)
    discount: Decimal | None = None
    """An amount taken off."""
    rate: Decimal | None = None
    """The share paid: 0.88 is 88 折."""
    products: tuple[str, ...] = ("*",)
    stackable: bool = False
    code: str | None = None
    quota: int | None = None
    audience: tuple[Audience, ...] = ("all",)

    def is_on(self, now: datetime) -> bool:
        """Whether it counts at ``now`` (aware)."""
        return self.starts_at <= now <= self.ends_at

    def covers(self, product_id: str) -> bool:
        """Whether the product takes part."""
        return any(fnmatchcase(product_id, glob) for glob in self.products)


@dataclass(frozen=True)
class Catalogue:
    """All goods and promotions of one release."""

    products: tuple[Product, ...]
    promotions: tuple[Promotion, ...] = ()

    @cached_property
    def by_product(self) -> Mapping[str, Product]:
        """Products by product_id."""
        return {product.product_id: product for product in self.products}

    @cached_property
    def by_sku(self) -> Mapping[str, tuple[Product, Sku]]:
        """Each SKU with its product."""
        return {sku.sku: (product, sku) for product in self.products for sku in product.skus}

    def active_promotions(self, now: datetime, product_ids: Iterable[str] = ()) -> tuple[Promotion, ...]:
        """Promotions on at ``now``; with ``product_ids``, those that cover at least one of them."""
        wanted = tuple(product_ids)
        return tuple(
            promotion
            for promotion in self.promotions
            if promotion.is_on(now) and (not wanted or any(promotion.covers(item) for item in wanted))
        )
