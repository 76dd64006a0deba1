from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agent.handoff.hours import is_open
from agent.handoff.notices import say_notice
from agent.handoff.package import ticket_id
from agent.profile import ShopProfile

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHOP = {"shop_id": "demo", "name": "示例店", "assistant": "小示"}


def profile(**hours: str) -> ShopProfile:
    return ShopProfile.from_release(
        {**SHOP, "service_hours": {day.replace("_", "-"): span for day, span in hours.items()}}
    )


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("转人工", "requested"),
        ("我要举报你们", "always_word"),
        ("我要舉報你們", "always_word"),
        ("我 要 去 法 院 起 诉", "always_word"),
        ("垃圾店铺，骗子，气死我了！！！", "anger"),
        ("你们必须赔我500块", "over_limit"),
    ],
)
async def test_that_a_person_takes_over(cheng, text, reason) -> None:
    reply = await cheng.say(text)
    assert (reply.handoff.reason, reply.outcome, reply.owner) == (reason, "handoff", "human")
    assert reply.handoff.notice in reply.reply
    (ticket,) = await cheng.store.open_tickets()
    assert (ticket.ticket_id, ticket.reason) == (reply.handoff.ticket_id, reason)


async def test_that_a_claim_within_the_limit_stays_with_the_bot(cheng) -> None:
    assert (await cheng.say("茶盒有点瘪，能补偿我20元吗")).owner == "bot"


