"""What every store promises, proven on each database."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import ConversationBusy, MessageIdReused, StoreError
from agent.messages import Reply
from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.errors import RecordUnstorable, StoreUnavailable
from agent.store.opening import open_store
from agent.store.port import HandoffTicket, TurnRecord
from agent.store.records import Amendment

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


async def test_that_an_unknown_conversation_is_none(store: DurableStore):
    assert await store.load("c-1") is None
    assert await store.find_turn("c-1", "m-1") is None
    assert await store.turns("c-1") == ()


async def test_that_a_transcript_is_in_the_order_of_commits(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
):
    for version, message in enumerate(("m-9", "m-1", "m-5")):
        await store.commit(make_turn(message=message), state, version)

    assert [turn.message_id for turn in await store.turns("c-1")] == ["m-9", "m-1", "m-5"]


async def test_that_a_conversation_may_begin_with_a_person_and_only_once(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
):
    begins = Amendment("c-1", 0, state, make_turn().created_at, shop_id="lanting")
    assert await store.amend(begins)
    loaded = await store.load("c-1")
    assert loaded is not None
    assert (loaded.state, loaded.version, loaded.shop_id) == (state, 1, "lanting")
    with pytest.raises(ConversationBusy):
        await store.amend(begins)
    with pytest.raises(ConversationBusy):
        await store.commit(make_turn(), state, 0)


@pytest.mark.parametrize("stale", [0, 1, 3])
async def test_that_a_commit_on_another_version_is_busy_and_stores_nothing(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState, stale: int
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
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
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
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
):
    await store.commit(make_turn(digest="one"), state, 0)

    with pytest.raises(MessageIdReused):
        await store.commit(make_turn(digest="two"), state, 1)


async def test_that_the_same_message_id_in_two_conversations_is_two_messages(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
):
    await store.commit(make_turn("c-1", "m-1"), state, 0)
    await store.commit(make_turn("c-2", "m-1"), state, 0)

    assert [len(await store.turns(name)) for name in ("c-1", "c-2")] == [1, 1]


async def test_that_a_turn_id_is_used_once(store: DurableStore, make_turn: MakeTurn, state: ConversationState):
    await store.commit(make_turn(), state, 0)
    other = replace(make_turn(message="m-2"), turn_id="t-c-1-m-1")
    other = replace(other, reply=replace(other.reply, turn_id="t-c-1-m-1"))

    with pytest.raises(StoreError, match="was used before"):
        await store.commit(other, state, 1)


async def test_that_a_reply_of_another_turn_is_refused(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState, reply: Reply
):
    with pytest.raises(RecordUnstorable, match="its reply is for"):
        await store.commit(replace(make_turn(), reply=replace(reply, turn_id="t-other")), state, 0)


async def test_that_a_later_turn_closes_its_ticket(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState, ticket: HandoffTicket
):
    await store.commit(make_turn(message="m-1"), state, 0, ticket)
    await store.commit(make_turn(message="m-2"), state, 1, replace(ticket, status="closed"))

    assert await store.open_tickets() == ()


async def test_that_a_ticket_of_another_conversation_is_left_alone(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState, ticket: HandoffTicket
):
    await store.commit(make_turn("c-1"), state, 0, ticket)

    with pytest.raises(RecordUnstorable, match="another conversation"):
        await store.commit(make_turn("c-2"), state, 0, replace(ticket, conversation_id="c-2"))

    assert await store.load("c-2") is None
    assert await store.open_tickets() == (ticket,)


async def test_that_open_tickets_come_oldest_first(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState, ticket: HandoffTicket
):
    older = replace(ticket, ticket_id="k-0", created_at=ticket.created_at - timedelta(days=1))
    await store.commit(make_turn(message="m-1"), state, 0, ticket)
    await store.commit(make_turn(message="m-2"), state, 1, older)

    assert [waiting.ticket_id for waiting in await store.open_tickets()] == ["k-0", "k-1"]


async def test_that_a_reply_waits_in_the_outbox_until_it_is_sent_once(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
):
    await store.commit(make_turn(message="m-1", text="亲,在的"), state, 0)
    await store.commit(make_turn(message="m-2", text=""), state, 1)

    assert [(waiting.message_id, waiting.text) for waiting in await store.unsent()] == [("t-c-1-m-1", "亲,在的")]
    assert [await store.mark_sent("t-c-1-m-1"), await store.mark_sent("t-c-1-m-1")] == [True, False]
    assert await store.unsent() == ()


async def test_that_half_characters_in_a_trace_do_not_cost_a_turn(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
):
    turn = replace(make_turn(), trace={"draft": "好\ud83d"})
    await store.commit(turn, state, 0)

    assert await store.find_turn("c-1", "m-1") == turn


async def test_that_an_id_that_is_no_text_is_refused_and_the_store_goes_on(
    store: DurableStore, make_turn: MakeTurn, state: ConversationState
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


async def test_that_a_closed_store_says_so(store: DurableStore, make_turn: MakeTurn, state: ConversationState):
    await store.aclose()

    with pytest.raises(StoreUnavailable, match="closed"):
        await store.load("c-1")
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.commit(make_turn(), state, 0)


async def test_that_commits_of_32_conversations_at_once_are_all_durable(
    url: str, make_turn: MakeTurn, state: ConversationState
):
    store = open_store(url)
    jobs = [(f"c-{n}", f"m-{version}", version) for version in (0, 1) for n in range(32)]
    for round_of in (jobs[:32], jobs[32:]):
        await asyncio.gather(*(store.commit(make_turn(c, m), state, version) for c, m, version in round_of))
    await store.aclose()

    again = open_store(url)
    assert [await again.find_turn(c, m) for c, m, _ in jobs] == [make_turn(c, m) for c, m, _ in jobs]
    await again.aclose()


async def test_that_a_conflict_fails_alone(store: DurableStore, make_turn: MakeTurn, state: ConversationState):
    pairs = [(f"c-{n}", message) for n in range(32) for message in ("m-1", "m-2")]
    ended = await asyncio.gather(*(store.commit(make_turn(*pair), state, 0) for pair in pairs), return_exceptions=True)

    for one, two in zip(ended[::2], ended[1::2], strict=True):
        assert {type(one), type(two)} == {type(None), ConversationBusy}
    assert [len(await store.turns(f"c-{n}")) for n in range(32)] == [1] * 32
