import pytest


@pytest.mark.parametrize("text", ["这个现在拍几号能发", "这款今天下单多久能寄出来", "碧螺春现在买啥时候发货"])
async def test_that_presale_goods_are_told_with_their_own_day_and_not_the_general_rule(tea, counter_of, text) -> None:
    async with counter_of(tea, "tea-cust-b", product_id="tea-yuqian") as counter:
        reply = await counter.say(text)
    assert "预计12月20日发货" in reply.reply
    assert "48小时" not in reply.reply
    assert "tea-yuqian" in {source.id for source in reply.sources}


async def test_that_a_sold_out_variant_is_told_with_the_day_it_is_back(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b", product_id="ware-zhan") as counter:
        gone = await counter.say("油滴的今天拍明天能发么")
        there = await counter.say("那兔毫的今天拍几号发货")
    assert "预计12月8日补货" in gone.reply
    assert "12月8日" not in there.reply


async def test_that_a_question_about_freight_on_a_presale_page_gets_the_freight_rule(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b", product_id="tea-yuqian") as counter:
        assert "包邮" in (await counter.say("包邮吗")).reply


async def test_that_a_talk_about_an_order_goes_on_with_that_orders_day(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1014") as counter:
        await counter.say("20261112009发了没")
        reply = await counter.say("那还要等到几号")
    assert "预计12月5日发货" in reply.reply


async def test_that_presale_goods_of_one_day_are_told_without_a_variant(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1001", product_id="down-002") as counter:
        assert "羽绒服是预售款，预计11月30日发货" in (await counter.say("这件现在付款哪天能寄")).reply


async def test_that_words_that_are_not_understood_but_ask_the_day_go_on_with_the_order_in_talk(
    clothes, counter_of
) -> None:
    async with counter_of(clothes, "U1003") as counter:
        await counter.say("20261114005不想要了 取消吧")
        await counter.say("等会儿 先不取消")
        reply = await counter.say("它究竟哪天发")
    assert "预计12月5日发货" in reply.reply
