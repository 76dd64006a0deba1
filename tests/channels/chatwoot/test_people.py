"""Who has a conversation in Chatwoot has it here: handed over, taken over, given back, ended."""

import pytest

from agent.handoff.errors import TicketTaken

ID = "chatwoot-1-1"


@pytest.fixture
async def handed_over(premises, chatwoot):
    await chatwoot.write("1 asks")
    await chatwoot.until(lambda: chatwoot.conversation().status == "open")
    await chatwoot.settled()
    return chatwoot.conversation()


async def test_that_a_handoff_leaves_the_package_and_opens_the_conversation(handed_over, premises, stage):
    (note,) = handed_over.notes
    assert "客户要求人工" in note
    assert "1 asks" in note
    assert "guest-chatwoot-1-1" in note
    assert ["转接人工" in one for one in handed_over.seen] == [True]
    assert await stage() == "queued"
    assert len(await premises.shop.desk.queue()) == 1


async def test_that_people_are_left_alone_and_the_bot_goes_on_with_their_words(handed_over, chatwoot, premises, stage):
    await chatwoot.set_status("open", assignee="小林")
    await chatwoot.reply("您好，我来处理")
    await chatwoot.write("2 fine")
    await chatwoot.settled()
    await premises.shop.reception.rest()
    assert await stage() == "human"
    assert len(handed_over.seen) == 2
    await chatwoot.set_status("pending")
    await chatwoot.write("3 fine")
    await chatwoot.until(lambda: handed_over.seen[-1] == "答：3 fine")
    state, _ = await premises.shop.assistant.conversation(ID)
    assert ("human", "您好，我来处理") in state.history
    assert ("customer", "2 fine") in state.history
    thread = [(entry.role, entry.person) for entry in await premises.shop.desk.thread(ID)]
    assert thread.count(("person", "小林")) == 1
    assert handed_over.seen.count("您好，我来处理") == 1


async def test_that_who_logs_in_while_people_have_the_conversation_is_given_back_as_a_whole(
    handed_over, chatwoot, premises, come_true, stage
):
    handed_over.identifier, handed_over.hmac_verified = "U1001", True
    await chatwoot.write("2 fine")
    await chatwoot.settled()
    await premises.shop.reception.rest()
    assert len(handed_over.seen) == 1, "the customer waits for a person, as the guest did"
    await chatwoot.set_status("pending")
    await chatwoot.write("3 fine")
    await chatwoot.until(lambda: handed_over.seen[-1] == "答：3 fine")
    assert await stage() == "closed"
    assert await premises.shop.desk.queue() == ()


async def test_that_the_person_in_charge_has_the_ticket(handed_over, chatwoot, premises):
    handed_over.assignee = {"id": 5, "name": "小林", "type": "user"}
    await chatwoot.write("2 fine")
    await chatwoot.settled()
    ticket = (await premises.shop.store.load(ID)).state.ticket_id
    assert (await premises.shop.store.ticket(ticket)).person == "小林"
    with pytest.raises(TicketTaken):
        await premises.shop.desk.take(ticket, "Wu")


async def test_that_a_webhook_of_the_account_tells_at_once_of_the_return(handed_over, chatwoot, come_true, stage):
    chatwoot.tells_status = True
    await chatwoot.reply("您好")
    await chatwoot.set_status("pending")
    await come_true(stage, "returning")


async def test_that_an_ended_conversation_begins_with_the_bot_again(handed_over, chatwoot, come_true, stage):
    await chatwoot.reply("处理好了")
    await chatwoot.set_status("resolved")
    await come_true(stage, "closed")
    await chatwoot.write("2 fine")
    await chatwoot.until(lambda: handed_over.seen[-1] == "答：2 fine")
    assert await stage() == "bot"


async def test_that_a_conversation_that_is_put_off_stays_with_people(handed_over, chatwoot, stage):
    await chatwoot.reply("稍等")
    await chatwoot.set_status("snoozed")
    await chatwoot.write("2 fine")
    await chatwoot.settled()
    assert (handed_over.status, await stage()) == ("open", "human")


