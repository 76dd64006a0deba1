"""Handoffs: WeCom's sessions and our conversations move together."""

import httpx
import pytest

from agent.handoff.foreign_desk import ForeignDesk
from agent.store.records import Amendment, Said
from channels.contact_centre.vendor import vendor_client
from channels.wecom.access import Access
from channels.wecom.address import address_of
from channels.wecom.client import WecomClient
from channels.wecom.sessions import Sessions, code_key

FANG = "wecom:wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q:wmFang"
NOTICE = "已经为您转接人工客服，请稍等，同事会看到我们之前的对话。"


@pytest.fixture
def stage_of(wecom, premises):
    """Waits until our conversation is at a stage."""

    async def wait(stage: str, person: str | None = None) -> None:
        async def is_so() -> bool:
            found = await premises.shop.store.load(FANG)
            if found is None or found.state.stage != stage:
                return False
            ticket = await premises.shop.store.ticket(found.state.ticket_id) if person else None
            return person is None or (ticket is not None and ticket.person == person)

        await wecom.until_so(is_so)

    return wait


async def _people_wrote(premises) -> list[tuple[str, str]]:
    return [(one.person, one.text) for one in await premises.shop.store.thread(FANG) if one.role == "person"]


async def test_that_a_handoff_goes_to_the_first_servicer_at_work_after_the_notice(wecom, premises, stage_of):
    wecom.servicers["zhangsan"] = False
    await wecom.write("1 asks")
    await stage_of("human", "lisi")
    assert wecom.texts == [NOTICE]
    session = wecom.sessions["wmFang"]
    assert (session.state, session.servicer) == (3, "lisi")
    calls = [path for path, code in wecom.asked if code == 0]
    assert calls.index("kf/send_msg") < len(calls) - 1 - calls[::-1].index("kf/service_state/trans")


async def test_that_a_handoff_waits_in_the_queue_when_nobody_is_at_work(wecom, premises, stage_of):
    wecom.servicers.update(zhangsan=False, lisi=False)
    await wecom.write("1 asks")
    await wecom.until(lambda: wecom.sessions["wmFang"].state == 2)
    await wecom.take("wangwu")
    await stage_of("human", "wangwu")


async def test_that_a_servicer_who_just_left_is_passed_over(wecom, premises, stage_of):
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    wecom.faults.append(("kf/service_state/trans", 95019))
    await wecom.write("2 asks")
    await stage_of("human", "lisi")


async def test_that_the_bot_says_nothing_while_a_person_has_the_session_and_begins_anew_after(
    wecom, premises, stage_of
):
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")
    await wecom.write("2 fine")
    await wecom.say("zhangsan", "您好，我来处理")

    async def is_kept() -> bool:
        return len(await premises.shop.store.turns(FANG)) == 2 and bool(await _people_wrote(premises))

    await wecom.until_so(is_kept)
    await wecom.end()
    await stage_of("closed")
    await wecom.write("3 fine")
    await wecom.until(lambda: len(wecom.texts) == 2)
    assert wecom.texts == [NOTICE, "答：3 fine"]
    assert wecom.sessions["wmFang"].state == 1
    state = (await premises.shop.store.load(FANG)).state
    assert ("human", "您好，我来处理") in state.history


async def test_that_what_a_servicer_wrote_is_kept_once_and_never_sent(wecom, premises, stage_of):
    wecom.repeats = True
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")
    await wecom.say("zhangsan", "您好")
    await wecom.say("zhangsan", "请稍等")

    async def are_kept() -> bool:
        return len(await _people_wrote(premises)) >= 2

    await wecom.until_so(are_kept)
    await premises.shop.post.aclose()
    assert await _people_wrote(premises) == [("zhangsan", "您好"), ("zhangsan", "请稍等")]
    assert wecom.texts == [NOTICE]


async def test_that_a_session_passed_between_servicers_is_followed(wecom, premises, stage_of):
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")
    await wecom.take("lisi", change_type=2)
    await stage_of("human", "lisi")
    assert wecom.sessions["wmFang"].servicer == "lisi"


async def test_that_a_servicer_who_steps_in_unasked_silences_the_bot(wecom, premises, stage_of):
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    await wecom.take("lisi", change_type=4)
    await stage_of("human", "lisi")
    await wecom.write("2 fine")

    async def is_kept() -> bool:
        return len(await premises.shop.store.turns(FANG)) == 2

    await wecom.until_so(is_kept)
    assert wecom.texts == ["答：1 fine"]


async def test_that_a_session_stays_with_the_servicer_whom_wecom_names(wecom, premises, stage_of):
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    await wecom.take("lisi")
    await stage_of("human", "lisi")
    wecom.session().servicer = "zhangsan"
    await wecom.write("2 fine")
    await stage_of("human", "zhangsan")
    await premises.shop.post.aclose()
    assert wecom.session().servicer == "zhangsan"
    assert wecom.asked.count(("kf/service_state/trans", 0)) == 1, "to the bot at first, and never back to lisi"


async def test_that_an_end_nobody_heard_of_is_found_with_the_next_message(wecom, premises, stage_of):
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")
    wecom.sessions["wmFang"].state = 4
    await wecom.write("2 fine")
    await wecom.until(lambda: wecom.texts == [NOTICE, "答：2 fine"])


