import pytest

from agent.handoff.errors import NotTaken, TicketClosed, TicketTaken, TicketUnknown


async def test_that_a_person_takes_writes_and_gives_back(scene) -> None:
    ticket = await scene.handed_over()
    assert [one.ticket_id for one in await scene.desk.queue()] == [ticket]
    await scene.desk.take(ticket, "小王")
    await scene.desk.reply(ticket, "小王", "您好,我来处理", "p-1")
    assert (await scene.say("2 fine")).reply == ""
    await scene.desk.give_back(ticket, "小王")
    reply = await scene.say("3 fine")
    assert reply.reply == "答：3 fine"
    state, _ = await scene.assistant.conversation("c-1")
    assert ("human", "您好,我来处理") in state.history
    assert await scene.stage() == "bot"


async def test_that_each_move_is_logged_with_actor_reason_and_time(scene) -> None:
    ticket = await scene.handed_over()
    await scene.desk.take(ticket, "小王")
    await scene.desk.note(ticket, "小王", "老顾客")
    await scene.desk.close(ticket, "小王")
    await scene.say("2 fine")
    moves = await scene.desk.moves("c-1")
    assert [(move.from_stage, move.to_stage, move.actor, move.reason) for move in moves] == [
        ("bot", "queued", "customer", "requested"),
        ("queued", "human", "小王", "taken"),
        ("human", "human", "小王", "note"),
        ("human", "closed", "小王", "closed"),
        ("closed", "bot", "bot", "customer_wrote_again"),
    ]
    assert {move.at for move in moves} == {scene.now}
    assert moves[2].note == "老顾客"


async def test_that_a_ticket_is_taken_by_one_person_only(scene) -> None:
    ticket = await scene.handed_over()
    await scene.desk.take(ticket, "小王")
    await scene.desk.take(ticket, "小王")
    with pytest.raises(TicketTaken, match="小王"):
        await scene.desk.take(ticket, "小李")
    with pytest.raises(TicketTaken):
        await scene.desk.reply(ticket, "小李", "我也来", "p-1")


async def test_that_nobody_writes_before_taking_or_after_closing(scene) -> None:
    ticket = await scene.handed_over()
    with pytest.raises(NotTaken):
        await scene.desk.reply(ticket, "小王", "您好", "p-1")
    await scene.desk.close(ticket, "小王")
    with pytest.raises(TicketClosed):
        await scene.desk.take(ticket, "小王")
    with pytest.raises(TicketUnknown, match="h-none"):
        await scene.desk.take("h-none", "小王")


async def test_that_the_same_words_of_a_person_are_sent_once(scene) -> None:
    ticket = await scene.handed_over()
    await scene.desk.take(ticket, "小王")
    assert await scene.desk.reply(ticket, "小王", "您好", "p-1")
    assert not await scene.desk.reply(ticket, "小王", "您好", "p-1")
    await scene.delivery.deliver()
    assert scene.sent == ["您好"]


async def test_that_a_person_who_steps_in_while_the_bot_works_silences_it(scene) -> None:
    await scene.say("1 fine")
    scene.graph.meanwhile = lambda: scene.desk.take_over("c-1", "小王")
    reply = await scene.say("2 fine")
    assert (reply.reply, reply.owner) == ("", "human")
    assert await scene.stage() == "human"


async def test_that_what_the_bot_had_not_sent_is_withdrawn_for_good_when_a_person_takes_over(scene) -> None:
    await scene.write("1 fine")
    ticket = await scene.desk.take_over("c-1", "小王")
    await scene.desk.reply(ticket.ticket_id, "小王", "人工来了", "p-1")
    await scene.desk.give_back(ticket.ticket_id, "小王")
    await scene.write("2 fine")
    await scene.delivery.deliver()
    assert scene.sent == ["人工来了", "答：2 fine"]
    statuses = [(entry.text, entry.status) for entry in await scene.desk.thread("c-1") if entry.role != "customer"]
    assert statuses == [("答：1 fine", "withdrawn"), ("人工来了", "sent"), ("答：2 fine", "sent")]


async def test_that_the_thread_holds_everybodys_words_in_order(scene) -> None:
    ticket = await scene.handed_over()
    await scene.say("2 fine")
    await scene.desk.take(ticket, "小王")
    await scene.desk.reply(ticket, "小王", "您好", "p-1")
    await scene.say("3 fine")
    thread = [(entry.role, entry.text) for entry in await scene.desk.thread("c-1")]
    assert [role for role, _ in thread] == ["customer", "assistant", "customer", "person", "customer"]
    assert [text for role, text in thread if role == "customer"] == ["1 asks", "2 fine", "3 fine"]


async def test_that_the_failures_before_a_person_came_do_not_count_after(scene) -> None:
    await scene.say("1 tool")
    ticket = await scene.desk.take_over("c-1", "小王")
    await scene.desk.give_back(ticket.ticket_id, "小王")
    assert (await scene.say("2 tool")).handoff is None
    assert (await scene.say("3 tool")).handoff.reason == "tool_outage"


async def test_that_a_conversation_is_passed_on_to_another_queue(scene) -> None:
    ticket = await scene.handed_over()
    await scene.desk.take(ticket, "小王")
    await scene.desk.pass_on(ticket, "小王", "主管")
    (waiting,) = await scene.desk.queue("主管")
    assert (waiting.person, await scene.stage()) == (None, "queued")


async def test_that_words_from_a_desk_elsewhere_are_remembered_once_and_not_sent(scene) -> None:
    ticket = await scene.handed_over()
    await scene.desk.take(ticket, "Lin")
    told = [await scene.desk.record("c-1", "Lin", "马上为您补发", "desk-7") for _ in range(2)]
    await scene.desk.give_back(ticket, "Lin")
    await scene.delivery.deliver()

    assert told == [True, False]
    assert "马上为您补发" not in scene.sent
    entry = (await scene.store.thread("c-1"))[-1]
    assert (entry.role, entry.text, entry.person, entry.status) == ("person", "马上为您补发", "Lin", "sent")
    assert (await scene.store.load("c-1")).state.history[-1] == ("human", "马上为您补发")


async def test_that_words_in_a_conversation_nobody_knows_are_refused(scene) -> None:
    with pytest.raises(TicketUnknown):
        await scene.desk.record("c-9", "Lin", "您好", "desk-7")
