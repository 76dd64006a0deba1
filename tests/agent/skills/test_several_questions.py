"""Several questions in one message, and what is told before them."""

import pytest


async def test_that_what_is_told_before_two_questions_holds_for_both(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1002") as counter:
        reply = await counter.say("我人在加拿大,不想要了可以退吗?运费谁付")
    assert {source.id for source in reply.sources} == {"crossborder-return"}
    assert "由顾客承担" in reply.reply


async def test_that_a_short_second_question_leans_on_the_first(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1007") as counter:
        reply = await counter.say("晒单给几个积分 啥时候能到")
    assert "3个工作日内到账" in reply.reply
    assert "包裹" not in reply.reply


async def test_that_a_place_is_served_by_the_rule_for_the_group_the_shop_counts_it_to(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1002") as counter:
        reply = await counter.say("银川包邮吗")
    assert "399元" in reply.reply
    assert "偏远地区指" not in reply.reply


async def test_that_who_belongs_to_a_group_is_told_when_asked(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1002") as counter:
        reply = await counter.say("偏远地区是哪些省")
    assert "新疆、西藏" in reply.reply


async def test_that_a_refund_is_timed_by_the_way_of_paying_that_is_told(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1007") as counter:
        reply = await counter.say("我是云闪付付的，退款多久到")
    assert "3-5个工作日" in reply.reply


async def test_that_the_rule_for_addresses_is_told_where_the_only_order_is_closed(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1007") as counter:
        reply = await counter.say("收货地址填错了 没发货的话能改不")
    assert "可以修改" in reply.reply
    assert "已取消" not in reply.reply


@pytest.mark.parametrize("before", ["", "我在加拿大 "])
async def test_that_one_who_asks_whether_and_who_pays_is_told_the_term_too(clothes, counter_of, before) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say(f"{before}衣服不喜欢能退回去吗 邮费谁掏")
    assert "15天" in reply.reply
    assert "顾客承担" in reply.reply


async def test_that_a_question_is_known_by_its_mark_alone(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("颜色不喜欢能不能退?退的话运费我付?")
    assert "15天" in reply.reply
    assert "顾客承担" in reply.reply


async def test_that_the_term_is_that_of_the_document_that_answers(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("衣服有个破口 这种总能退吧")
    assert "30天" in reply.reply


async def test_that_a_refusal_is_not_followed_by_the_term_of_other_goods(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("定做的旗袍可以退吗")
    assert "定制商品不支持无理由退货" in reply.reply
    assert "15天" not in reply.reply


async def test_that_rules_for_parcels_abroad_are_left_out_at_home(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("你家买衣服送运费险不")
    assert "赠送运费险" in reply.reply
    assert "海外" not in reply.reply
