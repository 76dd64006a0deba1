from datetime import date
from decimal import Decimal

import pytest

from retrieval.catalogue import Catalogue, Product, Sku
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.embedders.use import TUNED_NAME, UseEmbedder
from retrieval.passages import Passage, Scope
from retrieval.release import ReleaseContents


@pytest.fixture(scope="session")
def use():
    return UseEmbedder(TUNED_NAME)


@pytest.fixture
def ngrams():
    return NgramEmbedder()


def _policy(name, title, category, sentences, questions=(), scope=None, decided_by="ask"):
    return Passage(
        f"{name}#0", name, "policy", title, category, "", sentences, questions, scope or Scope(), 1, decided_by
    )


@pytest.fixture
def tea_policies():
    old, new = Scope(effective_to=date(2025, 12, 31)), Scope(effective_from=date(2026, 1, 1))
    return (
        _policy("fee-2025", "运费规则", "shipping", ("满99元包邮，不满收运费8元。",), ("运费多少",), old),
        _policy(
            "fee-2026", "运费规则", "shipping", ("满129元包邮，不满收运费10元。", "海岛加收20元。"), ("运费多少",), new
        ),
        _policy("tea-return", "茶叶退货", "returns", ("未拆封的茶叶签收后7天内可以退货。", "退货运费由买家承担。")),
        _policy("pot-return", "茶壶退换", "returns", ("茶壶破损可以免费换新。",), (), Scope(products=("pot-*",))),
        _policy("overseas", "海外配送", "shipping", ("寄往日本需要7天。",), (), Scope(regions=("JP",))),
        _policy(
            "invoice", "发票", "invoice", ("可以开增值税专用发票，需要提供税号。", "电子发票3个工作日内发到邮箱。")
        ),
    )


@pytest.fixture
def tea_catalogue():
    green = Product(
        "tea-green", "明前龙井绿茶", "绿茶", (Sku("g1", "tea-green", Decimal(88), 5), Sku("g2", "tea-green", Decimal(168), 0)),
        ("龙井",), {"产地": "杭州", "口感": "清香"},
    )  # fmt: skip
    red = Product(
        "tea-red", "正山小种红茶", "红茶", (Sku("r1", "tea-red", Decimal(59), 0),), ("红茶",), {"口感": "暖胃醇厚"}
    )
    pot = Product("pot-zisha", "紫砂茶壶", "茶具", (Sku("p1", "pot-zisha", Decimal(299), 2, status="off_shelf"),))
    return Catalogue((green, red, pot))


@pytest.fixture
def tea_contents(tea_policies, tea_catalogue):
    return ReleaseContents({"shop_id": "tea", "name": "茶铺"}, tea_policies, tea_catalogue, {"shop.yaml": "0" * 64})
