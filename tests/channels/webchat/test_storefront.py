from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from channels.webchat.storefront import Storefront
from retrieval.catalogue import Catalogue, Product, Sku

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


class Release:
    """What a storefront reads."""

    release_id = "r-1"

    def __init__(self, *products: Product, **shop: object) -> None:
        self.catalogue = Catalogue(products)
        self.shop = {"shop_id": "s", "name": "店", "assistant": "小汀", **shop}


SKU = Sku("s-1", "p-1", Decimal("59.9"), 9)


def _card(*skus: Sku, **more: object):
    product = Product("p-1", "<b>裙子</b>", "裙", skus, **more)
    return Storefront(lambda: Release(product), lambda: NOW, 2000).cards(["p-1"])


def test_that_a_card_tells_price_and_stock():
    (card,) = _card(SKU, replace(SKU, sku="s-2", price=Decimal(80)))
    assert (card.title, card.price, card.price_to, card.stock, card.left) == (
        "<b>裙子</b>",
        "59.90",
        "80.00",
        "there",
        None,
    )


def test_that_the_last_pieces_are_counted():
    (card,) = _card(replace(SKU, stock=2), replace(SKU, sku="s-2", stock=1))
    assert (card.stock, card.left) == ("few", 3)


def test_that_what_is_sold_out_tells_when_it_comes_back():
    past, later = date(2026, 11, 1), date(2026, 12, 1)
    (card,) = _card(replace(SKU, stock=0, restock_date=past), replace(SKU, sku="s-2", stock=0, restock_date=later))
    assert (card.stock, card.restock_date) == ("none", later)


def test_that_presale_is_told():
    (card,) = _card(replace(SKU, stock=5, status="presale", restock_date=date(2026, 12, 5)))
    assert (card.stock, card.restock_date) == ("presale", date(2026, 12, 5))


def test_that_what_is_off_the_shelf_has_no_card():
    assert _card(replace(SKU, status="off_shelf")) == []


@pytest.mark.parametrize(
    ("url", "told"), [("https://shop/p/1", "https://shop/p/1"), ("javascript:alert(1)", None), (None, None)]
)
def test_that_only_a_web_address_is_linked(url, told):
    (card,) = _card(SKU, url=url)
    assert card.url == told


def test_that_hours_are_those_of_the_release():
    front = Storefront(lambda: Release(service_hours={"mon-fri": "11:00-18:00"}), lambda: NOW, 2000)
    shop = front.shop()
    assert [(one.days, one.hours) for one in shop.hours] == [("mon-fri", "11:00-18:00")]
    assert shop.service_open is False
