import pytest


async def test_that_a_sent_order_is_told_with_its_parcel(fang) -> None:
    reply = await fang.say("TEA-88231到哪了")
    assert reply.intents == ("logistics",)
    assert "YT8800112233" in reply.reply
    assert "预计11月20日送达" in reply.reply
    assert {"TEA-88231", "YT8800112233"} & {source.id for source in reply.sources}


async def test_that_an_order_is_found_by_the_goods_in_it(fang) -> None:
    reply = await fang.say("我的毛尖发货了吗")
    assert "TEA-88240" in reply.reply
    assert "等待发货" in reply.reply


async def test_that_an_order_is_found_by_its_tracking_number(fang) -> None:
    assert "运输中" in (await fang.say("快递YT8800112233到哪了")).reply


async def test_that_an_unpaid_order_is_reminded_of(cheng) -> None:
    reply = await cheng.say("我的订单怎么样了")
    assert reply.strategy == "remind"
    assert "待支付45元" in reply.reply


async def test_that_a_customer_with_several_orders_is_asked_which_and_may_choose_by_place(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1001") as counter:
        asked = await counter.say("帮我查下订单")
        assert asked.outcome == "clarify"
        chosen = await counter.say("第二个")
    assert "20261115001" in asked.reply
    assert "SF1234567890123" in chosen.reply


@pytest.mark.parametrize("pick", ["第二个", "就是第2单吧", "第二笔"])
async def test_that_a_place_in_the_list_picks_an_order_in_any_words(clothes, counter_of, pick) -> None:
    async with counter_of(clothes, "U1001") as counter:
        await counter.say("帮我查下订单")
        assert "SF1234567890123" in (await counter.say(pick)).reply


async def test_that_a_customer_without_orders_is_told_so(tea, counter_of) -> None:
    async with counter_of(tea, "stranger") as counter:
        reply = await counter.say("我的订单呢")
        missing = await counter.say("TEA-88231到哪了")
    assert (reply.outcome, reply.sources) == ("clarify", ())
    assert "没有订单" in reply.reply
    assert "没有查到TEA-88231这个单号" in missing.reply


async def test_that_a_parcel_in_trouble_gets_sympathy_and_no_cheerful_closing(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b") as counter:
        reply = await counter.say("我的建盏快递到哪了")
    assert reply.strategy == "soothe"
    assert "异常" in reply.reply


async def test_that_a_refund_is_told_with_its_amount_and_the_rule(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-d") as counter:
        reply = await counter.say("我的退款到账了吗")
    assert "TEA-88190正在退款处理中" in reply.reply
    assert "79元" in reply.reply


async def test_that_one_who_waits_for_the_goods_is_told_the_state_and_the_rule(fang) -> None:
    reply = await fang.say("TEA-88240怎么还不发货，快点")
    assert reply.strategy == "soothe"
    assert "等待发货" in reply.reply


@pytest.mark.parametrize("text", ["取消订单TEA-88231", "TEA-88231改地址"])
async def test_that_an_order_on_its_way_is_not_changed_and_its_state_is_told(fang, text) -> None:
    reply = await fang.say(text)
    assert reply.outcome == "declined"
    assert reply.pending_action is None
    assert "已于11月17日14:00发货" in reply.reply


async def test_that_a_closed_order_is_not_cancelled_again(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-d") as counter:
        reply = await counter.say("取消订单TEA-88190")
    assert reply.pending_action is None
    assert "退款" in reply.reply


async def test_that_an_unpaid_order_is_cancelled_without_a_word_of_money(cheng) -> None:
    proposal = await cheng.say("取消订单TEA-88243")
    assert "原路退回" not in proposal.reply
    done = await cheng.say("确认")
    assert "已为您取消" in done.reply
    assert "退回" not in done.reply


async def test_that_a_new_address_is_asked_for_and_taken_from_the_next_message(fang) -> None:
    asked = await fang.say("TEA-88240我要改收货地址")
    assert asked.outcome == "clarify"
    assert "门牌号" in asked.reply
    proposal = await fang.say("浙江省杭州市西湖区文三路9号")
    assert proposal.pending_action.args["address"] == "浙江省杭州市西湖区文三路9号"
    assert proposal.pending_action.args["order_id"] == "TEA-88240"


async def test_that_an_expensive_order_is_cancelled_by_a_person(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1001") as counter:
        reply = await counter.say("取消订单20261119003")
    assert reply.handoff.reason == "over_limit"


@pytest.mark.parametrize("text", ["哦号写错了 是TEA-88231", "不好意思少打一位 TEA-88231", "TEA-88231 才对 再查下"])
async def test_that_a_corrected_number_repeats_the_question_before(fang, text) -> None:
    assert (await fang.say("TEA-88999到哪了")).outcome == "clarify"
    reply = await fang.say(text)
    assert reply.intents == ("logistics",)
    assert "YT8800112233" in reply.reply


async def test_that_another_number_changes_a_proposal_instead_of_refusing_it(fang) -> None:
    await fang.say("TEA-88102我要退货")
    assert (await fang.say("不对 发错单号了 TEA-88240")).pending_action.args["order_id"] == "TEA-88240"


@pytest.mark.parametrize("text", ["那毛尖那单呢", "我买的那个毛尖的呢", "那另一个毛尖的呢"])
async def test_that_another_thing_of_ones_own_repeats_the_question_before(fang, text) -> None:
    await fang.say("TEA-88231发了没")
    assert "TEA-88240" in (await fang.say(text)).reply


async def test_that_a_colour_tells_orders_apart(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1009") as counter:
        await counter.say("20261118006钱退了没")
        reply = await counter.say("那件奶白的呢")
    assert "20261109001" in reply.reply


async def test_that_a_parcel_that_stands_still_is_told_with_the_place_it_was_last_seen(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1006") as counter:
        reply = await counter.say("订单20261113002的物流卡住了吧")
    assert "运输中" in reply.reply
    assert "武汉" in reply.reply
    assert "72小时" in reply.reply


async def test_that_a_general_question_is_not_answered_with_a_parcel_that_came_long_ago(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1012") as counter:
        reply = await counter.say("包裹不更新你们会去催吗")
    assert "物流停滞" in reply.reply
    assert "78300012340013" not in reply.reply


async def test_that_a_short_question_on_parcels_leans_on_the_message_before(clothes, counter_of) -> None:
    async with counter_of(clothes, "stranger") as counter:
        await counter.say("物流停了几天你们才管")
        reply = await counter.say("真弄丢了怎么赔")
    assert "丢件" in reply.reply
    assert "运费险" not in reply.reply
