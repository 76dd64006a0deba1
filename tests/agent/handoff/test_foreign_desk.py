from dataclasses import replace

import pytest

from agent.handoff.errors import TicketUnknown
from agent.handoff.foreign_desk import ForeignDesk, Newcomer
from agent.store.channels import ChannelMemory


@pytest.fixture
def foreign(scene) -> ForeignDesk:
    return ForeignDesk(scene.store, lambda: scene.now)


async def _moves(scene) -> list[tuple[str, str, str]]:
    return [(move.from_stage, move.to_stage, move.actor) for move in await scene.desk.moves("c-1")]


async def test_that_a_person_who_steps_in_silences_the_bot(scene, foreign) -> None:
    await scene.write("1 fine")
    await foreign.took("c-1", "lin")
    await scene.delivery.deliver()
    assert scene.sent == [], "the bot's words that were not sent are withdrawn"
    assert (await scene.say("2 fine")).owner == "human"


async def test_that_a_person_takes_what_waits_and_another_goes_on(scene, foreign) -> None:
    ticket = await scene.handed_over()
    assert await foreign.took("c-1", "lin")
    assert not await foreign.took("c-1", "lin")
    assert await foreign.took("c-1", "wu")
    assert await _moves(scene) == [
        ("bot", "queued", "customer"),
        ("queued", "human", "lin"),
        ("human", "queued", "lin"),
        ("queued", "human", "wu"),
    ]
    found = await scene.store.ticket(ticket)
    assert (found.status, found.person) == ("taken", "wu")


async def test_that_the_bot_begins_anew_after_the_end(scene, foreign) -> None:
    ticket = await scene.handed_over()
    await foreign.took("c-1", "lin")
    assert await foreign.ended("c-1", "lin")
    assert not await foreign.ended("c-1", "lin")
    assert (await scene.store.ticket(ticket)).status == "closed"
    assert (await scene.say("2 fine")).reply == "答：2 fine"


async def test_that_a_conversation_is_given_back_only_by_who_has_it(scene, foreign) -> None:
    await scene.handed_over()
    await foreign.ended("c-1", "lin", "returning")
    assert await scene.stage() == "closed"
    await scene.say("2 asks")
    await foreign.took("c-1", "lin")
    await foreign.ended("c-1", "lin", "returning")
    assert await scene.stage() == "returning"


async def test_that_an_end_is_nothing_to_a_conversation_that_the_bot_has(scene, foreign) -> None:
    await scene.say("1 fine")
    assert not await foreign.ended("c-1", "lin")
    assert await scene.stage() == "bot"


async def test_that_a_conversation_nobody_began_cannot_be_recorded(foreign) -> None:
    with pytest.raises(TicketUnknown, match="c-none"):
        await foreign.took("c-none", "lin")


async def test_that_a_person_who_steps_in_before_the_first_answer_silences_the_bot(scene, foreign) -> None:
    scene.graph.meanwhile = lambda: foreign.took("c-1", "lin", Newcomer("u-1", "demo"))
    await scene.write("1 fine")
    await scene.delivery.deliver()
    assert (scene.sent, await scene.stage()) == ([], "human")
    assert not await foreign.took("c-1", "lin", Newcomer("u-1", "demo"))
    thread = await scene.desk.thread("c-1")
    assert [(entry.role, entry.text) for entry in thread] == [("customer", "1 fine")]
    await foreign.ended("c-1", "lin", "returning")
    assert (await scene.say("2 fine")).reply == "答：2 fine"


async def test_that_a_conversation_without_a_turn_is_on_the_channel_of_its_first_message(scene, foreign) -> None:
    memory = ChannelMemory(scene.store.writer, scene.store.reader)
    await memory.untold("desk")
    await scene.assistant.accept(replace(scene.message("1 fine"), channel="chatwoot"))
    await foreign.took("c-1", "lin", Newcomer("u-1", "demo"))
    assert {logged.channel for logged in await memory.untold("desk")} == {"chatwoot"}
