import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.messages import CustomerMessage
from agent.state import ConversationState
from agent.store.channels import NAMES_CUSTOMER, ChannelMemory
from agent.store.durable import DurableStore
from agent.store.records import HandoffTicket, Move, TurnEffects, TurnRecord

SECRET = "住在梧桐路八号"
"""Stands in everything personal of customer U1001."""
CUSTOMER = "U100%_1"
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
async def kept(store: DurableStore, make_turn: Callable[..., TurnRecord], ticket: HandoffTicket) -> DurableStore:
    """Two conversations of a customer with everything that can be stored, and one of another customer."""
    mine = ConversationState(customer_id=CUSTOMER, history=(("customer", SECRET),))
    for conversation in ("c-1", "c-2"):
        turn = make_turn(conversation, "m-1", text=f"好的,{SECRET}")
        turn = replace(turn, request={"customer_id": CUSTOMER, "text": SECRET}, trace={"drafts": [SECRET]})
        await store.commit(turn, mine, 0)
    move = Move("bot", "queued", "bot", "customer_asked", NOW, "k-1", SECRET)
    package = replace(ticket, package={"summary": SECRET})
    last = make_turn("c-1", "m-2", text=SECRET)
    await store.commit(last, replace(mine, stage="queued"), 1, package, TurnEffects(moves=(move,)))
    await store.intend("key-1", "c-1", "t-c-1-m-1", "change_address", {"address": SECRET})
    await store.settle("key-1", "done", {"receipt_id": "R1", "detail": {"address": SECRET}})
    await store.accept(CustomerMessage("c-1", "m-3", CUSTOMER, SECRET), "digest", "outbox")
    await store.accept(CustomerMessage("c-4", "m-1", CUSTOMER, SECRET), "digest", "outbox")
    await store.commit(make_turn("c-3", "x-9", text="别人的话"), ConversationState(customer_id="U100xx1"), 0)
    await store.writer.run("keep what shoppers did", _rate)
    return store


@pytest.fixture
def vouch(kept: DurableStore):
    """A link of the shop's login brings a customer into a channel, where they write nothing."""

    async def come(customer_id: str, conversation_id: str) -> None:
        told = json.dumps({NAMES_CUSTOMER: customer_id, "until": 1.0})
        memory = ChannelMemory(kept.writer, kept.reader)
        await memory.remember("wecom", f"login/{conversation_id}", told, conversation_id)

    return come


def _rate(connection) -> None:
    kept = "INSERT INTO channel_memory (name, conversation_id, value, changed_at) VALUES ('desk/c-1', 'c-1', ?, '')"
    connection.execute(kept, (SECRET,))
    connection.execute("INSERT INTO ratings (conversation_id, rating) VALUES ('c-1', 5)")
    event = "INSERT INTO shop_events (event_id, shop_id, customer_id, kind, at) VALUES (?, 's', ?, 'order', '')"
    connection.execute(event, ("event-1", CUSTOMER))
    connection.execute(event, ("event-2", "U100xx1"))
