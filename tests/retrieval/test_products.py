from decimal import Decimal

import pytest

from retrieval.catalogue import Catalogue
from retrieval.errors import QueryError
from retrieval.products import ProductSearch, product_keys


@pytest.fixture
def search(tea_catalogue, use):
    vectors = use.embed([key.text for key in product_keys(tea_catalogue.products)])
    return ProductSearch.build(tea_catalogue, vectors, use)


def ids(found):
    return [product.product_id for product, _ in found]


def test_that_a_description_finds_the_product(search):
    assert ids(search.search("暖胃的红茶"))[0] == "tea-red"


def test_that_an_alias_finds_the_product(search):
    assert ids(search.search("龙井"))[0] == "tea-green"


def test_that_sold_out_goods_can_be_left_out(search):
    assert ids(search.search("红茶", only_in_stock=True)) == ["tea-green"]


def test_that_goods_off_the_shelf_are_never_found(search):
    assert "pot-zisha" not in ids(search.search("紫砂茶壶"))


def test_that_a_price_range_counts_what_can_be_had(search):
    assert ids(search.search("茶", min_price=Decimal(100))) == ["tea-green"]
    assert ids(search.search("茶", min_price=Decimal(100), only_in_stock=True)) == []
    assert ids(search.search("茶", max_price=Decimal(60))) == ["tea-red"]


def test_that_a_category_is_a_glob(search):
    assert ids(search.search("茶", category="绿*")) == ["tea-green"]


def test_that_fits_lie_between_none_and_all(search):
    assert all(0 <= fit <= 1 for _, fit in search.search("明前龙井绿茶"))


def test_that_less_than_one_product_cannot_be_asked_for(search):
    with pytest.raises(QueryError, match="k=0"):
        search.search("茶", k=0)


def test_that_an_empty_shop_has_nothing(use):
    assert ProductSearch.build(Catalogue(()), use.embed([]), use).search("茶") == []
