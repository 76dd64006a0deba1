"""The inbox and the outbox, proven on each database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import ConversationBusy, ConversationOwnedByAnother, MessageIdReused
from agent.messages import CustomerMessage
from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.opening import open_store
from agent.store.records import Amendment, Move, Said, TurnEffects

MINE = ConversationState(customer_id="U1001")


def _message(number: int, customer: str = "U1001") -> CustomerMessage:
    return CustomerMessage("c-1", f"m-{number}", customer, f"第{number}条")


def _move(ticket, begin: str, end: str) -> Move:
    return Move(begin, end, "Lin", "taken", ticket.created_at, ticket.ticket_id)


async def _queue(store: DurableStore, make_turn, ticket) -> ConversationState:
    """Have a conversation wait for a person."""
    queued = replace(MINE, stage="queued")
    moves = (Move("bot", "queued", "bot", "requested", ticket.created_at, ticket.ticket_id),)
    await store.commit(make_turn(message="m-1"), queued, 0, ticket, TurnEffects(moves=moves))
    return queued


async def test_that_accepted_messages_survive_in_order(url: str):
    store = open_store(url)
    for number in (3, 1, 2):
        assert (await store.accept(_message(number), f"d{number}", "outbox")).is_new
    await store.aclose()

    again = open_store(url)
    assert [waiting.message for waiting in await again.waiting("c-1")] == [_message(n) for n in (3, 1, 2)]
    assert await again.waiting_conversations() == ("c-1",)
    await again.aclose()


async def test_that_a_message_is_accepted_once(store: DurableStore):
    assert (await store.accept(_message(1), "d", "outbox")).is_new
    assert not (await store.accept(_message(1), "d", "outbox")).is_new
    with pytest.raises(MessageIdReused):
        await store.accept(_message(1), "other", "outbox")
    with pytest.raises(ConversationOwnedByAnother):
        await store.accept(_message(2, "U2"), "d", "outbox")


async def test_that_one_message_accepted_by_many_at_once_is_new_once(store: DurableStore):
    accepted = await asyncio.gather(*(store.accept(_message(1), "d", "outbox") for _ in range(12)))

    assert sum(one.is_new for one in accepted) == 1
    assert len(await store.waiting("c-1")) == 1


async def test_that_an_answered_message_waits_no_more_and_tells_its_turn(store: DurableStore, make_turn):
    await store.accept(_message(1), "d", "outbox")
    await store.commit(make_turn(), MINE, 0)

    assert await store.waiting("c-1") == ()
    accepted = await store.accept(_message(1), "d", "outbox")
    assert accepted.turn == make_turn()


async def test_that_work_begun_again_is_counted(store: DurableStore):
    await store.accept(_message(1), "d", "outbox")

    assert [await store.begin_again("c-1", "m-1") for _ in range(2)] == [1, 2]
    assert await store.begin_again("c-1", "m-9") == 0


async def test_that_replies_leave_in_order_and_once(store: DurableStore, make_turn, ticket):
    for number in (1, 2):
        await store.commit(make_turn(message=f"m-{number}"), MINE, number - 1)
    now = ticket.created_at
    assert (await store.release("t-c-1-m-2", now)).verdict == "wait"
    assert (await store.release("t-c-1-m-1", now)).verdict == "send"
    assert [await store.mark_sent("t-c-1-m-1"), await store.mark_sent("t-c-1-m-1")] == [True, False]
    assert (await store.release("t-c-1-m-1", now)).verdict == "gone"
    assert (await store.release("t-c-1-m-2", now)).verdict == "send"


async def test_that_a_failed_sending_waits_for_its_time(store: DurableStore, make_turn, ticket):
    now = ticket.created_at
    await store.commit(make_turn(), MINE, 0)
    await store.release("t-c-1-m-1", now)
    await store.mark_failed("t-c-1-m-1", now + timedelta(minutes=1))

    assert (await store.release("t-c-1-m-1", now)).verdict == "wait"
    assert (await store.release("t-c-1-m-1", now + timedelta(minutes=2))).message.attempts == 2


async def test_that_a_person_who_takes_over_withdraws_what_the_bot_said(store: DurableStore, make_turn, ticket):
    queued = await _queue(store, make_turn, ticket)
    taken = replace(queued, stage="human")
    said = Said("p-1", "person", "您好,我是小林", person="Lin")
    amendment = Amendment("c-1", 1, taken, ticket.created_at, (_move(ticket, "queued", "human"),), None, (said,))

    assert await store.amend(amendment)
    assert [message.text for message in await store.unsent()] == ["您好,我是小林"]
    assert (await store.release("t-c-1-m-1", ticket.created_at)).verdict == "gone"
    assert [move.to_stage for move in await store.moves("c-1")] == ["queued", "human"]


async def test_that_a_move_from_another_stage_or_version_changes_nothing(store: DurableStore, make_turn, ticket):
    queued = await _queue(store, make_turn, ticket)
    taken, move = replace(queued, stage="human"), _move(ticket, "queued", "human")
    await store.amend(Amendment("c-1", 1, taken, ticket.created_at, (move,)))

    for version, begin in ((1, "queued"), (2, "queued")):
        late = Amendment("c-1", version, taken, ticket.created_at, (_move(ticket, begin, "human"),))
        with pytest.raises(ConversationBusy):
            await store.amend(late)
    assert len(await store.moves("c-1")) == 2


async def test_that_two_people_who_take_at_once_do_not_both_have_it(store: DurableStore, make_turn, ticket):
    queued = await _queue(store, make_turn, ticket)
    taken, move = replace(queued, stage="human"), _move(ticket, "queued", "human")
    changes = (store.amend(Amendment("c-1", 1, taken, ticket.created_at, (move,))) for _ in range(8))
    ended = await asyncio.gather(*changes, return_exceptions=True)

    assert sum(end is True for end in ended) == 1
    assert {type(end) for end in ended if end is not True} == {ConversationBusy}


async def test_that_tickets_are_due_in_order(store: DurableStore, make_turn, ticket):
    due = replace(ticket, due_at=ticket.created_at + timedelta(minutes=2))
    await _queue(store, make_turn, due)

    assert await store.due_tickets(ticket.created_at) == ()
    assert await store.due_tickets(ticket.created_at + timedelta(minutes=3)) == (due,)
    assert await store.ticket(due.ticket_id) == due


async def test_that_a_thread_holds_all_that_was_written_in_order(store: DurableStore, make_turn, ticket):
    queued = await _queue(store, make_turn, ticket)
    said = Said("p-1", "person", "您好,我是小林", person="Lin")
    taken = replace(queued, stage="human")
    move = _move(ticket, "queued", "human")
    await store.amend(Amendment("c-1", 1, taken, ticket.created_at, (move,), None, (said,)))

    assert [entry.role for entry in await store.thread("c-1")] == ["customer", "assistant", "person"]
