import asyncio

import pytest

from agent.assistant import Pace
from agent.errors import ConversationOwnedByAnother, MessageIdReused, MessageTooLong
from agent.messages import CustomerMessage
from benchmarks.scripted_shop import ends_of


async def test_that_an_accepted_message_is_durable_before_it_is_worked(scene) -> None:
    accepted = await scene.assistant.accept(scene.message("1 fine"))
    assert accepted.is_new
    assert await scene.store.waiting_conversations() == ("c-1",)
    assert await scene.assistant.conversation("c-1") is None


async def test_that_what_another_process_accepted_is_answered_after_its_death_in_order(scene, scene_of) -> None:
    for number in range(3):
        await scene.assistant.accept(scene.message(f"{number} fine"))
    later = scene_of(scene.store)
    assert await later.reception.recover() == 1
    await later.reception.rest()
    _, turns = await later.assistant.conversation("c-1")
    assert [turn.message_id for turn in turns] == ["m-1", "m-2", "m-3"]
    await later.delivery.deliver()
    assert later.sent == ["答：0 fine\n1 fine\n2 fine"]


async def test_that_a_repeated_message_is_accepted_once_and_another_text_refused(scene) -> None:
    await scene.assistant.accept(scene.message("1 fine", "m-x"))
    assert not (await scene.assistant.accept(scene.message("1 fine", "m-x"))).is_new
    with pytest.raises(MessageIdReused):
        await scene.assistant.accept(scene.message("2 fine", "m-x"))
    await scene.assistant.work("c-1")
    assert (await scene.assistant.accept(scene.message("1 fine", "m-x"))).turn is not None


async def test_that_what_cannot_be_taken_is_not_accepted(scene) -> None:
    await scene.assistant.accept(scene.message("1 fine"))
    with pytest.raises(ConversationOwnedByAnother):
        await scene.assistant.accept(CustomerMessage("c-1", "m-9", "u-2", "2 fine"))
    with pytest.raises(MessageTooLong):
        await scene.assistant.accept(scene.message("长" * 2001))
    assert len(await scene.store.waiting("c-1")) == 1


async def test_that_a_newer_message_takes_the_place_of_a_reply_that_was_not_sent(scene) -> None:
    await scene.write("1 fine")
    await scene.write("2 fine")
    await scene.delivery.deliver()
    assert scene.sent == ["答：1 fine\n2 fine"]
    state, _ = await scene.assistant.conversation("c-1")
    assert state.history == (("customer", "1 fine\n2 fine"), ("assistant", "答：1 fine\n2 fine"))


async def test_that_a_reply_that_was_sent_stands(scene) -> None:
    await scene.write("1 fine")
    await scene.delivery.deliver()
    await scene.write("2 fine")
    await scene.delivery.deliver()
    assert scene.sent == ["答：1 fine", "答：2 fine"]


async def test_that_ten_short_lines_in_a_row_get_one_answer(scene, scene_of) -> None:
    channel = scene_of(scene.store, Pace(outbox_burst_s=0.4))
    for number in range(10):
        await channel.reception.accept(channel.message(f"{number} fine"))
    await channel.reception.rest()
    await channel.delivery.deliver()
    _, turns = await channel.assistant.conversation("c-1")
    assert (len(turns), len(channel.sent)) == (1, 1)
    assert channel.sent[0].count("fine") == 10
    assert (await channel.say("11 fine")).reply == "答：11 fine", "who waits for the response does not wait for a burst"


async def test_that_the_notice_of_a_handoff_is_never_superseded(scene) -> None:
    await scene.write("1 asks")
    await scene.write("2 fine")
    await scene.delivery.deliver()
    assert len(scene.sent) == 1
    assert "转接人工" in scene.sent[0]


async def test_that_a_customer_who_writes_on_and_on_is_answered_all_the_same(scene) -> None:
    for number in range(40):
        await scene.write(f"{number} fine")
    await scene.delivery.deliver()
    assert len(scene.sent) == 40 // 20
    told = [text for one in scene.sent for text in one.removeprefix("答：").splitlines()]
    assert told == [f"{number} fine" for number in range(40)]


async def test_that_a_message_that_cannot_be_worked_goes_to_a_person(scene) -> None:
    async def broken() -> None:
        scene.graph.meanwhile = broken
        raise RuntimeError("a defect")

    scene.graph.meanwhile = broken
    await scene.write("1 fine")
    (ticket,) = await scene.desk.queue()
    assert ticket.reason == "turn_failed"
    await scene.delivery.deliver()
    assert "转接人工" in scene.sent[0]


async def test_that_closing_finishes_the_turns_in_hand_and_leaves_the_rest_accepted(scene) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        begun.set()
        await gate.wait()

    scene.graph.meanwhile = hold
    await scene.reception.accept(scene.message("1 fine"))
    async with asyncio.timeout(20):
        await begun.wait()
    closing = asyncio.create_task(scene.reception.aclose())
    await asyncio.sleep(0)
    await scene.assistant.accept(scene.message("2 fine"))
    gate.set()
    await closing
    _, turns = await scene.assistant.conversation("c-1")
    left = [one.message.text for one in await scene.store.waiting("c-1")]
    assert [end for turn in turns for end in ends_of(str(turn.request["text"]))] + left
    assert len(turns) + len(left) >= 2
