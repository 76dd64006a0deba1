"""A scripted door and the app before it."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import fastapi.dependencies.models
import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from agent.assistant import Assistant, Pace
from agent.floor import ShopFloor
from agent.handoff.people import PeopleDesk
from agent.mailroom.reception import Reception
from agent.messages import CustomerMessage, Reply, Source, ToolUse
from agent.state import ConversationState
from agent.store.opening import open_store
from agent.store.port import TurnRecord
from benchmarks.scripted_shop import MORNING, PROFILE, Release, ScriptedGraph
from channels.access.admission import Admission
from channels.access.identity import CustomerGate
from channels.access.keys import KeyRing
from channels.contact_centre.channel import Channel
from channels.contact_centre.post import Post
from channels.door import Kept
from channels.http.app import create_app
from channels.http.operations import Check
from channels.opening import OpenShop
from channels.turns import Turns

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def forgotten_apps() -> Iterator[None]:
    """Lets a test's apps go: FastAPI remembers the methods behind their routes, and with them 30 MB of shop."""
    yield
    for kept in vars(fastapi.dependencies.models).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()


@dataclass
class ScriptedDoor:
    """Says what it is told to say and remembers what it was asked."""

    says: str = "亲,七天内可以退。运费由我们承担!"
    fails: Exception | None = None
    delay_s: float = 0.0
    gate: threading.Event | None = None
    """Nothing is said before it is set."""
    asked: list[CustomerMessage] = field(default_factory=list)
    finished: int = 0
    kept: dict[str, Kept] = field(default_factory=dict)

    async def handle(self, message: CustomerMessage) -> Reply:
        self.asked.append(message)
        await asyncio.sleep(self.delay_s)
        if self.gate is not None:
            await asyncio.to_thread(self.gate.wait, 60)
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


async def no_metrics() -> bytes:
    return b"# nothing was counted\n"


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
        turns = Turns(door, admission, deadline_s=deadline_s, max_tokens=max_tokens)
        gate = CustomerGate(secret, trusts_statement=trusts, clock=lambda: 1000.0, keys=KeyRing(keys or {}))
        return create_app(
            turns, gate=gate, exposition=no_metrics, checks=checks or {}, replay_clock=replay_clock, origins=origins
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


class Premises:
    """A shop on one database file whose turns end as the lines of their messages say (`benchmarks.scripted_shop`)."""

    def __init__(self, url: str, pace: Pace) -> None:
        self._url = url
        self._pace = pace
        self._started = time.monotonic()

    def now(self) -> datetime:
        """People are on duty."""
        return MORNING + timedelta(seconds=time.monotonic() - self._started)

    async def open(self, graph: ScriptedGraph | None = None) -> OpenShop:
        """Open it; what a closed one left undone is taken up."""
        store, self.graph = open_store(self._url), graph or ScriptedGraph()
        floor = ShopFloor(Release(), PROFILE, self.graph)
        assistant = Assistant(lambda customer_id: floor, None, store, self.now, pace=self._pace)
        post = Post(store, self.now, every_s=0.02)
        reception = Reception(assistant, post.wake, pause_s=0.01)
        desk = PeopleDesk(store, self.now)
        self.shop = OpenShop(None, assistant, None, store, self.now, reception, desk, post, None, None, None)
        return self.shop

    async def carry(self, *channels: Channel) -> None:
        """Begin as a server does: what is left is taken up, and the channels run."""
        self.shop.post.carry(channels)
        await self.shop.reception.recover()

    async def close(self) -> None:
        """Close it in order."""
        await self.shop.reception.aclose()
        await self.shop.post.aclose()
        await self.shop.store.aclose()


@pytest.fixture
async def open_premises(tmp_path) -> AsyncIterator[Callable[..., Awaitable[Premises]]]:
    opened: list[Premises] = []

    async def open_one(pace: Pace | None = None, graph: ScriptedGraph | None = None) -> Premises:
        opened.append(Premises(f"sqlite:///{tmp_path / 'premises.db'}", pace or Pace()))
        await opened[-1].open(graph)
        return opened[-1]

    yield open_one
    for premises in opened:
        await premises.close()


class _Server(uvicorn.Server):
    """Tells when it takes requests."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(app)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    async with asyncio.timeout(20):
        await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        if hasattr(app.state, "streams"):
            app.state.streams.close()
        server.should_exit = True
        await serving


@pytest.fixture
def listen() -> Callable[[FastAPI], AbstractAsyncContextManager[str]]:
    """Serves an app on a port of this machine; gives its address."""
    return _listening
