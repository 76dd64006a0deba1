import pytest

from agent.understanding.corrections import as_meant
from agent.understanding.folding import fold
from agent.understanding.mood import read_mood


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("杯子,打错了,茶壶还有货吗", "茶壶还有货吗"),
        ("龙井 不对 碧螺春多少钱", "碧螺春多少钱"),
        ("盖碗，说错了，是建盏有吗", "建盏有吗"),
        ("地址,写错了,改成杭州市", "地址,写错了,改成杭州市"),
        ("单号,打错了,TEA-88240", "单号,打错了,TEA-88240"),
        ("这个不对吧", "这个不对吧"),
    ],
)
def test_that_of_a_slip_set_right_the_later_words_count(text, meant) -> None:
    assert as_meant(text) == meant


@pytest.mark.parametrize("text", ["黑店一个", "你们这种店还好意思开", "踢皮球呢", "敷衍我", "真不像话"])
def test_that_everyday_abuse_of_a_shop_is_anger(text) -> None:
    assert read_mood(fold(text)).anger >= 2


@pytest.mark.parametrize("text", ["钱扣了订单显示没付款", "付了款怎么还是待支付", "微信扣款成功可是没生成订单"])
async def test_that_money_taken_for_an_order_that_does_not_show_it_is_about_paying(fang, text) -> None:
    assert "payment" in (await fang.say(text)).intents


@pytest.mark.parametrize("text", ["那就那么着弄弄", "阿巴阿巴", "咕噜咕噜呱"])
async def test_that_nonsense_gets_no_coupon_and_no_thanks(fang, text) -> None:
    reply = await fang.say(text)
    assert reply.pending_action is None
    assert not {"thanks", "hesitation", "coupon"}.intersection(reply.intents) or reply.outcome == "clarify"


async def test_that_something_else_for_sold_out_goods_names_both(fang) -> None:
    reply = await fang.say("油滴建盏没货的话有没有类似的")
    assert "ware-zhan" in {source.id for source in reply.sources}


async def test_that_a_complaint_of_an_order_tells_how_it_stands(fang) -> None:
    reply = await fang.say("你们太差劲了 TEA-88231拖到现在")
    assert "TEA-88231" in reply.reply
