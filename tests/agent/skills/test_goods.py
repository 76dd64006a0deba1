import pytest


async def test_that_a_sold_out_variant_brings_its_restock_date_and_what_else_is_there(cheng) -> None:
    reply = await cheng.say("肉桂100g还有吗")
    assert (reply.outcome, reply.strategy) == ("answered", "alternative")
    assert "暂时缺货，预计11月26日补货" in reply.reply
    assert "老丛水仙目前有货" in reply.reply
    assert {source.id for source in reply.sources} == {"tea-rougui", "tea-shuixian"}


async def test_that_the_alternative_is_one_that_can_be_bought(cheng) -> None:
    reply = await cheng.say("建盏油滴有货吗")
    assert "紫砂西施壶目前有货，268元" in reply.reply


async def test_that_a_variant_in_stock_is_said_to_be_there(cheng) -> None:
    reply = await cheng.say("肉桂50g有货吗")
    assert (reply.strategy, reply.tools[0].args["sku"]) == ("inform", "tea-rougui-50")
    assert "武夷肉桂（50g）目前有货" in reply.reply


async def test_that_few_pieces_left_are_counted(cheng) -> None:
    assert "仅剩4件" in (await cheng.say("白牡丹饼500g还有货吗")).reply


async def test_that_a_presale_says_when_it_is_sent(cheng) -> None:
    assert "12月20日" in (await cheng.say("碧螺春有货吗")).reply


async def test_that_goods_off_the_shelf_are_not_offered_a_restock_notice(cheng) -> None:
    reply = await cheng.say("茉莉冷泡茶包还有货吗")
    assert "下架" in reply.reply
    assert "到货通知" not in reply.reply


async def test_that_it_is_the_product_of_the_page(cheng) -> None:
    reply = await cheng.say("这款还有货吗")
    assert "明前龙井" in reply.reply


async def test_that_a_follow_up_keeps_the_product(fang) -> None:
    await fang.say("肉桂100g还有吗")
    reply = await fang.say("50g的呢")
    assert "武夷肉桂（50g）目前有货" in reply.reply


async def test_that_a_price_is_told_after_the_best_offer(cheng) -> None:
    reply = await cheng.say("金骏眉礼盒算上活动多少钱")
    assert "328元" in reply.reply
    assert "313元" in reply.reply


async def test_that_without_a_product_it_is_asked_which_one(fang) -> None:
    reply = await fang.say("还有货吗")
    assert reply.outcome == "clarify"
    assert "哪一款" in reply.reply


async def test_that_a_recommendation_is_in_stock_and_within_the_budget(fang) -> None:
    reply = await fang.say("推荐一款100元以内的绿茶")
    assert reply.outcome == "answered"
    assert {source.id for source in reply.sources}.isdisjoint({"tea-yuqian", "tea-coldbrew"})
    assert all(use.name == "get_stock" for use in reply.tools)


@pytest.mark.parametrize("text", ["你们有卖手机吗", "有没有咖啡豆"])
async def test_that_goods_the_shop_does_not_have_are_never_said_to_be_there(fang, text) -> None:
    assert "有货" not in (await fang.say(text)).reply


async def test_that_a_restock_notice_waits_for_a_yes_and_is_then_registered(fang) -> None:
    await fang.say("肉桂100g还有吗")
    proposal = await fang.say("到货通知我")
    assert proposal.pending_action.args == {"sku": "tea-rougui-100"}
    assert fang.apis.snapshot()["subscriptions"] == []
    done = await fang.say("好的登记")
    assert "已为您登记" in done.reply
    assert [row["sku"] for row in fang.apis.snapshot()["subscriptions"]] == ["tea-rougui-100"]


async def test_that_nothing_is_registered_for_goods_that_are_there(fang) -> None:
    reply = await fang.say("毛尖50g到货通知我")
    assert reply.pending_action is None
    assert "目前有货" in reply.reply


@pytest.mark.parametrize("text", ["100g的呢 产地是哪儿", "产地是哪儿 那100g的呢"])
async def test_that_another_variant_and_a_new_question_in_one_message_are_both_answered(fang, text) -> None:
    await fang.say("毛尖50g有货吗")
    reply = await fang.say(text)
    assert set(reply.intents) == {"stock", "product_info"}
    assert "100g）目前有货" in reply.reply
    assert "产地：信阳" in reply.reply


async def test_that_one_who_asks_whether_goods_come_back_is_told_the_rule(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        await counter.say("夏日棉麻吊带裙没了吗")
        reply = await counter.say("还会进货不")
    assert "不再补货" in reply.reply


async def test_that_several_questions_on_the_goods_of_the_page_are_each_answered(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("里面填了多少克 可不可以拿去干洗", product_id="down-001")
    assert "填充" in reply.reply
    assert "不可干洗" in reply.reply


async def test_that_a_rule_for_such_goods_comes_before_rules_for_others(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("能直接扔洗衣机不", product_id="down-002")
    assert "羽绒服不能直接放入洗衣机甩干" in reply.reply
    assert "真丝" not in reply.reply
