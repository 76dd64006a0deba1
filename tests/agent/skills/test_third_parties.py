import pytest

from agent.skills.third_parties import is_of_somebody_else


@pytest.mark.parametrize(
    "text",
    [
        "帮我朋友查下快递到哪了",
        "我闺蜜的订单发货没",
        "替我同事问问退款到哪了",
        "查一下别人的订单",
        "我室友在你们家下单的怎么还没到",
    ],
)
def test_that_words_about_anothers_order_are_known(text) -> None:
    assert is_of_somebody_else(text)


@pytest.mark.parametrize(
    "text",
    [
        "给我妈买的到哪了",
        "寄给我朋友的包裹到哪了",
        "帮我查查快递",
        "其他的快递行吗",
        "我妈穿什么码",
        "我用我妈的号买的",
    ],
)
def test_that_what_one_bought_for_somebody_is_ones_own(text) -> None:
    assert not is_of_somebody_else(text)


async def test_that_anothers_order_is_refused_without_looking_anything_up(fang) -> None:
    reply = await fang.say("帮我朋友查下他的快递到哪了")
    assert reply.outcome == "declined"
    assert "本人" in reply.reply
    assert reply.tools == ()


async def test_that_an_own_number_counts_whoever_it_was_bought_for(fang) -> None:
    assert "YT8800112233" in (await fang.say("我妈的快递TEA-88231到哪了")).reply
