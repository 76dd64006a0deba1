"""A policy that plainly answers comes before an offer, the state of some order and a question back."""


async def test_that_a_question_what_happens_gets_the_rule_rather_than_the_state_of_an_order(fang) -> None:
    reply = await fang.say("到时候不发怎么办")
    assert reply.outcome == "answered"
    assert "每单补偿5元红包" in reply.reply
    assert "tea-payment" not in [source.id for source in reply.sources]


async def test_that_a_named_order_is_told_of_the_rule_where_the_message_supposes_something(fang) -> None:
    reply = await fang.say("TEA-88240万一一直不发怎么赔")
    assert "每单补偿5元红包" in reply.reply


async def test_that_an_unsure_second_clause_is_not_asked_back_for(fang) -> None:
    reply = await fang.say("多少积分能换红包 那批发呢")
    assert reply.outcome == "answered"
    assert "100叶可以兑换10元红包" in reply.reply


async def test_that_somebody_who_wavers_is_still_offered_a_coupon(fang) -> None:
    reply = await fang.say("有点贵 我再考虑考虑")
    assert reply.strategy == "incentive"


async def test_that_what_is_no_part_of_a_delivery_address_is_answered_by_its_policy(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1002") as counter:
        reply = await counter.say("生日写错了还能再改吗")
    assert reply.outcome == "answered"
    assert "每年可以修改1次" in reply.reply


async def test_that_a_country_outside_the_table_is_refused_in_words(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1002") as counter:
        listed = await counter.say("能寄到泰国吗")
        other = await counter.say("西班牙呢")
    assert "45元" in listed.reply
    assert "暂不支持配送" in other.reply
    assert "45元" not in other.reply


async def test_that_the_country_named_before_decides_which_rule_holds(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1002") as counter:
        await counter.say("我人在日本")
        reply = await counter.say("不合适能换码吗")
    assert "海外订单不支持换货" in reply.reply


async def test_that_money_of_a_cancelled_order_is_told_with_its_own_term(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1003") as counter:
        asked = await counter.say("取消订单20261120001")
        await counter.say("确认")
        reply = await counter.say("钱多久退给我")
    assert asked.pending_action is not None
    assert "24小时内发起" in reply.reply


async def test_that_a_clause_that_only_tells_how_it_was_paid_gets_no_answer_of_its_own(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1006") as counter:
        reply = await counter.say("储蓄卡付的，退款几天能到")
    assert "1-3个工作日" in reply.reply
    assert "payment-methods" not in [source.id for source in reply.sources]


async def test_that_somebody_who_only_wants_to_know_changes_no_order(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1006") as counter:
        reply = await counter.say("我就问问，能帮我把发了货的订单改个地址吗")
    assert reply.pending_action is None
    assert "不能" in reply.reply
