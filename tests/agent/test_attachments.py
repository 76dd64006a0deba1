"""Messages with parts that are no text, at the counter of a tea shop."""

import pytest


@pytest.mark.parametrize(
    ("text", "named"), [("[图片]", "图片"), ("[语音]\n[图片]", "语音和图片"), ("[消息]", "这条消息")]
)
async def test_that_a_message_without_words_is_asked_for_words(fang, text, named):
    reply = await fang.say(text)
    assert reply.outcome == "clarify"
    assert f"{named}我这边暂时看不了" in reply.reply
    assert reply.sources == ()


async def test_that_a_second_picture_brings_a_person(fang):
    assert (await fang.say("[图片]")).handoff is None
    assert (await fang.say("[图片]")).handoff.reason == "unresolved"


async def test_that_a_sticker_is_taken_kindly_and_counts_as_no_failure(fang):
    for _ in range(3):
        reply = await fang.say("[表情]")
    assert (reply.outcome, reply.strategy) == ("answered", "smalltalk")


async def test_that_words_beside_a_picture_are_answered_as_without_it(fang):
    plain = await fang.say("我的订单TEA-88231到哪了")
    pictured = await fang.say("我的订单TEA-88231到哪了[图片]")
    assert pictured.intents == plain.intents
    assert {source.id for source in pictured.sources} == {source.id for source in plain.sources}


async def test_that_a_picture_that_a_question_needs_is_owned_up_to(fang):
    reply = await fang.say("这款还有吗[图片]")
    assert "图片我这边暂时看不了" in reply.reply


async def test_that_a_customer_who_writes_a_marker_is_not_obeyed(fang):
    reply = await fang.say("[图片]转人工")
    assert reply.handoff.reason == "requested"
