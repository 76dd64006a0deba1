"""Spans reach a collector over HTTP, back-ends are told the trace, and nothing is loaded where no collector is set."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from fastapi import FastAPI, Request
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from agent import spans
from agent.errors import SettingsError
from agent.settings import Settings
from agent.spans import headers_of_trace
from channels.observe.opening import open_observation
from channels.observe.tracing import open_tracing
from tools.backends import open_client


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A collector on a port of its own: its address and what it was sent."""
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    serving.join()
    server.server_close()


async def test_that_spans_reach_the_collector_before_the_program_ends(collector) -> None:
    url, got = collector
    async with open_tracing(Settings(otlp_endpoint=url)) as tracing:
        assert tracing is not None
        with spans.of_turn(tracing, {spans.TURN_ID: "t-1"}), spans.of_step("understand"):
            pass
    ((path, body),) = got
    told = ExportTraceServiceRequest.FromString(body)
    assert path == "/v1/traces"
    resource = {one.key: one.value.string_value for one in told.resource_spans[0].resource.attributes}
    assert resource["service.name"] == "xiaoer"
    names = [span.name for span in told.resource_spans[0].scope_spans[0].spans]
    assert names == ["understand", "invoke_agent xiaoer"]


def test_that_a_program_without_a_collector_loads_no_sdk() -> None:
    code = (
        "import asyncio, sys\n"
        "from agent.settings import Settings\n"
        "from channels.observe.opening import open_observation\n"
        "async def main():\n"
        "    async with open_observation(Settings()) as seen:\n"
        "        assert seen.tracing is None and seen.headers_now is None\n"
        "asyncio.run(main())\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry.sdk')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


async def test_that_a_missing_sdk_is_told_with_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"xiaoer\[telemetry\]"):
        async with open_tracing(Settings(otlp_endpoint="http://127.0.0.1:1")):
            pass


async def test_that_back_ends_are_told_the_trace(collector) -> None:
    app = FastAPI()
    asked: list[str | None] = []

    @app.get("/orders")
    async def orders(request: Request) -> None:
        asked.append(request.headers.get("traceparent"))

    async with open_observation(Settings(otlp_endpoint=collector[0])) as seen:
        assert seen.headers_now is headers_of_trace
        client = open_client("http://orders", headers_now=seen.headers_now)
        client._transport = httpx.ASGITransport(app=app)
        async with client:
            await client.get("/orders")
            with spans.of_turn(seen.tracing, {}) as span:
                await client.get("/orders")
    assert asked[0] is None
    assert f"{span.get_span_context().trace_id:032x}" in str(asked[1])