@pytest.mark.parametrize("first", ["1 fine", None])
async def test_that_a_reply_in_the_making_is_withdrawn_when_a_person_opens_the_conversation(
    premises, chatwoot, stage, first
):
    if first is not None:
        await chatwoot.write(first)
        await chatwoot.until(lambda: len(chatwoot.conversation().seen) == 1)

    async def meanwhile() -> None:
        await chatwoot.set_status("open")
        await chatwoot.settled()

    premises.graph.meanwhile = meanwhile
    await chatwoot.write("2 fine")
    await chatwoot.settled()
    await premises.shop.reception.rest()
    assert await stage() == "human"
    assert "2 fine" not in "".join(chatwoot.conversation().seen)
    texts = [entry.text for entry in await premises.shop.desk.thread(ID) if entry.role == "customer"]
    assert texts[-1] == "2 fine"


async def test_that_who_writes_in_a_conversation_of_the_bots_has_it(premises, chatwoot, stage):
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.reply("我来吧")
    await chatwoot.until(lambda: chatwoot.conversation().status == "pending")
    await chatwoot.settled()
    await chatwoot.write("2 fine")
    await chatwoot.settled()
    await premises.shop.reception.rest()
    assert await stage() == "human"
    assert chatwoot.conversation().seen == ["答：1 fine", "我来吧"]


async def test_that_chatwoot_shows_that_a_person_has_it_who_only_wrote(premises, chatwoot, come_true):
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.reply("我来吧")

    async def status() -> str:
        return chatwoot.conversation().status

    await come_true(status, "open")


async def test_that_a_conversation_that_people_had_before_is_kept_and_not_answered(premises, chatwoot, stage):
    await chatwoot.set_status("open")
    await chatwoot.write("1 fine")
    await chatwoot.settled()
    await premises.shop.reception.rest()
    assert (await stage(), chatwoot.conversation().seen) == ("human", [])
    assert [entry.text for entry in await premises.shop.desk.thread(ID)] == ["1 fine"]


async def test_that_an_automation_in_a_persons_name_is_no_person(premises, chatwoot, stage):
    await chatwoot.write("1 fine")
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.reply("欢迎光临", content_attributes={"automation_rule_id": 4})
    await chatwoot.reply("大促开始啦", additional_attributes={"campaign_id": 2})
    await chatwoot.settled()
    assert await stage() == "bot"


async def test_that_a_late_event_moves_nothing(handed_over, chatwoot, come_true, stage):
    await chatwoot.reply("您好")
    await chatwoot.settled()
    chatwoot.held = []
    await chatwoot.set_status("resolved")
    await chatwoot.set_status("open")
    late, latest = chatwoot.held
    await chatwoot.post(latest, "d-2")
    await chatwoot.post(late, "d-1")
    assert await stage() == "human"


async def test_that_a_message_that_crossed_the_handoff_does_not_give_it_back(premises, chatwoot, stage):
    chatwoot.held = []
    await chatwoot.write("1 asks")
    await chatwoot.write("2 fine")
    chatwoot.send_off(chatwoot.held[0])
    await chatwoot.until(lambda: chatwoot.conversation().status == "open")
    crossed = chatwoot.held[1]
    assert crossed["conversation"]["status"] == "pending"
    await chatwoot.post(crossed, "d-2")
    await premises.shop.reception.rest()
    assert await stage() == "queued"


async def test_that_a_console_of_ours_takes_writes_and_gives_back(handed_over, chatwoot, premises, come_true):
    desk = premises.shop.desk
    (ticket,) = await desk.queue()
    await desk.take(ticket.ticket_id, "Lin")
    await desk.reply(ticket.ticket_id, "Lin", "您好", "p-1")
    await desk.note(ticket.ticket_id, "Lin", "已补发")
    await chatwoot.until(lambda: handed_over.seen[-1] == "您好" and len(handed_over.notes) == 2)
    assert "已补发" in handed_over.notes[-1]
    await desk.give_back(ticket.ticket_id, "Lin")

    async def status() -> str:
        return handed_over.status

    await come_true(status, "pending")
    await chatwoot.settled()
    await chatwoot.write("3 fine")
    await chatwoot.until(lambda: handed_over.seen[-1] == "答：3 fine")


async def test_that_a_conversation_closed_here_is_resolved_there(handed_over, premises, come_true):
    (ticket,) = await premises.shop.desk.queue()
    await premises.shop.desk.close(ticket.ticket_id, "Lin")

    async def status() -> str:
        return handed_over.status

    await come_true(status, "resolved")
