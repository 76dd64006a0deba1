from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.messages import Handoff, PendingAction, Reply, Source, ToolUse
from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.opening import open_store
from agent.store.port import HandoffTicket, TurnRecord
from benchmarks.postgres_server import PostgresServer, postgres_server

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def reply() -> Reply:
    """A reply that uses every field."""
    return Reply(
        conversation_id="c-1",
        message_id="m-1",
        turn_id="t-c-1-m-1",
        reply="亲,订单 A1001 可以取消,确认取消吗?",
        outcome="handoff",
        intents=("cancel_order", "logistics"),
        strategy="confirm",
        owner="bot",
        sources=(Source("shipping-cutoff", "policy", "发货时间", 3, date(2026, 1, 1), None, 0.83),),
        tools=(ToolUse("get_order", {"order_id": "A1001"}, False, "read", "Unavailable", 12.5),),
        pending_action=PendingAction("cancel_order", {"order_id": "A1001"}, "ab" * 32, "取消订单 A1001", "t-1"),
        handoff=Handoff("tool_outage", "k-1", "正在为您转接", False),
        worded_by="model",
        release_id="r-7",
        adapter_id="lora-3",
        replayed=False,
        timings_ms={"total": 12.4, "commit": 1.3},
    )


@pytest.fixture
def make_turn() -> Callable[..., TurnRecord]:
    """Makes turns that differ in what a test names."""

    def make(conversation: str = "c-1", message: str = "m-1", digest: str = "d", text: str = "亲,在的") -> TurnRecord:
        turn_id = f"t-{conversation}-{message}"
        said = Reply(conversation, message, turn_id, text, "answered", ("greeting",), "smalltalk", "bot")
        return TurnRecord(
            turn_id, conversation, message, digest, {"text": "在吗"}, said, {"findings": []}, NOW, "lanting"
        )

    return make


@pytest.fixture
def ticket() -> HandoffTicket:
    return HandoffTicket("k-1", "c-1", "customer_asked", {"summary": "要求退款", "tried": ["get_order"]}, NOW)


@pytest.fixture
def state() -> ConversationState:
    return ConversationState(customer_id="U1001", turns=1, history=(("customer", "在吗"), ("assistant", "亲,在的")))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of the tests' own; no test ends it, so it need not wait for the disk."""
    with postgres_server(durable=False) as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind: what a test with it proves holds for both."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def store(url: str) -> AsyncIterator[DurableStore]:
    opened = open_store(url)
    yield opened
    await opened.aclose()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[DurableStore]:
    opened = open_store(sqlite_url)
    yield opened
    await opened.aclose()