async def test_that_the_worth_of_a_return_over_the_limit_goes_to_a_person(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b") as counter:
        reply = await counter.say("TEA-88155我要退货")
    assert reply.handoff.reason == "over_limit"
    assert reply.pending_action is None


async def test_that_two_unresolved_turns_in_a_row_bring_a_person(cheng) -> None:
    first = await cheng.say("有没有机打检测报告")
    assert (first.outcome, first.owner) == ("declined", "bot")
    second = await cheng.say("阿巴阿巴阿巴")
    assert second.handoff.reason == "unresolved"


async def test_that_an_answer_between_sets_the_count_of_unresolved_turns_back(cheng) -> None:
    await cheng.say("有没有机打检测报告")
    assert (await cheng.say("人工几点上班")).outcome == "answered"
    assert (await cheng.say("有没有机打检测报告")).owner == "bot"


async def test_that_after_the_handoff_the_bot_says_nothing_and_keeps_every_message(cheng) -> None:
    await cheng.say("转人工")
    reply = await cheng.say("TEA-88243能取消吗")
    assert (reply.reply, reply.owner, reply.outcome, reply.worded_by) == ("", "human", "handoff", "human")
    assert reply.tools == ()
    assert cheng.requests == []
    state, turns = await cheng.assistant.conversation("c-1")
    assert state.history[-1] == ("customer", "TEA-88243能取消吗")
    assert [turn.request["text"] for turn in turns] == ["转人工", "TEA-88243能取消吗"]
    assert len(await cheng.store.open_tickets()) == 1


async def test_that_a_yes_after_the_handoff_writes_nothing(fang) -> None:
    await fang.say("取消订单TEA-88240")
    await fang.say("转人工")
    await fang.say("确认取消")
    assert fang.status("TEA-88240") == "paid"


async def test_that_the_person_reads_what_was_asked_known_and_promised(fang) -> None:
    await fang.say("TEA-88231到哪了")
    proposal = await fang.say("取消订单TEA-88240")
    await fang.say("算了我要投诉你们")
    (ticket,) = await fang.store.open_tickets()
    package = ticket.package
    assert package["ask"] == "算了我要投诉你们"
    assert package["customer_id"] == "tea-cust-a"
    assert package["slots"]["order_id"] == "TEA-88240"
    assert package["promises"] == [proposal.pending_action.summary]
    assert ["customer", "TEA-88231到哪了"] in package["history"]


async def test_that_the_tools_tried_stand_in_the_package(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b") as counter:
        await counter.say("TEA-88155我要退货")
        (ticket,) = await counter.store.open_tickets()
    assert {"name": "get_order", "args": {"order_id": "TEA-88155"}, "ok": True} in ticket.package["tools"]


async def test_that_the_notice_within_service_hours_asks_to_wait(cheng) -> None:
    reply = await cheng.say("转人工")
    assert reply.handoff.service_open
    assert "请稍等" in reply.reply


async def test_that_the_notice_outside_service_hours_says_when_people_are_back(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-c", now=at(22, 12)) as counter:
        reply = await counter.say("转人工")
    assert not reply.handoff.service_open
    assert "周一至周六10:00-19:00" in reply.reply
    assert "请稍等" not in reply.reply


@pytest.mark.parametrize(
    ("moment", "opened"),
    [(at(20, 9), True), (at(20, 8, 59), False), (at(20, 21, 59), True), (at(20, 22), False), (at(21, 9, 30), False)],
)
def test_that_service_begins_and_ends_on_the_minute(moment, opened) -> None:
    shop = profile(mon_fri="09:00-22:00", sat_sun="10:00-21:00")
    assert is_open(shop, moment) is opened


def test_that_a_day_that_is_not_listed_is_closed() -> None:
    assert not is_open(profile(mon_fri="09:00-22:00"), at(21, 12))


def test_that_hours_are_of_the_shops_time_zone_whatever_the_clock_is_in() -> None:
    assert is_open(profile(fri="09:00-10:00"), datetime(2026, 11, 20, 1, 30, tzinfo=ZoneInfo("UTC")))


def test_that_a_span_of_days_may_run_over_the_weekend() -> None:
    shop = profile(fri_mon="09:00-24:00")
    assert is_open(shop, at(22, 23, 59))
    assert not is_open(shop, at(24, 12))


def test_that_a_shop_without_hours_counts_as_open() -> None:
    assert is_open(ShopProfile.from_release(SHOP), at(22, 3))


def test_that_only_a_customer_who_had_trouble_gets_an_apology() -> None:
    shop = profile(mon_fri="09:00-22:00")
    assert "抱歉" not in say_notice(shop, at(20, 12), "requested")
    assert "抱歉" in say_notice(shop, at(20, 12), "anger")


def test_that_a_ticket_number_is_the_same_for_the_same_turn_and_no_other() -> None:
    assert ticket_id("c", "t-1") == ticket_id("c", "t-1") != ticket_id("c", "t-2")


def test_that_the_limit_of_a_claim_is_the_shops_own() -> None:
    rules = ShopProfile.from_release({**SHOP, "handoff": {"refund_amount": 99.5}}).handoff
    assert rules.refund_amount == Decimal("99.5")


@pytest.mark.parametrize("yes", ["需要", "好的", "可以，谢谢", "嗯嗯"])
async def test_that_a_yes_to_the_offer_of_a_person_brings_one(clothes, counter_of, yes) -> None:
    async with counter_of(clothes, "U1001") as counter:
        assert "转接人工" in (await counter.say("衣服质量太差了")).reply
        reply = await counter.say(yes)
    assert reply.handoff.reason == "requested"


async def test_that_a_no_to_the_offer_of_a_person_brings_none(clothes, counter_of) -> None:
    async with counter_of(clothes, "U1001") as counter:
        await counter.say("衣服质量太差了")
        assert (await counter.say("不用了")).owner == "bot"


@pytest.mark.parametrize("text", ["壶嘴是裂的 不换我就去举报", "水仙到底退不退 不退就法院见"])
async def test_that_an_always_word_makes_it_a_complaint_whatever_else_is_asked(cheng, text) -> None:
    reply = await cheng.say(text)
    assert reply.intents == ("complaint",)
    assert [use.name for use in reply.tools] == []


@pytest.mark.parametrize(("chars", "sentences"), [(160, 3), (60, 2), (40, 1), (30, 1)])
def test_that_a_notice_keeps_to_the_shops_limits(chars, sentences) -> None:
    style = {"address": "您好", "max_chars": chars, "max_sentences": sentences}
    shop = ShopProfile.from_release({**SHOP, "style": style, "service_hours": {"mon-fri": "09:00-18:00"}})
    for moment in (at(20, 10), at(21, 10)):
        notice = say_notice(shop, moment, "always_word")
        assert len(notice) + 3 <= chars
        assert notice.count("。") <= sentences


async def test_that_nobody_is_called_by_a_pronoun(fang):
    reply = await fang.say("转人工")
    assert reply.handoff is not None
    assert not reply.reply.startswith("您，")
