import asyncio
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import ConversationBusy, MessageIdReused, SettingsError, StoreError
from agent.messages import Reply
from agent.state import ConversationState
from agent.store.errors import RecordUnstorable, StoreUnavailable
from agent.store.port import HandoffTicket, TurnRecord
from agent.store.sqlite import SqliteStore, open_store

MakeTurn = Callable[..., TurnRecord]


async def test_that_a_conversation_survives_reopening(
    url: str, make_turn: MakeTurn, state: ConversationState, ticket: HandoffTicket, reply: Reply
):
    turn = replace(make_turn(), reply=replace(reply, turn_id="t-c-1-m-1"))
    first = open_store(url)
    await first.commit(turn, state, 0, ticket)
    await first.aclose()

    again = open_store(url)
    loaded = await again.load("c-1")
    assert loaded is not None
    assert (loaded.state, loaded.version, loaded.shop_id) == (state, 1, "lanting")
    assert await again.find_turn("c-1", "m-1") == turn
    assert await again.open_tickets() == (ticket,)
    await again.aclose()


async def test_that_an_unknown_conversation_is_none(store: SqliteStore):
    assert await store.load("c-1") is None
    assert await store.find_turn("c-1", "m-1") is None
    assert await store.turns("c-1") == ()


async def test_that_a_memory_store_works_alike(make_turn: MakeTurn, state: ConversationState):
    store = open_store("sqlite:///:memory:")
    await store.commit(make_turn(), state, 0)

    assert await store.turns("c-1") == (make_turn(),)
    await store.aclose()


async def test_that_a_transcript_is_in_the_order_of_commits(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState
):
    for version, message in enumerate(("m-9", "m-1", "m-5")):
        await store.commit(make_turn(message=message), state, version)

    assert [turn.message_id for turn in await store.turns("c-1")] == ["m-9", "m-1", "m-5"]


@pytest.mark.parametrize("stale", [0, 1, 3])
async def test_that_a_commit_on_another_version_is_busy_and_stores_nothing(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState, stale: int
):
    await store.commit(make_turn(message="m-1"), state, 0)
    await store.commit(make_turn(message="m-2"), state, 1)

    with pytest.raises(ConversationBusy):
        await store.commit(make_turn(message="m-3"), replace(state, anger=9), stale)

    loaded = await store.load("c-1")
    assert loaded is not None
    assert (loaded.version, loaded.state) == (2, state)
    assert await store.find_turn("c-1", "m-3") is None


async def test_that_a_message_answered_meanwhile_is_busy_so_that_its_repeat_finds_the_reply(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState
):
    await store.commit(make_turn(text="先到的"), state, 0)
    late = make_turn(text="后到的")
    late = replace(late, turn_id="t-late", reply=replace(late.reply, turn_id="t-late"))

    with pytest.raises(ConversationBusy):
        await store.commit(late, state, 1)

    found = await store.find_turn("c-1", "m-1")
    assert found is not None
    assert found.reply.reply == "先到的"


async def test_that_a_message_id_with_another_text_is_refused(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState
):
    await store.commit(make_turn(digest="one"), state, 0)

    with pytest.raises(MessageIdReused):
        await store.commit(make_turn(digest="two"), state, 1)


async def test_that_the_same_message_id_in_two_conversations_is_two_messages(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState
):
    await store.commit(make_turn("c-1", "m-1"), state, 0)
    await store.commit(make_turn("c-2", "m-1"), state, 0)

    assert [len(await store.turns(name)) for name in ("c-1", "c-2")] == [1, 1]


async def test_that_a_turn_id_is_used_once(store: SqliteStore, make_turn: MakeTurn, state: ConversationState):
    await store.commit(make_turn(), state, 0)
    other = replace(make_turn(message="m-2"), turn_id="t-c-1-m-1")
    other = replace(other, reply=replace(other.reply, turn_id="t-c-1-m-1"))

    with pytest.raises(StoreError, match="was used before"):
        await store.commit(other, state, 1)


