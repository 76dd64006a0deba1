"""What is answered before any skill is asked, and which order a clue points to."""


async def test_that_danger_to_health_goes_to_a_person_without_a_cheerful_word(fang) -> None:
    reply = await fang.say("喝了你们的茶过敏住院了")
    assert reply.handoff.reason == "safety"
    assert "120" in reply.reply


async def test_that_a_yes_to_nothing_starts_nothing(fang) -> None:
    reply = await fang.say("确认")
    assert reply.pending_action is None
    assert all(use.effect == "read" for use in reply.tools)
    assert "没有等您确认" in reply.reply


async def test_that_taking_a_request_back_is_no_request(fang) -> None:
    reply = await fang.say("算了不退了")
    assert reply.pending_action is None
    assert "先不办理" in reply.reply


async def test_that_a_refusal_beside_a_yes_drops_the_proposal(fang) -> None:
    asked = await fang.say("帮我取消订单TEA-88240")
    refused = await fang.say("是的，但是先别取消")
    later = await fang.say("好的")
    assert asked.pending_action is not None
    assert refused.pending_action is None
    assert not any(use.effect == "write" for reply in (refused, later) for use in reply.tools)


async def test_that_an_order_of_another_shop_is_declined(fang) -> None:
    reply = await fang.say("我在别家店买的茶帮我查下快递到哪了")
    assert reply.outcome == "declined"
    assert reply.tools == ()


async def test_that_no_person_is_called_when_none_is_wanted(fang) -> None:
    reply = await fang.say("不用转人工，几天发货")
    assert reply.owner == "bot"


async def test_that_two_orders_named_in_one_message_are_both_told(fang) -> None:
    reply = await fang.say("TEA-88240和TEA-88102分别什么状态")
    assert "TEA-88240" in reply.reply
    assert "TEA-88102" in reply.reply
