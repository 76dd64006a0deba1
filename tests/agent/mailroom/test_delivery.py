import asyncio
from dataclasses import replace
from datetime import timedelta

from agent.errors import DeliveryFailed


async def test_that_a_reply_is_sent_once(scene) -> None:
    await scene.write("1 fine")
    assert [await scene.delivery.deliver(), await scene.delivery.deliver()] == [1, 0]
    assert scene.sent == ["答：1 fine"]


async def test_that_a_message_keeps_its_id_whenever_it_is_sent(scene) -> None:
    await scene.write("1 fine")
    (one,) = await scene.store.unsent()
    first = await scene.store.release(one.message_id, scene.now)
    again = await scene.store.release(one.message_id, scene.now)
    assert first.message.message_id == again.message.message_id == one.message_id
    assert (first.message.attempts, again.message.attempts) == (1, 2)


async def test_that_a_failed_message_holds_back_what_comes_after_it(scene) -> None:
    await scene.write("1 asks")
    (ticket,) = await scene.desk.queue()
    await scene.delivery.deliver()
    await scene.desk.take(ticket.ticket_id, "小王")
    await scene.desk.reply(ticket.ticket_id, "小王", "一", "p-1")
    scene.failure = DeliveryFailed("p-1", "down", retry_after_s=60)
    await scene.delivery.deliver()
    scene.failure = None
    await scene.desk.reply(ticket.ticket_id, "小王", "二", "p-2")
    assert await scene.delivery.deliver() == 0
    scene.now += timedelta(seconds=61)
    await scene.delivery.deliver()
    assert scene.sent[1:] == ["一", "二"]


async def test_that_a_message_is_given_up_after_many_attempts_or_a_final_failure(scene) -> None:
    await scene.write("1 fine")
    scene.failure = DeliveryFailed("m", "down")
    for _ in range(12):
        await scene.delivery.deliver()
        scene.now += timedelta(minutes=6)
    assert await scene.store.unsent() == ()
    await scene.write("2 fine")
    scene.failure = DeliveryFailed("m", "the customer is gone", is_final=True)
    await scene.delivery.deliver()
    assert await scene.store.unsent() == ()


async def test_that_a_channel_gets_its_own_messages_only(scene) -> None:
    await scene.write("1 fine")
    assert await scene.store.unsent(channel="wecom") == ()
    assert len(await scene.store.unsent(channel="web")) == 1


async def test_that_a_reply_told_in_its_response_is_not_sent_again(scene) -> None:
    await scene.say("1 fine")
    assert await scene.store.unsent() == ()


async def test_that_a_slow_conversation_does_not_hold_up_another(scene):
    for name in ("c-1", "c-2"):
        await scene.reception.accept(replace(scene.message(name), conversation_id=name))
    await scene.reception.rest()
    both = asyncio.Barrier(2)

    async def meet(message) -> None:
        await both.wait()

    scene.send = meet
    async with asyncio.timeout(20):
        assert await scene.delivery.deliver() == 2
