async def test_that_a_return_within_the_window_is_proposed_with_its_amount_and_the_condition_of_its_goods(fang) -> None:
    reply = await fang.say("TEA-88102我要退货")
    assert reply.pending_action.args["skus"] == ["tea-shuixian-100"]
    assert "126元" in reply.reply
    assert "拆封后不支持" in reply.reply


async def test_that_a_condition_said_one_turn_before_keeps_the_goods_from_going_back(fang) -> None:
    await fang.say("TEA-88102的水仙内袋拆封了能退吗")
    reply = await fang.say("帮我退TEA-88102")
    assert reply.pending_action is None
    assert "拆封后不支持" in reply.reply


async def test_that_the_return_number_is_told_from_the_receipt(fang) -> None:
    await fang.say("TEA-88102我要退货")
    done = await fang.say("确认提交")
    (made,) = fang.apis.snapshot()["returns"]
    assert made["return_id"] in done.reply


async def test_that_a_return_after_the_window_is_refused_with_the_rule(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-d") as counter:
        reply = await counter.say("TEA-87901我要退货")
    assert (reply.outcome, reply.strategy, reply.pending_action) == ("declined", "decline", None)
    assert "30天" in reply.reply


async def test_that_goods_not_sent_yet_are_cancelled_instead(fang) -> None:
    assert (await fang.say("TEA-88240我要退货")).pending_action.tool == "cancel_order"


async def test_that_goods_on_their_way_are_not_returned_yet(fang) -> None:
    reply = await fang.say("TEA-88231我要退货")
    assert reply.pending_action is None
    assert "发货" in reply.reply


async def test_that_a_question_about_returns_gets_the_rule_and_no_proposal(fang) -> None:
    reply = await fang.say("茶叶没拆能退吗 几天内")
    assert reply.pending_action is None
    assert "30天" in reply.reply
    assert "tea-return-30" in {source.id for source in reply.sources}


async def test_that_clearance_goods_are_not_returned(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1008") as counter:
        reply = await counter.say("订单20261116007我要退货")
    assert (reply.outcome, reply.pending_action) == ("declined", None)


async def test_that_an_exchange_names_the_new_variant_and_waits_for_a_yes(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1003") as counter:
        reply = await counter.say("订单20261112004我要换成黑色M码")
        assert reply.pending_action.args["kind"] == "exchange"
        assert reply.pending_action.args["exchange_sku"] == "skirt-002-black-m"
        assert counter.apis.snapshot()["returns"] == []
        done = await counter.say("好的")
    assert "换货申请已为您提交" in done.reply


async def test_that_a_single_piece_of_an_order_may_go_back(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1008") as counter:
        reply = await counter.say("订单20261111008里的半身裙我要退货")
    assert reply.pending_action.args["skus"] == ["skirt-001-brown-s"]
