"""Tracing: spans leave for a collector that speaks OpenTelemetry's protocol over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from agent.errors import SettingsError
from agent.settings import Settings
from agent.spans import AGENT, Tracing

_PATH = "/v1/traces"


@asynccontextmanager
async def open_tracing(settings: Settings) -> AsyncIterator[Tracing | None]:
    """Send spans as long as the program runs; None: no collector is set, and nothing of the SDK is loaded.

    Args:
        settings: name the collector.

    Raises:
        SettingsError: a collector is set and the SDK is not installed.
    """
    if settings.otlp_endpoint is None:
        yield None
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError("otlp_endpoint needs OpenTelemetry's SDK: pip install 'xiaoer[telemetry]'") from error
    resource = Resource.create({"service.name": AGENT, "service.version": version(AGENT)})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    url = settings.otlp_endpoint.rstrip("/")
    exporter = OTLPSpanExporter(url if url.endswith(_PATH) else url + _PATH)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield Tracing(provider.get_tracer(AGENT, version(AGENT)), settings.otlp_content)
    finally:
        # Sends what is left; a collector that does not answer is waited for in a thread of its own.
        await asyncio.to_thread(provider.shutdown)
