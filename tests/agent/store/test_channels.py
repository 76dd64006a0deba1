"""What channels keep, proven on each database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.messages import CustomerMessage
from agent.state import ConversationState
from agent.store.channels import ChannelMemory, Sending
from agent.store.durable import DurableStore
from agent.store.records import Amendment, Move, Said, TurnEffects
from agent.store.upkeep.customers import erase_customer

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
MINE = ConversationState(customer_id="U1001")


@pytest.fixture
def memory(store: DurableStore) -> ChannelMemory:
    return ChannelMemory(store.writer, store.reader)


@pytest.fixture
def hand_over(store: DurableStore, make_turn, ticket):
    """Makes a conversation wait for a person."""

    async def hand(conversation: str = "c-1", channel: str = "desk") -> None:
        own = replace(ticket, ticket_id=f"k-{conversation}", conversation_id=conversation)
        moves = (Move("bot", "queued", "bot", "requested", NOW, own.ticket_id),)
        turn = replace(make_turn(conversation), request={"text": "人工", "channel": channel})
        await store.commit(turn, replace(MINE, stage="queued"), 0, own, TurnEffects(moves=moves))

    return hand


async def test_that_a_channel_recalls_what_it_kept_last(memory):
    await memory.remember("wecom", "cursor", "a")
    await memory.remember("wecom", "cursor", "b")
    assert await memory.recall("wecom", "cursor") == "b"
    assert await memory.recall("chatwoot", "cursor") is None


async def test_that_a_channel_finds_what_it_keeps_under_keys_that_begin_alike(memory):
    for name, value in (("due/b", "2"), ("due/a", "1"), ("dusk", "3")):
        await memory.remember("wecom", name, value)
    await memory.remember("wecomx", "due/c", "4")
    assert await memory.kept_under("wecom", "due/") == {"a": "1", "b": "2"}


async def test_that_a_new_follower_is_told_of_later_moves_only(memory, hand_over):
    await hand_over("c-1")
    assert await memory.untold("desk") == ()
    await hand_over("c-2", channel="wecom")
    (logged,) = await memory.untold("desk")
    assert (logged.conversation_id, logged.customer_id, logged.channel) == ("c-2", "U1001", "wecom")
    assert (logged.move.from_stage, logged.move.to_stage, logged.move.ticket_id) == ("bot", "queued", "k-c-2")


async def test_that_a_move_is_told_until_it_is_marked_and_a_sweep_changes_nothing(memory, hand_over):
    await memory.untold("desk")
    for name in ("c-1", "c-2", "c-3"):
        await hand_over(name)
    first, _, third = await memory.untold("desk")
    await memory.mark_told("desk", first)
    await memory.mark_told("desk", third)
    for now in (NOW, NOW + timedelta(days=1)):
        await memory.sweep("desk", now)
        assert [logged.conversation_id for logged in await memory.untold("desk")] == ["c-2"]


async def test_that_what_was_sent_is_counted_since_the_customers_last_message(store, memory, make_turn):
    assert await memory.sending("c-1") == Sending(None)
    for number in (1, 2):
        await store.accept(CustomerMessage("c-1", f"m-{number}", "U1001", "在吗"), f"d{number}", "outbox")
        await store.commit(make_turn(message=f"m-{number}", digest=f"d{number}"), MINE, number - 1)
        await store.release(f"t-c-1-m-{number}", NOW)
        await store.mark_sent(f"t-c-1-m-{number}")
    await store.amend(Amendment("c-1", 2, MINE, NOW, said=(Said("s-1", "person", "您好", "Lin"),)))
    await store.release("s-1", NOW)
    await store.mark_sent("s-1")
    await store.amend(Amendment("c-1", 3, MINE, NOW, said=(Said("f-1", "person", "另一处说的", "Lin", is_sent=True),)))
    found = await memory.sending("c-1")
    assert found.texts == ("亲,在的", "您好")
    assert found.asked_at is not None


async def test_that_people_see_which_words_did_not_reach_the_customer(store, make_turn):
    await store.accept(CustomerMessage("c-1", "m-1", "U1001", "在吗"), "d", "outbox")
    await store.commit(make_turn(), MINE, 0)
    await store.release("t-c-1-m-1", NOW)
    assert not await store.mark_undelivered("t-c-1-m-1"), "it is not sent yet"
    await store.mark_sent("t-c-1-m-1")
    assert await store.mark_undelivered("t-c-1-m-1")
    assert [entry.status for entry in await store.thread("c-1")][-1] == "failed"


async def test_that_an_erasure_takes_along_what_a_channel_keeps_of_a_conversation(store, memory, hand_over):
    await hand_over("c-1")
    await memory.remember("wecom", "servicer", "zhang", "c-1")
    await erase_customer(store, "U1001")
    assert await memory.recall("wecom", "servicer") is None
