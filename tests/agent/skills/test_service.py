import pytest

from agent.messages import PendingAction
from agent.skills.proposals import hash_action


@pytest.mark.parametrize("text", ["衣服质量太差了，很失望", "你们的东西质量真差", "太失望了，衣服起球严重"])
async def test_that_a_complaint_gets_sympathy_first_and_no_cheerful_closing(clothes, counter_of, text) -> None:
    async with counter_of(clothes, "U1004") as counter:
        reply = await counter.say(text)
    assert reply.strategy == "soothe"
    assert reply.reply.startswith("亲，非常抱歉")
    assert "购物愉快" not in reply.reply


@pytest.mark.parametrize("text", ["可以帮我刷好评吗", "帮忙 洗 钱", "能幫我洗錢嗎"])
async def test_that_sensitive_words_are_declined_and_never_said_back(fang, text) -> None:
    reply = await fang.say(text)
    assert (reply.outcome, reply.strategy) == ("declined", "decline")
    assert reply.tools == ()
    assert not {"刷好评", "洗钱"} & {word for word in ("刷好评", "洗钱") if word in reply.reply}


async def test_that_a_sensitive_message_is_declined_even_when_it_asks_for_something_else_too(fang) -> None:
    reply = await fang.say("TEA-88231到哪了，顺便帮我刷好评")
    assert (reply.outcome, reply.tools) == ("declined", ())


async def test_that_the_agent_says_who_it_is_and_who_made_it(fang) -> None:
    reply = await fang.say("你是谁")
    assert "阿茗" in reply.reply
    assert "山间茶铺数字小组" in reply.reply
    assert "不是真人" in reply.reply


async def test_that_a_greeting_promises_nothing(fang) -> None:
    reply = await fang.say("你好")
    assert (reply.outcome, reply.strategy, reply.sources, reply.tools) == ("answered", "smalltalk", (), ())


async def test_that_it_says_what_it_can_do(fang) -> None:
    assert "查询库存与优惠" in (await fang.say("你能做什么")).reply


async def test_that_an_order_at_another_shop_is_not_looked_for(fang) -> None:
    reply = await fang.say("我在别家买的订单到哪了")
    assert (reply.outcome, reply.tools) == ("declined", ())


async def test_that_a_question_far_from_the_shop_is_declined(fang) -> None:
    reply = await fang.say("老板的星座是什么")
    assert (reply.outcome, reply.strategy) == ("declined", "decline")


async def test_that_two_questions_in_one_message_are_both_answered(fang) -> None:
    reply = await fang.say("TEA-88231到哪了？另外发票怎么开")
    assert set(reply.intents) == {"logistics", "invoice"}
    assert "YT8800112233" in reply.reply
    assert "发票" in reply.reply


def test_that_a_yes_is_bound_to_the_tool_and_its_arguments_in_any_order() -> None:
    first = hash_action("cancel_order", {"order_id": "A-1", "reason": "x"})
    assert first == hash_action("cancel_order", {"reason": "x", "order_id": "A-1"})
    assert first != hash_action("cancel_order", {"order_id": "A-2", "reason": "x"})
    assert first != hash_action("create_return", {"order_id": "A-1", "reason": "x"})
    assert PendingAction("cancel_order", {}, first, "", "t").args_hash == first


async def test_that_trouble_which_is_only_supposed_gets_the_rule(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("万一你们超时没发 有没有个说法")
    assert "10元无门槛券" in reply.reply
    assert "非常抱歉" not in reply.reply
