from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agent.skills.pricing import best_deal, pays
from retrieval.catalogue import Product, Promotion, Sku

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFER = Promotion(
    "full200-20",
    "满200减20",
    "full_reduction",
    datetime(2026, 11, 1, tzinfo=SHANGHAI),
    datetime(2026, 11, 30, tzinfo=SHANGHAI),
    threshold=Decimal(200),
    discount=Decimal(20),
)


def test_that_an_offer_counts_from_its_threshold_on() -> None:
    assert [pays(Decimal(price), OFFER) for price in ("199.99", "200", "250")] == [Decimal("199.99"), 180, 230]


def test_that_a_rate_is_the_share_paid_rounded_to_cents() -> None:
    rate = replace(OFFER, threshold=Decimal(0), discount=None, rate=Decimal("0.88"))
    assert pays(Decimal("99.99"), rate) == Decimal("87.99")


def test_that_no_offer_makes_a_price_negative() -> None:
    assert pays(Decimal(5), replace(OFFER, threshold=Decimal(0))) == 0


def test_that_the_best_deal_takes_most_off_and_coupons_do_not_count() -> None:
    product = Product("tea-1", "龙井", "茶叶", (Sku("a", "tea-1", Decimal(300), 3),))
    better = replace(OFFER, promotion_id="better", discount=Decimal(30))
    coupon = replace(OFFER, promotion_id="coupon", kind="coupon", discount=Decimal(99))
    deal = best_deal(product, Decimal(300), [OFFER, better, coupon])
    assert (deal.promotion.promotion_id, deal.pays) == ("better", 270)
    assert best_deal(product, Decimal(100), [OFFER, better]) is None


async def test_that_a_wavering_customer_is_offered_a_coupon_once(cheng) -> None:
    first = await cheng.say("98一两龙井太贵了吧")
    assert first.strategy == "incentive"
    assert first.pending_action.args == {"promotion_id": "tea-wait-8"}
    assert "满88减8茶友券" in first.reply
    for text in ("还是有点贵，再考虑考虑", "太贵了，我再看看"):
        again = await cheng.say(text)
        assert again.pending_action is None
        assert "茶友券" not in again.reply


async def test_that_a_coupon_in_hand_is_not_offered_again(cheng) -> None:
    await cheng.assistant.backends.orders.issue_coupon("tea-cust-c", "tea-wait-8", key="held-already")
    reply = await cheng.say("98一两龙井太贵了吧")
    assert reply.pending_action is None
    assert "茶友券" not in reply.reply


async def test_that_the_coupon_is_issued_after_the_yes(cheng) -> None:
    await cheng.say("98一两龙井太贵了吧")
    done = await cheng.say("那就领一张吧")
    assert done.strategy == "done"
    assert [row["promotion_id"] for row in cheng.apis.snapshot()["coupons"]] == ["tea-wait-8"]


async def test_that_the_coupon_for_wavering_customers_is_not_told_to_others(fang) -> None:
    reply = await fang.say("现在有什么优惠活动")
    assert "满199减15" in reply.reply
    assert "茶友券" not in reply.reply


async def test_that_an_offer_that_has_not_begun_is_told_with_its_first_day(fang) -> None:
    reply = await fang.say("听说元旦茶器85折，现在能用吗")
    assert "12月28日" in reply.reply
    assert "还没有开始" in reply.reply


async def test_that_without_a_back_end_nothing_is_offered_that_depends_on_it(cheng) -> None:
    from tools.mock_apis.faults import Fault

    cheng.apis.orders_faults.set(Fault(kind="error", status=503))
    reply = await cheng.say("98一两龙井太贵了吧")
    assert reply.pending_action is None
    assert "茶友券" not in reply.reply


async def test_that_an_offer_for_members_is_told_to_members_only(clothes, counter_of) -> None:
    said = []
    for customer_id in ("U1001", "U1002"):
        async with counter_of(clothes, customer_id) as counter:
            said.append("92折" in (await counter.say("现在有什么优惠活动")).reply)
    assert said == [True, False]


@pytest.mark.parametrize("yes", ["发嘛", "要得 发我一张噻", "给俺整一张", "得行", "必须要啊"])
async def test_that_a_yes_in_dialect_takes_the_coupon_that_was_offered(cheng, yes) -> None:
    await cheng.say("98一两龙井太贵了吧")
    reply = await cheng.say(yes)
    assert [tool.name for tool in reply.tools if tool.effect == "write"] == ["issue_coupon"]


@pytest.mark.parametrize("question", ["咋用呢", "在哪里用啊", "那怎么使", "能用到哪天"])
async def test_that_a_coupon_just_offered_or_given_is_explained(cheng, question) -> None:
    await cheng.say("98一两龙井太贵了吧")
    await cheng.say("好的领")
    reply = await cheng.say(question)
    assert "SHAN8" in reply.reply
    assert "12月31日" in reply.reply


async def test_that_words_for_a_coupon_after_a_refusal_offer_it_again(cheng) -> None:
    await cheng.say("98一两龙井太贵了吧")
    assert (await cheng.say("那算了")).pending_action is None
    assert (await cheng.say("还是给我发一张吧")).pending_action.tool == "issue_coupon"


async def test_that_wavering_on_beside_a_no_is_a_hesitation(cheng) -> None:
    await cheng.say("98一两龙井太贵了吧")
    assert (await cheng.say("算了 我再看看吧")).intents == ("hesitation",)