async def test_that_a_takeover_nobody_heard_of_is_found_with_the_next_message(wecom, premises, stage_of):
    session = wecom.session()
    session.state, session.servicer, session.wrote_at = 3, "lisi", wecom.now
    await wecom.write("1 fine")
    await stage_of("human", "lisi")
    await premises.shop.reception.rest()
    assert wecom.texts == []


async def test_that_late_and_repeated_events_change_nothing(wecom, premises, stage_of):
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")
    wecom.skew_s = 5
    await wecom.end()
    await stage_of("closed")
    wecom.repeats = True
    wecom.skew_s = 2
    told = {"change_type": 1, "new_servicer_userid": "lisi"}
    await wecom.event("session_status_change", **told)
    wecom.skew_s = 6
    await wecom.write("2 fine")
    await wecom.until(lambda: wecom.texts == [NOTICE, "答：2 fine"])
    moves = [move.to_stage for move in await premises.shop.store.moves(FANG)]
    assert moves == ["queued", "human", "closed", "bot"]


async def test_that_closing_here_ends_the_session_there(wecom, premises, stage_of):
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")
    state = (await premises.shop.store.load(FANG)).state
    await premises.shop.desk.close(state.ticket_id, "zhangsan")
    await wecom.until(lambda: wecom.sessions["wmFang"].state == 4)


async def test_that_taking_here_gives_the_session_to_the_servicer_of_that_name(wecom, premises, stage_of):
    wecom.servicers.update(zhangsan=False, lisi=False)
    await wecom.write("1 asks")
    await wecom.until(lambda: wecom.sessions["wmFang"].state == 2)
    wecom.servicers["lisi"] = True
    state = (await premises.shop.store.load(FANG)).state
    await premises.shop.desk.take(state.ticket_id, "lisi")
    await wecom.until(lambda: wecom.sessions["wmFang"].servicer == "lisi")


async def test_that_a_handoff_wecom_did_not_take_is_tried_again(wecom, premises, stage_of, monkeypatch):
    monkeypatch.setattr("channels.wecom.errors._PASSING", {45009: 0.05})
    wecom.faults += [("kf/servicer/list", 45009)]
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")


async def test_that_words_for_who_waits_in_the_queue_leave_by_its_code_once(wecom, premises, stage_of):
    wecom.servicers.update(zhangsan=False, lisi=False)
    await wecom.write("1 asks")
    await wecom.until(lambda: wecom.sessions["wmFang"].state == 2)
    memory = premises.shop.post.memory

    async def has_code() -> bool:
        return bool(await memory.recall("wecom", code_key(address_of(FANG))))

    await wecom.until_so(has_code)
    store, now = premises.shop.store, premises.now()
    for number in (1, 2):
        found = await store.load(FANG)
        said = (Said(f"n-{number}", "notice", f"请再稍等{number}"),)
        await store.amend(Amendment(FANG, found.version, found.state, now, said=said))
    await wecom.until(
        lambda: ("kf/send_msg", 95018) in wecom.asked[-1:] and wecom.asked.count(("kf/send_msg", 95018)) == 2
    )
    await premises.shop.post.aclose()
    assert wecom.texts == [NOTICE, "请再稍等1"]
    notices = [entry.status for entry in await store.thread(FANG) if entry.role == "notice"]
    assert notices == ["sent", "failed"]


async def test_that_sessions_stay_with_the_bot_where_people_work_here(wecom, open_premises, connect):
    premises = await open_premises()
    await connect(premises, every_s=0.2, people="console")
    await wecom.write("1 asks")
    await wecom.until(lambda: wecom.texts == [NOTICE])
    state = (await premises.shop.store.load(FANG)).state
    await premises.shop.desk.take(state.ticket_id, "Lin")
    await premises.shop.desk.reply(state.ticket_id, "Lin", "您好，我是 Lin", "p-1")
    await wecom.until(lambda: len(wecom.texts) == 2)
    await premises.shop.desk.give_back(state.ticket_id, "Lin")
    await wecom.write("2 fine")
    await wecom.until(lambda: wecom.texts == [NOTICE, "您好，我是 Lin", "答：2 fine"])
    assert wecom.sessions["wmFang"].state == 1


@pytest.fixture
def sessions(wecom, premises):
    """The sessions of the account, to be told of moves by hand."""
    shop, transport = premises.shop, httpx.ASGITransport(app=wecom.app)
    client = WecomClient(
        Access(
            vendor_client("https://qyapi.weixin.qq.com", transport),
            "ww0123456789abcdef",
            "the-secret-of-the-application",
        )
    )
    desk = ForeignDesk(shop.store, shop.clock)
    return Sessions(client, shop.post.memory, shop.store, desk, ("zhangsan", "lisi"), lambda customer: "demo", True)


async def test_that_what_was_taken_and_closed_since_gives_nobody_the_session(wecom, premises, sessions):
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    await sessions.assign(address_of(FANG), "zhangsan")
    assert wecom.session().state == 1


async def test_that_what_was_closed_and_taken_anew_is_not_ended(wecom, premises, sessions, stage_of):
    await wecom.write("1 asks")
    await stage_of("human", "zhangsan")
    await sessions.end(address_of(FANG))
    assert (wecom.session().state, wecom.session().servicer) == (3, "zhangsan")
