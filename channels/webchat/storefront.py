"""The storefront: what a window shows of the shop, its hours and its goods, from the release in force."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from agent.facts.goods import FEW, is_buyable
from agent.handoff.hours import is_open
from agent.profile import ShopProfile
from channels.webchat.wire import CardTold, HoursTold, ShopTold
from retrieval.catalogue import Product, Sku
from retrieval.release import Release


class Storefront:
    """Reads the release that is current now.

    Args:
        releases: gives it.
        clock: gives the time, aware.
        max_chars: longest message that is taken.
    """

    def __init__(self, releases: Callable[[], Release], clock: Callable[[], datetime], max_chars: int) -> None:
        self._releases = releases
        self.clock = clock
        self._max_chars = max_chars
        self._known: tuple[str, ShopProfile] | None = None

    def is_open(self) -> bool:
        """Whether people are on duty."""
        return is_open(self._profile(), self.clock())

    def shop(self) -> ShopTold:
        """The shop as its window shows it."""
        profile = self._profile()
        hours = [HoursTold(days=days, hours=span) for days, span in (profile.service_hours or {}).items()]
        return ShopTold(
            shop_id=profile.shop_id,
            name=profile.name,
            assistant=profile.assistant,
            hotline=profile.hotline,
            service_open=self.is_open(),
            hours=hours,
            max_chars=self._max_chars,
        )

    def cards(self, product_ids: Iterable[str]) -> list[CardTold]:
        """Cards of products, in the order asked for; unknown ones and those off the shelf have none."""
        known = self._releases().catalogue.by_product
        return self._cards(known[name] for name in dict.fromkeys(product_ids) if name in known)

    def first_cards(self, most: int) -> list[CardTold]:
        """Cards of the first goods of the catalogue."""
        return self._cards(self._releases().catalogue.products)[:most]

    def _cards(self, products: Iterable[Product]) -> list[CardTold]:
        currency = self._profile().currency
        shown = ((one, [sku for sku in one.skus if sku.status != "off_shelf"]) for one in products)
        return [self._card(product, skus, currency) for product, skus in shown if skus]

    def _card(self, product: Product, skus: Sequence[Sku], currency: str) -> CardTold:
        there = sum(sku.stock for sku in skus if is_buyable(sku))
        coming = self._coming(skus)
        prices = sorted({sku.price for sku in skus})
        card = CardTold(
            id=product.product_id,
            title=product.title,
            price=f"{prices[0]:.2f}",
            price_to=f"{prices[-1]:.2f}" if len(prices) > 1 else None,
            currency=currency,
            stock="there",
            left=None,
            restock_date=None,
            url=product.url if product.url and product.url.startswith(("https://", "http://")) else None,
        )
        if there > FEW:
            return card
        if there:
            return card.model_copy(update={"stock": "few", "left": there})
        presale = any(sku.status == "presale" for sku in skus)
        return card.model_copy(update={"stock": "presale" if presale else "none", "restock_date": coming})

    def _coming(self, skus: Sequence[Sku]) -> date | None:
        today = self.clock().astimezone(self._profile().timezone).date()
        days = [sku.restock_date for sku in skus if sku.restock_date is not None and sku.restock_date >= today]
        return min(days, default=None)

    def _profile(self) -> ShopProfile:
        release = self._releases()
        if self._known is None or self._known[0] != release.release_id:
            self._known = release.release_id, ShopProfile.from_release(release.shop)
        return self._known[1]
