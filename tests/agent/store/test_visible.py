"""What customers may see of their conversations, proven on each database."""

from dataclasses import replace

import pytest

from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.records import Amendment, Move, Said, TurnEffects
from agent.store.visible import Cursor, VisibleThread

MINE = ConversationState(customer_id="U1001")
TOLD = TurnEffects(told=True)
START = Cursor()


@pytest.fixture
def thread(store: DurableStore) -> VisibleThread:
    return VisibleThread(store.writer, store.reader)


@pytest.fixture
def write(store: DurableStore, ticket):
    """Has a person write in a conversation, which they take with their first words."""
    version = 1

    async def _write(text: str) -> str:
        nonlocal version
        taken = replace(MINE, stage="human", ticket_id=ticket.ticket_id)
        moves = (
            ()
            if version > 1
            else (
                Move("bot", "queued", "bot", "requested", ticket.created_at, ticket.ticket_id),
                Move("queued", "human", "Lin", "taken", ticket.created_at, ticket.ticket_id),
            )
        )
        own = replace(ticket, status="taken", person="Lin")
        said = (Said(f"p-{text}", "person", text, "Lin"),)
        await store.amend(Amendment("c-1", version, taken, ticket.created_at, moves, own, said))
        version += 1
        return f"p-{text}"

    return _write


async def test_that_an_unknown_conversation_has_nothing(thread):
    assert await thread.standing("c-1") is None
    assert await thread.since("c-1", START) is None
    assert await thread.acknowledge("c-1", Cursor("t", "p")) is False


async def test_that_a_turn_is_read_once_with_its_question_before_its_answer(thread, store, make_turn):
    await store.commit(make_turn(), MINE, 0, effects=TOLD)
    view = await thread.since("c-1", START)
    assert [(one.role, one.text) for one in view.entries] == [("customer", "在吗"), ("bot", "亲,在的")]
    assert [one.cursor is None for one in view.entries] == [True, False]
    assert (await thread.since("c-1", view.cursor)).entries == ()


async def test_that_a_person_is_named_only_while_they_have_it(thread, store, make_turn, write, ticket):
    await store.commit(make_turn(), MINE, 0, effects=TOLD)
    await write("在的")
    standing = await thread.standing("c-1")
    assert (standing.stage, standing.person) == ("human", "Lin")
    back = Move("human", "returning", "Lin", "given_back", ticket.created_at, ticket.ticket_id)
    await store.amend(Amendment("c-1", 2, replace(MINE, stage="returning"), ticket.created_at, (back,)))
    assert (await thread.standing("c-1")).person is None


async def test_that_words_are_let_out_one_by_one_as_they_are_acknowledged(thread, store, make_turn, write, ticket):
    await store.commit(make_turn(), MINE, 0, effects=TOLD)
    first, second = await write("一"), await write("二")
    view = await thread.since("c-1", START)
    assert (view.unsent, view.cursor.outgoing) == (first, "")
    await store.release(first, ticket.created_at)
    view = await thread.since("c-1", START, first)
    assert (view.entries[-1].text, view.entries[-1].person) == ("一", "Lin")
    assert (await thread.since("c-1", view.cursor)).unsent is None  # the first is out, and nobody has it for sure
    assert await thread.acknowledge("c-1", view.cursor)
    assert not await thread.acknowledge("c-1", view.cursor)
    assert (await thread.since("c-1", view.cursor)).unsent == second


async def test_that_only_what_was_let_out_is_acknowledged(thread, store, make_turn, write):
    await store.commit(make_turn(), MINE, 0, effects=TOLD)
    only = await write("一")
    assert not await thread.acknowledge("c-1", Cursor("", only))
    assert (await store.unsent())[0].message_id == only


async def test_that_a_reply_in_the_outbox_is_seen_when_it_was_sent_and_not_when_it_was_withdrawn(
    thread, store, make_turn, ticket
):
    await store.commit(make_turn(message="m-1"), MINE, 0)
    assert [one.role for one in (await thread.whole("c-1")).entries] == ["customer"]
    await store.release("t-c-1-m-1", ticket.created_at)
    await store.mark_sent("t-c-1-m-1")
    assert [one.role for one in (await thread.whole("c-1")).entries] == ["customer", "bot"]
    await store.commit(make_turn(message="m-2", text="晚了"), MINE, 1)
    moves = (
        Move("bot", "queued", "bot", "requested", ticket.created_at, ticket.ticket_id),
        Move("queued", "human", "Lin", "taken", ticket.created_at, ticket.ticket_id),
    )
    taken = replace(MINE, stage="human", ticket_id=ticket.ticket_id)
    await store.amend(Amendment("c-1", 2, taken, ticket.created_at, moves, ticket))
    view = await thread.whole("c-1")
    assert "晚了" not in [one.text for one in view.entries]
    assert view.cursor.outgoing == "t-c-1-m-2"  # passed over for good


async def test_that_a_cursor_of_another_conversation_counts_as_none(thread, store, make_turn):
    for conversation in ("c-1", "c-2"):
        await store.commit(make_turn(conversation), MINE, 0, effects=TOLD)
    view = await thread.since("c-1", Cursor("t-c-2-m-1", ""))
    assert len(view.entries) == 2


async def test_that_every_change_is_felt(thread, store, make_turn, write, ticket):
    felt = [await thread.pulse("c-1")]
    await store.commit(make_turn(), MINE, 0, effects=TOLD)
    felt.append(await thread.pulse("c-1"))
    only = await write("一")
    felt.append(await thread.pulse("c-1"))
    await store.release(only, ticket.created_at)
    await store.mark_sent(only)
    felt.append(await thread.pulse("c-1"))
    assert len(set(felt)) == 4
    assert await thread.pulse("c-1") == felt[-1]
