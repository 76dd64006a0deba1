"""A customer's message in Chatwoot is answered there, once, by the bot, while the bot has the conversation."""

import hashlib

import pytest
from fastapi import Response

from agent.assistant import Pace

ID = "chatwoot-1-1"


async def test_that_a_customer_is_answered(premises, chatwoot, statuses):
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen == ["答：1 fine"])
    await chatwoot.settled()
    assert {status for _, status in chatwoot.answers} == {200}
    assert await statuses() == ["told", "sent"]


async def test_that_events_that_come_twice_are_answered_once(premises, chatwoot):
    chatwoot.copies = 3
    await chatwoot.write("1 fine")
    await chatwoot.write("2 asks")
    await chatwoot.until(lambda: chatwoot.conversation().notes)
    await chatwoot.settled()
    assert "".join(chatwoot.conversation().seen).count("转接人工") == 1
    assert len(chatwoot.conversation().notes) == 1
    _, turns = await premises.shop.assistant.conversation(ID)
    assert len({turn.message_id for turn in turns}) == len(turns) <= 2


async def test_that_ten_lines_in_a_moment_get_one_answer(open_premises, connect, chatwoot):
    await connect(await open_premises(Pace(outbox_burst_s=0.4)))
    for number in range(10):
        await chatwoot.write(f"{number} fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.settled()
    (answer,) = chatwoot.conversation().seen
    assert answer.count("fine") == 10


async def test_that_lines_that_come_in_another_order_are_all_answered(open_premises, connect, chatwoot):
    await connect(await open_premises(Pace(outbox_burst_s=0.2)))
    chatwoot.held = []
    for number in range(4):
        await chatwoot.write(f"{number} fine")
    for event in reversed(chatwoot.held):
        chatwoot.send_off(event)
    chatwoot.held = None
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    (answer,) = chatwoot.conversation().seen
    assert answer.count("fine") == 4


async def test_that_the_bots_own_words_and_a_private_note_of_the_team_are_no_questions(premises, chatwoot):
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.reply("老顾客", private=True)
    await chatwoot.settled()
    await premises.shop.reception.rest()
    _, turns = await premises.shop.assistant.conversation(ID)
    assert len(turns) == 1
    assert (await premises.shop.store.load(ID)).state.stage == "bot"


async def test_that_a_picture_stands_in_the_text_as_a_marker(premises, chatwoot):
    await chatwoot.write("1 fine", attachments=("image", "ig_reel"))
    await chatwoot.write(None, attachments=("audio",))
    await chatwoot.settled()
    texts = [one.message.text for one in await premises.shop.store.waiting(ID)]
    _, turns = await premises.shop.assistant.conversation(ID) or (None, ())
    said = "\n".join([*(str(turn.request["text"]) for turn in turns), *texts])
    assert ["[图片]", "[消息]", "[语音]"] == [line for line in said.splitlines() if line.startswith("[")]


async def test_that_the_shops_id_of_a_customer_counts_only_with_its_proof(premises, chatwoot):
    guest, known = chatwoot.conversation(1), chatwoot.conversation(2)
    guest.identifier = known.identifier = "U1001"
    known.hmac_verified = True
    await chatwoot.write("1 fine", 1)
    await chatwoot.write("1 fine", 2)
    await chatwoot.until(lambda: bool(guest.seen and known.seen))
    owners = {one: (await premises.shop.store.load(one)) for one in (ID, "chatwoot-1-2")}
    assert owners[ID].state.customer_id == "guest-chatwoot-1-1"
    assert owners["chatwoot-1-2"] is None
    (turn,) = await premises.shop.store.turns("chatwoot-1-2-" + _mark("U1001"))
    assert turn.request["customer_id"] == "U1001"


def _mark(customer_id: str) -> str:
    return hashlib.sha256(customer_id.encode()).hexdigest()[:8]


async def _statuses(premises) -> list[str]:
    return [entry.status for entry in await premises.shop.store.thread(ID)]


async def test_that_who_logs_in_later_goes_on_as_themselves(premises, chatwoot):
    found = chatwoot.conversation()
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: len(found.seen) == 1)
    found.identifier, found.hmac_verified = "U1001", True
    await chatwoot.write("2 fine")
    await chatwoot.until(lambda: len(found.seen) == 2)
    found = await premises.shop.store.load(f"{ID}-{_mark('U1001')}")
    assert found.state.history == (("customer", "2 fine"), ("assistant", "答：2 fine"))


async def test_that_a_customer_is_told_that_a_message_is_too_long(premises, chatwoot):
    await chatwoot.write("太长" * 3000)
    await chatwoot.until(lambda: any("太长" in one for one in chatwoot.conversation().seen))
    assert await premises.shop.store.waiting(ID) == ()


async def test_that_a_muted_conversation_stays_silent(premises, chatwoot):
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.set_status("resolved")
    found = chatwoot.conversation()
    await chatwoot._created(found, "2 fine", "incoming", found.told()["meta"]["sender"])
    await chatwoot.settled()
    await premises.shop.reception.rest()
    assert len(found.seen) == 1


async def test_that_a_limit_of_the_server_is_waited_for(premises, chatwoot):
    chatwoot.failures = [Response(status_code=429, headers={"Retry-After": "0"})]
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    assert chatwoot.conversation().seen == ["答：1 fine"]
    assert chatwoot.requests.count("POST messages") == 2


@pytest.mark.parametrize("agent_token", [None, "agent-token"])
async def test_that_a_reply_whose_arrival_was_not_heard_of_is_not_sent_again(
    open_premises, connect, chatwoot, come_true, monkeypatch, agent_token
):
    monkeypatch.setattr("agent.mailroom.delivery.FIRST_RETRY_S", 0.05)
    premises = await open_premises()
    await connect(premises, agent_token=agent_token)
    chatwoot.lost_answers = 1
    chatwoot.held = []  # The message does not come back as an event either.
    await chatwoot.write("1 fine")
    chatwoot.send_off(chatwoot.held[0])
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await come_true(lambda: _statuses(premises), ["told", "sent"])
    assert chatwoot.conversation().seen == ["答：1 fine"]


async def test_that_a_message_that_comes_back_counts_as_sent(premises, chatwoot, statuses):
    chatwoot.lost_answers = 1
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.settled()
    assert await statuses() == ["told", "sent"]


async def test_that_an_answer_to_a_conversation_that_is_gone_is_given_up(premises, chatwoot, statuses, come_true):
    chatwoot.held = []
    await chatwoot.write("1 fine")
    (event,) = chatwoot.held
    del chatwoot.conversations[1]
    assert (await chatwoot.post(event)).status_code == 200
    await come_true(statuses, ["told", "failed"])
