from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from agent.messages import PendingAction, Stage
from agent.store.feedback import StoredFeedback
from agent.store.sqlite import SqliteStore, open_store
from channels.access.identity import CustomerGate, sign_token
from channels.access.keys import KeyRing, key_digest, new_key
from channels.http.app import create_app
from channels.http.feedback import FeedbackRoutes
from channels.turns import Turns

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"
KEY = new_key()
PAID = {"customer_id": "U1", "kind": "order_paid", "amount": 199.9, "at": "2026-11-20T10:00:00+08:00"}


@dataclass
class Desk:
    client: httpx.AsyncClient
    feedback: StoredFeedback


@pytest.fixture
async def store() -> AsyncIterator[SqliteStore]:
    opened = open_store("sqlite:///:memory:")
    yield opened
    await opened.aclose()


async def no_metrics() -> bytes:
    return b""


@pytest.fixture
async def open_desk(door, store):
    clients: list[httpx.AsyncClient] = []

    def make(*, guarded: bool = False) -> Desk:
        ring = KeyRing({"erp": key_digest(KEY)}) if guarded else KeyRing({})
        gate = CustomerGate(SECRET if guarded else None, trusts_statement=not guarded, keys=ring)
        turns = Turns(door)
        app = create_app(turns, gate=gate, exposition=no_metrics, checks={})
        feedback = StoredFeedback(store.writer, store.reader)
        app.include_router(FeedbackRoutes(turns, gate, feedback, "lanting", lambda: NOW).router())
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop")
        clients.append(client)
        return Desk(client, feedback)

    yield make
    for client in clients:
        await client.aclose()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_that_a_rating_is_kept_once(open_desk, door):
    desk = open_desk()
    door.keep("c/1", "U1")
    first = await desk.client.post("/conversations/c/1/rating", json={"rating": 5})
    second = await desk.client.post("/conversations/c/1/rating", json={"rating": 1})
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["error"]["code"] == "rated_already"
    assert (await desk.feedback.rating("c/1")).rating == 5


@pytest.mark.parametrize("rating", [0, 6, 3.5, "5", True, None])
async def test_that_only_one_to_five_is_a_rating(open_desk, door, rating):
    door.keep("c-1", "U1")
    answer = await open_desk().client.post("/conversations/c-1/rating", json={"rating": rating})
    assert answer.status_code == 422


async def test_that_another_customers_conversation_cannot_be_rated(open_desk, door):
    door.keep("c-1", "U1")
    token = sign_token(SECRET, "U2", expires_at=4e9)
    client = open_desk(guarded=True).client
    answers = [
        await client.post(f"/conversations/c-1/{path}", json={"rating": 1}, headers=bearer(token))
        for path in ("rating", "rating/ask")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_that_a_customer_is_asked_once_when_the_conversation_was_answered(open_desk, door):
    desk = open_desk()
    door.keep("c-1", "U1")
    first, second = [(await desk.client.post("/conversations/c-1/rating/ask")).json() for _ in range(2)]
    assert first["ask"] is True
    assert "满意" in first["words"]
    assert second == {"ask": False, "words": None}


@pytest.mark.parametrize(
    ("stage", "outcome", "waits", "asks"),
    [
        ("bot", "answered", False, True),
        ("bot", "answered", True, False),
        ("bot", "clarify", False, False),
        ("queued", "handoff", False, False),
        ("human", "handoff", False, False),
        ("closed", "handoff", False, True),
    ],
)
async def test_that_nobody_is_asked_who_still_waits(open_desk, door, stage: Stage, outcome, waits, asks):
    door.keep("c-1", "U1")
    state, (turn,) = door.kept["c-1"]
    pending = PendingAction("cancel_order", {}, "h", "取消", "t-1") if waits else None
    kept = replace(state, stage=stage, pending=pending), (replace(turn, reply=replace(turn.reply, outcome=outcome)),)
    door.kept["c-1"] = kept
    assert (await open_desk().client.post("/conversations/c-1/rating/ask")).json()["ask"] is asks


async def test_that_an_event_counts_once_with_its_amount(open_desk):
    desk = open_desk()
    answers = [(await desk.client.post("/events", json=PAID)).json() for _ in range(2)]
    assert [answer["new"] for answer in answers] == [True, False]
    (event,) = await desk.feedback.events("lanting", NOW.replace(year=2020))
    assert (event.customer_id, event.amount, event.at) == (
        "U1",
        Decimal("199.9"),
        datetime(2026, 11, 20, 2, tzinfo=UTC),
    )


async def test_that_two_orders_of_one_amount_are_told_apart_by_their_number(open_desk):
    desk = open_desk()
    for number in ("o-1", "o-2"):
        assert (await desk.client.post("/events", json=PAID | {"event_id": number})).json()["new"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "seen"}, {"amount": -1}, {"at": "2026-11-20T10:00:00"}, {"more": 1}, {"customer_id": ""}]
)
async def test_that_an_event_that_does_not_fit_is_refused(open_desk, wrong):
    assert (await open_desk().client.post("/events", json=PAID | wrong)).status_code == 422


async def test_that_only_the_shops_own_systems_report_events(open_desk):
    client = open_desk(guarded=True).client
    customer = bearer(sign_token(SECRET, "U1", expires_at=4e9))
    answers = [await client.post("/events", json=PAID, headers=headers) for headers in ({}, customer, bearer(KEY))]
    assert [answer.status_code for answer in answers] == [403, 403, 200]
