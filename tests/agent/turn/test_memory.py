from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.turn.as_of import deciding_days
from tools.orders import Order

SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDER = Order(
    order_id="A-1",
    customer_id="U-1",
    status="signed",
    created_at=datetime(2026, 11, 1, 17, tzinfo=UTC),
    paid_at=None,
    shipped_at=None,
    signed_at=datetime(2026, 11, 5, 15, 59, tzinfo=UTC),
    amount=Decimal(10),
    address="",
    items=(),
    tracking_no=None,
)


def test_that_the_days_of_an_order_begin_in_the_shops_time_zone() -> None:
    assert deciding_days(ORDER, SHANGHAI) == {"order": date(2026, 11, 2), "signed": date(2026, 11, 5)}


def test_that_an_order_that_did_not_arrive_has_no_day_of_arrival() -> None:
    assert set(deciding_days(replace(ORDER, signed_at=None), SHANGHAI)) == {"order"}


async def test_that_the_state_keeps_what_the_talk_is_about(fang) -> None:
    await fang.say("肉桂100g还有吗")
    await fang.say("TEA-88231到哪了")
    state, _ = await fang.assistant.conversation("c-1")
    assert (state.focus_product, state.last_order_id) == ("tea-rougui", "TEA-88231")
    assert state.last_intents == ("logistics",)


async def test_that_thanks_do_not_change_what_the_talk_is_about(fang) -> None:
    await fang.say("TEA-88231到哪了")
    await fang.say("谢谢")
    state, _ = await fang.assistant.conversation("c-1")
    assert state.last_intents == ("logistics",)


async def test_that_a_proposal_left_open_is_parked_and_forgotten_when_settled(fang) -> None:
    await fang.say("取消订单TEA-88240")
    await fang.say("龙井用几度水泡")
    parked, _ = await fang.assistant.conversation("c-1")
    assert (parked.pending, parked.parked.tool) == (None, "cancel_order")
    await fang.say("好，取消吧")
    settled, _ = await fang.assistant.conversation("c-1")
    assert (settled.pending, settled.parked) == (None, None)


async def test_that_unresolved_turns_are_counted_in_a_row(fang) -> None:
    await fang.say("有没有机打检测报告")
    first, _ = await fang.assistant.conversation("c-1")
    await fang.say("人工几点上班")
    second, _ = await fang.assistant.conversation("c-1")
    assert (first.failures, second.failures) == (1, 0)


async def test_that_a_coupon_offered_is_remembered(cheng) -> None:
    await cheng.say("98一两龙井太贵了吧")
    state, _ = await cheng.assistant.conversation("c-1")
    assert state.offered == ("tea-wait-8",)
