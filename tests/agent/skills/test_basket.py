from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.skills.basket import Line, asks_how_often, asks_total, offer_on, total_fact
from retrieval.catalogue import Product, Promotion

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KETTLE = Product("kettle", "铸铁壶", "茶器", ())
CUP = Product("cup", "玻璃杯", "杯子", ())
OFFER = Promotion("o1", "满200减20", "full_reduction", NOW, NOW, threshold=Decimal(200), discount=Decimal(20))
LINES = (Line(KETTLE, Decimal(150), 1), Line(CUP, Decimal("25.5"), 2))


def test_that_a_basket_is_told_with_its_prices_and_the_sum() -> None:
    assert total_fact(LINES, "CNY").text == "铸铁壶150元，玻璃杯25.5元×2，一共201元。"


def test_that_the_offer_counts_once_on_the_whole() -> None:
    assert offer_on(LINES, [OFFER], "CNY")[0].text == "用「满200减20」后是181元。"
    assert "381" in offer_on((Line(KETTLE, Decimal(401), 1),), [OFFER], "CNY")[0].text


def test_that_an_offer_counts_only_the_goods_it_covers() -> None:
    cups_only = replace(OFFER, products=("cup",), threshold=Decimal(40))
    assert offer_on(LINES, [cups_only], "CNY")[0].text == "用「满200减20」后是181元。"
    assert offer_on(LINES, [replace(OFFER, products=("kettle",))], "CNY")[0].text == "还差50元可以用「满200减20」。"


def test_that_coupons_and_gifts_take_nothing_off_a_basket() -> None:
    assert offer_on(LINES, [replace(OFFER, kind="coupon"), replace(OFFER, kind="gift", discount=None)], "CNY") == ()


@pytest.mark.parametrize("text", ["两样一共多少", "一起拿多少钱", "加起来要几块", "总价多少"])
def test_that_words_for_a_sum_are_known(text) -> None:
    assert asks_total(text)
    assert not asks_how_often(text)


@pytest.mark.parametrize(
    ("text", "sum_"),
    [
        ("两个紫砂壶加一个盖碗总共要付多少", "581元"),
        ("盖碗和紫砂壶各两个加起来多少", "626元"),
        ("毛尖50g来三份一共多少", "144元"),
        ("紫砂壶买俩多少钱", "536元"),
    ],
)
async def test_that_several_pieces_are_added_up(tea, counter_of, text, sum_) -> None:
    async with counter_of(tea, "tea-cust-b") as counter:
        assert sum_ in (await counter.say(text)).reply


async def test_that_goods_of_several_prices_are_told_one_by_one(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b") as counter:
        reply = await counter.say("龙井跟建盏一起买一共多少钱")
    assert "98元到188元" in reply.reply
    assert "一共" not in reply.reply


async def test_that_gifts_are_told_first_to_one_who_asks_for_them(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1009", product_id="down-001") as counter:
        reply = await counter.say("买这件有赠品没")
    assert reply.reply.index("礼包") < reply.reply.index("减30")
