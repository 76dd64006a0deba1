"""The default shop behind its assistant, watched by a recorder, with its log and spans at hand."""

import io
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.assembly import assemble
from agent.assistant import Assistant
from agent.messages import CustomerMessage
from agent.settings import Settings
from agent.spans import Tracing
from agent.store.sqlite import SqliteStore, open_store
from channels.observe.logs import write_logs
from channels.observe.marks import Mark, marks_of
from channels.observe.metrics import Metrics
from channels.observe.turns import TurnRecorder
from evaluation.shop import open_shop
from tools.mock_apis.apis import MockApis


@dataclass
class Watched:
    """A shop and what is seen of it."""

    assistant: Assistant
    store: SqliteStore
    metrics: Metrics
    apis: MockApis
    log: io.StringIO
    mark: Mark
    exporter: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)

    def message(self, text: str, message_id: str = "m-1", conversation_id: str = "conv-8812") -> CustomerMessage:
        return CustomerMessage(conversation_id, message_id, "U1001", text)

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    @property
    def exposed(self) -> str:
        return self.metrics.exposition().decode()


@pytest.fixture(scope="session")
def default_shop(releases):
    return open_shop(None, releases)


@pytest.fixture
def log() -> AsyncIterator[io.StringIO]:
    """The program's log; put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def watched_shop(default_shop, log) -> AsyncIterator[Callable[..., Watched]]:
    """Opens the shop watched."""
    pack, release, understander = default_shop
    async with AsyncExitStack() as closing:

        def opened(*, is_traced: bool = False, tells_content: bool = False, generator=None) -> Watched:
            mark = marks_of(Settings())
            write_logs(log, mark=mark)
            metrics, exporter = Metrics(), InMemorySpanExporter()
            provider = TracerProvider(shutdown_on_exit=False)
            provider.add_span_processor(SimpleSpanProcessor(exporter))
            closing.callback(provider.shutdown)
            tracing = Tracing(provider.get_tracer("test"), tells_content) if is_traced else None
            apis = MockApis(pack.backend, {}, now=pack.now)
            closing.callback(apis.close)
            store = open_store("sqlite:///:memory:")
            closing.push_async_callback(store.aclose)
            assistant = assemble(
                lambda: release,
                apis.in_process(),
                store,
                lambda: pack.now,
                understander=understander,
                generator=generator,
                watch=TurnRecorder(metrics, mark, tracing),
            )
            closing.push_async_callback(assistant.aclose)
            return Watched(assistant, store, metrics, apis, log, mark, exporter)

        yield opened


@pytest.fixture
def watched(watched_shop) -> Watched:
    return watched_shop()
