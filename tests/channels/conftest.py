"""A scripted door and the app before it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from agent.messages import CustomerMessage, Reply, Source, ToolUse
from agent.state import ConversationState
from agent.store.port import TurnRecord
from channels.admission import Admission
from channels.door import Kept
from channels.http.app import create_app
from channels.http.operations import Check
from channels.identity import CustomerGate
from channels.keys import KeyRing
from channels.metrics import TurnMetrics
from channels.turns import Turns

SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class ScriptedDoor:
    """Says what it is told to say and remembers what it was asked."""

    says: str = "亲,七天内可以退。运费由我们承担!"
    fails: Exception | None = None
    delay_s: float = 0.0
    asked: list[CustomerMessage] = field(default_factory=list)
    finished: int = 0
    kept: dict[str, Kept] = field(default_factory=dict)

    async def handle(self, message: CustomerMessage) -> Reply:
        self.asked.append(message)
        await asyncio.sleep(self.delay_s)
        if self.fails is not None:
            raise self.fails
        self.finished += 1
        return replace(_REPLY, conversation_id=message.conversation_id, message_id=message.message_id, reply=self.says)

    def keep(self, conversation_id: str, customer_id: str) -> None:
        at = datetime(2026, 11, 20, tzinfo=UTC)
        record = TurnRecord("t-1", conversation_id, "m-1", "", {"text": "可以退吗"}, _REPLY, {}, at)
        self.kept[conversation_id] = (ConversationState(customer_id=customer_id), (record,))

    async def conversation(self, conversation_id: str) -> Kept | None:
        return self.kept.get(conversation_id)


_REPLY = Reply(
    conversation_id="c",
    message_id="m",
    turn_id="t-1",
    reply="",
    outcome="answered",
    intents=("return_policy",),
    strategy="inform",
    owner="bot",
    sources=(Source("return-7day", "policy", "七天无理由", version=3, score=0.8),),
    tools=(ToolUse("get_order", {"order_id": "1"}, ok=False, effect="read", error="Unavailable"),),
    release_id="r-1",
    timings_ms={"total": 12.0, "understand": 3.0},
)


@dataclass
class Counter:
    """The server of a test: an app and a client in front of it."""

    door: ScriptedDoor
    app: FastAPI
    client: httpx.AsyncClient

    async def chat(self, text: str = "可以退吗", /, **more: object) -> httpx.Response:
        body = {"conversation_id": "c-1", "message_id": "m-1", "customer_id": "U1", "text": text} | more
        return await self.client.post("/chat", json=body)


@pytest.fixture
def door() -> ScriptedDoor:
    return ScriptedDoor()


@pytest.fixture
def build_app(door: ScriptedDoor) -> Callable[..., FastAPI]:
    def build(
        *,
        secret: str | None = None,
        trusts: bool = True,
        replay_clock: bool = False,
        deadline_s: float = 5.0,
        admission: Admission | None = None,
        checks: Mapping[str, Check] | None = None,
        keys: Mapping[str, str] | None = None,
        max_tokens: int | None = None,
        origins: Sequence[str] = (),
    ) -> FastAPI:
        metrics = TurnMetrics()
        turns = Turns(door, metrics, admission, deadline_s=deadline_s, max_tokens=max_tokens)
        gate = CustomerGate(secret, trusts_statement=trusts, clock=lambda: 1000.0, keys=KeyRing(keys or {}))
        return create_app(
            turns, gate=gate, metrics=metrics, checks=checks or {}, replay_clock=replay_clock, origins=origins
        )

    return build


@pytest.fixture
async def open_counter(door: ScriptedDoor, build_app: Callable[..., FastAPI]) -> AsyncIterator[Callable[..., Counter]]:
    clients: list[httpx.AsyncClient] = []

    def open_one(**setup: object) -> Counter:
        app = build_app(**setup)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://shop"))
        return Counter(door, app, clients[-1])

    yield open_one
    for client in clients:
        await client.aclose()


@pytest.fixture
def counter(open_counter: Callable[..., Counter]) -> Counter:
    return open_counter()
