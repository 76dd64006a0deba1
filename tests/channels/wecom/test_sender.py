"""Sending: WeCom's limits, ids and states."""

import re

import pytest

from agent.errors import DeliveryFailed
from agent.store.mail import OutgoingMessage
from channels.wecom.sender import WecomSender, message_id_of, msgid_of

FANG = "wecom:wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q:wmFang"


async def _person_writes(premises, *texts: str) -> None:
    ticket = await premises.shop.desk.take_over(FANG, "Lin")
    for number, text in enumerate(texts):
        await premises.shop.desk.reply(ticket.ticket_id, "Lin", text, f"p-{number}")


@pytest.fixture
async def console(wecom, open_premises, connect):
    """A shop whose people write through the API; its customer was answered once."""
    opened = await open_premises()
    await connect(opened, every_s=0.2, people="console")
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    return opened


async def _statuses(premises) -> list[str]:
    return [entry.status for entry in await premises.shop.store.thread(FANG) if entry.role == "person"]


async def test_that_the_sixth_reply_is_not_sent_and_people_see_it(wecom, console):
    await _person_writes(console, "二", "三", "四", "五", "六")
    await wecom.until(lambda: len(wecom.texts) == 5)
    await console.shop.post.aclose()
    assert wecom.texts[1:] == ["二", "三", "四", "五"]
    assert await _statuses(console) == ["sent"] * 4 + ["failed"]
    assert ("kf/send_msg", 95001) not in wecom.asked, "it was not even tried"


async def test_that_a_new_message_of_the_customer_allows_five_again(wecom, console):
    await _person_writes(console, "二", "三", "四", "五")
    await wecom.until(lambda: len(wecom.texts) == 5)
    await wecom.write("2 fine")

    async def is_kept() -> bool:
        return len(await console.shop.store.turns(FANG)) == 2

    await wecom.until_so(is_kept)
    (state, _) = await console.shop.assistant.conversation(FANG)
    await console.shop.desk.reply(state.ticket_id, "Lin", "六", "p-9")
    await wecom.until(lambda: wecom.texts[-1] == "六")


async def test_that_a_long_text_leaves_in_parts_that_count(wecom, console):
    await _person_writes(console, "长" * 1500, "短", "长" * 700)
    await wecom.until(lambda: len(wecom.texts) == 5)
    await console.shop.post.aclose()
    assert "".join(wecom.texts[1:4]) == "长" * 1500
    assert all(len(text.encode()) <= 2048 for text in wecom.texts)
    assert await _statuses(console) == ["sent", "sent", "failed"]


async def test_that_parts_that_were_sent_are_not_sent_again(wecom, console):
    wecom.faults.append(("kf/send_msg", "lost"))
    await _person_writes(console, "长" * 1500)
    await wecom.until(lambda: len(wecom.texts) == 4)
    await wecom.until(lambda: ("kf/send_msg", wecom.code_of_repeated_msgid) in wecom.asked)
    assert "".join(wecom.texts[1:]) == "长" * 1500
    assert await _sent_in_the_end(wecom, console) == ["sent"]


async def _sent_in_the_end(wecom, premises) -> list[str]:
    await premises.shop.post.aclose()
    return await _statuses(premises)


@pytest.mark.parametrize("code", [-1, 45009, 45033])
async def test_that_a_passing_refusal_is_tried_again(wecom, console, code, monkeypatch):
    monkeypatch.setattr("channels.wecom.errors._PASSING", {-1: None, 45009: 0.05, 45033: 0.05})
    wecom.faults.append(("kf/send_msg", code))
    await wecom.write("2 fine")
    await wecom.until(lambda: len(wecom.texts) == 2)


@pytest.mark.parametrize("code", [95001, 95002, 40096, 95999])
async def test_that_a_refusal_for_good_is_not_repeated_and_people_see_it(wecom, console, code):
    wecom.faults.append(("kf/send_msg", code))
    await _person_writes(console, "二")
    await wecom.until(lambda: ("kf/send_msg", code) in wecom.asked)
    await console.shop.post.aclose()
    assert wecom.asked.count(("kf/send_msg", code)) == 1
    assert await _statuses(console) == ["failed"]


async def test_that_nothing_is_sent_two_days_after_the_customer_wrote(wecom, console):
    wecom.skew_s = 2.1 * 86400
    await _person_writes(console, "二")
    await wecom.until(lambda: ("kf/send_msg", 95002) in wecom.asked)
    assert await _sent_in_the_end(wecom, console) == ["failed"]


async def test_that_words_which_wecom_could_not_deliver_are_seen_as_failed(wecom, console):
    await _person_writes(console, "二")
    await wecom.until(lambda: len(wecom.texts) == 2)
    msgid = list(wecom.msgids)[-1]
    await wecom.event("msg_send_fail", fail_msgid=msgid, fail_type=10)

    async def is_seen() -> bool:
        return await _statuses(console) == ["failed"]

    await wecom.until_so(is_seen)


async def test_that_a_message_of_another_conversation_is_refused(wecom, console):
    with pytest.raises(DeliveryFailed, match="none of WeCom's") as failed:
        await WecomSender(None, console.shop.post.memory).send(OutgoingMessage("t-1", "c-1", "在吗"))
    assert failed.value.is_final


@pytest.mark.parametrize(
    "message_id", ["t-0123456789abcdef0123", "n-h-0123456789abcdef0123-12", "中文", "a" * 40, "a_b"]
)
def test_that_a_msgid_keeps_to_wecoms_rules_and_is_the_same_again(message_id):
    ids = [msgid_of(message_id, part) for part in (0, 1, 2)]
    assert ids == [msgid_of(message_id, part) for part in (0, 1, 2)]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"[0-9a-zA-Z_-]{1,32}", one) for one in ids)


def test_that_a_msgid_leads_back_to_its_message():
    assert message_id_of(msgid_of("p-0123456789abcdef0123", 0)) == "p-0123456789abcdef0123"
    assert message_id_of(msgid_of("p-0123456789abcdef0123", 2)) == "p-0123456789abcdef0123"
