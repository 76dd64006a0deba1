import asyncio

import pytest

from agent.assistant import Pace
from agent.errors import ConversationBusy
from agent.store.sqlite import open_store


@pytest.fixture
def burst(scene, scene_of):
    return scene_of(scene.store, Pace(burst_s=0.05))


async def test_that_a_burst_is_answered_once_and_the_last_message_has_the_reply(burst) -> None:
    replies = await asyncio.gather(*(burst.say(f"{number} fine") for number in range(3)))
    assert [reply.reply for reply in replies] == ["", "", "答：0 fine\n1 fine\n2 fine"]
    assert [reply.answered_with for reply in replies] == ["m-3", "m-3", None]
    assert {reply.turn_id for reply in replies} == {replies[0].turn_id}


async def test_that_a_message_of_a_burst_sent_again_gets_the_stored_reply(burst) -> None:
    await asyncio.gather(burst.say("0 fine", "a"), burst.say("1 fine", "b"))
    first, last = await burst.say("0 fine", "a"), await burst.say("1 fine", "b")
    assert (first.replayed, first.reply, first.answered_with) == (True, "", "b")
    assert (last.replayed, last.reply) == (True, "答：0 fine\n1 fine")


async def test_that_messages_far_apart_are_answered_by_themselves(burst) -> None:
    first = await burst.say("0 fine")
    second = await burst.say("1 fine")
    assert (first.reply, second.reply) == ("答：0 fine", "答：1 fine")


async def test_that_messages_to_a_person_are_kept_one_by_one(burst) -> None:
    await burst.say("0 asks")
    await asyncio.gather(burst.say("1 fine"), burst.say("2 fine"))
    _, turns = await burst.assistant.conversation("c-1")
    assert [turn.request["text"] for turn in turns] == ["0 asks", "1 fine", "2 fine"]


async def test_that_two_processes_work_one_conversation_in_turn(tmp_path, scene_of) -> None:
    stores = [open_store(f"sqlite:///{tmp_path}/state.db") for _ in range(2)]
    one, two = (scene_of(store) for store in stores)
    begun, gate = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        begun.set()
        await gate.wait()

    one.graph.meanwhile = hold
    first = asyncio.create_task(one.say("0 fine", "a"))
    async with asyncio.timeout(20):
        await begun.wait()
    second = asyncio.create_task(two.say("1 fine", "b"))
    await asyncio.sleep(0.05)
    assert not second.done()
    gate.set()
    assert [(await first).reply, (await second).reply] == ["答：0 fine", "答：1 fine"]
    for store in stores:
        await store.aclose()


async def test_that_waiting_for_another_process_has_an_end_and_loses_nothing(tmp_path, scene_of) -> None:
    stores = [open_store(f"sqlite:///{tmp_path}/state.db") for _ in range(2)]
    one, two = scene_of(stores[0]), scene_of(stores[1], Pace(wait_s=0.05))
    async with stores[0].turn_of("c-1", 0):
        with pytest.raises(ConversationBusy):
            await two.say("0 fine", "a")
    assert await one.reception.recover() == 1
    await one.reception.rest()
    assert (await two.say("0 fine", "a")).reply == "答：0 fine"
    for store in stores:
        await store.aclose()


async def test_that_a_yes_written_before_the_proposal_was_read_counts_for_nothing(fang) -> None:
    proposal, early = await asyncio.gather(fang.say("取消订单TEA-88240"), fang.say("好的"))
    assert proposal.strategy == "confirm"
    assert early.strategy != "done"
    assert fang.status("TEA-88240") == "paid"
    assert (await fang.say("确认取消")).strategy == "done"