async def test_that_a_reply_of_another_turn_is_refused(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState, reply: Reply
):
    with pytest.raises(RecordUnstorable, match="its reply is for"):
        await store.commit(replace(make_turn(), reply=replace(reply, turn_id="t-other")), state, 0)


async def test_that_a_later_turn_closes_its_ticket(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState, ticket: HandoffTicket
):
    await store.commit(make_turn(message="m-1"), state, 0, ticket)
    await store.commit(make_turn(message="m-2"), state, 1, replace(ticket, status="closed"))

    assert await store.open_tickets() == ()


async def test_that_a_ticket_of_another_conversation_is_left_alone(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState, ticket: HandoffTicket
):
    await store.commit(make_turn("c-1"), state, 0, ticket)

    with pytest.raises(RecordUnstorable, match="another conversation"):
        await store.commit(make_turn("c-2"), state, 0, replace(ticket, conversation_id="c-2"))

    assert await store.load("c-2") is None
    assert await store.open_tickets() == (ticket,)


async def test_that_open_tickets_come_oldest_first(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState, ticket: HandoffTicket
):
    older = replace(ticket, ticket_id="k-0", created_at=ticket.created_at - timedelta(days=1))
    await store.commit(make_turn(message="m-1"), state, 0, ticket)
    await store.commit(make_turn(message="m-2"), state, 1, older)

    assert [waiting.ticket_id for waiting in await store.open_tickets()] == ["k-0", "k-1"]


async def test_that_a_reply_waits_in_the_outbox_until_it_is_sent_once(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState
):
    await store.commit(make_turn(message="m-1", text="亲,在的"), state, 0)
    await store.commit(make_turn(message="m-2", text=""), state, 1)

    assert [(waiting.turn_id, waiting.text) for waiting in await store.unsent()] == [("t-c-1-m-1", "亲,在的")]
    assert [await store.mark_sent("t-c-1-m-1"), await store.mark_sent("t-c-1-m-1")] == [True, False]
    assert await store.unsent() == ()


async def test_that_half_characters_in_a_trace_do_not_cost_a_turn(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState
):
    turn = replace(make_turn(), trace={"draft": "好\ud83d"})
    await store.commit(turn, state, 0)

    assert await store.find_turn("c-1", "m-1") == turn


async def test_that_an_id_that_is_no_text_is_refused_and_the_store_goes_on(
    store: SqliteStore, make_turn: MakeTurn, state: ConversationState
):
    with pytest.raises(StoreError, match="cannot be stored"):
        await store.commit(make_turn("c-\ud83d"), state, 0)

    await store.commit(make_turn("c-1"), state, 0)
    assert len(await store.turns("c-1")) == 1


async def test_that_two_processes_share_a_file(url: str, make_turn: MakeTurn, state: ConversationState):
    one, two = open_store(url), open_store(url)
    await one.commit(make_turn(message="m-1"), state, 0)
    with pytest.raises(ConversationBusy):
        await two.commit(make_turn(message="m-2"), state, 0)
    await two.commit(make_turn(message="m-2"), state, 1)

    assert len(await one.turns("c-1")) == 2
    await asyncio.gather(one.aclose(), two.aclose())


async def test_that_a_closed_store_says_so(store: SqliteStore, make_turn: MakeTurn, state: ConversationState):
    await store.aclose()

    with pytest.raises(StoreUnavailable, match="closed"):
        await store.load("c-1")
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.commit(make_turn(), state, 0)


async def test_that_only_the_owner_may_read_the_file(tmp_path: Path):
    path = tmp_path / "new" / "folder" / "store.db"
    await open_store(f"sqlite:///{path}").aclose()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["postgresql://localhost/shop", "store.db", "sqlite:///", "sqlite://store.db", ""])
def test_that_another_url_is_refused_with_what_is_supported(url: str):
    with pytest.raises(SettingsError, match="use 'sqlite:///path"):
        open_store(url)
