import pytest


def kinds(reply) -> set[str]:
    return {source.kind for source in reply.sources}


@pytest.mark.parametrize(
    "text",
    [
        "TEA-88231到哪了，另外兔毫建盏还有货吗",
        "白瓷盖碗有没？还有我那单TEA-88231走到哪儿了",
        "TEA-88231到哪了呀 顺便问下龙井50g还有没",
    ],
)
async def test_that_a_parcel_and_a_product_are_both_told_in_one_reply(fang, text) -> None:
    reply = await fang.say(text)
    assert "product" in kinds(reply)
    assert {"order", "shipment"} & kinds(reply)


@pytest.mark.parametrize("text", ["取消TEA-88240，还有什么时候发货啊", "能用支付宝不，TEA-88240帮我取消"])
async def test_that_a_rule_is_told_beside_a_proposal(fang, text) -> None:
    reply = await fang.say(text)
    assert reply.pending_action.tool == "cancel_order"
    assert "policy" in kinds(reply) or "order" in kinds(reply)


async def test_that_each_question_is_about_its_own_goods(fang) -> None:
    reply = await fang.say("金骏眉50g有货吗，还有盖碗多大容量")
    assert {"tea-jinjunmei", "ware-gaiwan"} <= {source.id for source in reply.sources}


async def test_that_a_question_without_goods_goes_on_about_those_named(fang) -> None:
    reply = await fang.say("兔毫建盏有没有货？口径多大")
    assert {source.id for source in reply.sources} == {"ware-zhan"}
    assert "9.5cm" in reply.reply


async def test_that_a_sending_question_beside_a_stock_question_is_answered_too(fang) -> None:
    reply = await fang.say("金骏眉50g有吗 还有今天拍明天能发不")
    assert {"tea-jinjunmei", "dispatch-48h"} <= {source.id for source in reply.sources}


async def test_that_a_remark_before_a_question_makes_it_no_second_one(fang) -> None:
    reply = await fang.say("送长辈的,礼盒几天能发出来")
    assert reply.outcome == "answered"
    assert len(reply.intents) == 1
