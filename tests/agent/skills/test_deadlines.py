from datetime import UTC, datetime

import pytest

from agent.skills.deadlines import asks_until_when


@pytest.mark.parametrize(
    "text",
    [
        "最迟哪天能退",
        "还来得及退吗",
        "还能不能退",
        "几号之前要寄回",
        "过期没 还给退吗",
        "能退到什么时候为止 截止到几号",
    ],
)
def test_that_words_about_a_last_day_are_known(text) -> None:
    assert asks_until_when(text)


@pytest.mark.parametrize("text", ["退货运费谁出", "要是今天买 最晚几号能退", "怎么退货", "退的钱多久到"])
def test_that_other_questions_about_returns_ask_for_no_day(text) -> None:
    assert not asks_until_when(text)


async def test_that_an_own_order_is_told_with_the_last_day_for_its_return(fang) -> None:
    reply = await fang.say("TEA-88102还能退吗")
    assert "11月1日签收" in reply.reply
    assert "12月1日" in reply.reply


async def test_that_goods_named_as_ones_own_decide_as_well(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b") as counter:
        assert "12月10日" in (await counter.say("我买的金骏眉还来得及退吗")).reply


async def test_that_the_order_in_talk_decides(fang) -> None:
    await fang.say("TEA-88102到货了没")
    assert "12月1日" in (await fang.say("那截止到哪天能退")).reply


async def test_that_a_window_that_has_closed_is_told_with_its_day(tea, counter_of) -> None:
    late = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
    async with counter_of(tea, "tea-cust-a", now=late) as counter:
        reply = await counter.say("TEA-88102还能退吗")
    assert "12月1日为止，现在已经过了" in reply.reply


async def test_that_a_general_question_gets_the_rule_alone(fang) -> None:
    reply = await fang.say("几天内能退货")
    assert "30天" in reply.reply
    assert "TEA-" not in reply.reply
