"""Requests to webhooks that are refused are counted; a trace that a request names is joined."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import Response
from opentelemetry import trace

from agent.settings import Settings
from channels.observe.opening import open_observation


@pytest.fixture
async def shop():
    """An app whose webhooks answer with the status that they are asked for."""
    async with open_observation(Settings()) as observation:
        app = FastAPI()

        @app.post("/channels/{channel}")
        @app.post("/chat/{channel}")
        async def answer(channel: str, status: int) -> Response:
            return Response(status_code=status)

        observation.stand_before(app)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            yield client, observation.metrics


async def test_that_a_refused_webhook_is_counted(shop) -> None:
    client, metrics = shop
    for status in (202, 401, 401, 422):
        await client.post(f"/channels/webhook?status={status}")
    await client.post("/chat/webhook?status=401")
    told = metrics.exposition().decode()
    assert 'xiaoer_webhooks_refused_total{channel="webhook",reason="signature"} 2.0' in told
    assert 'xiaoer_webhooks_refused_total{channel="webhook",reason="body"} 1.0' in told


async def test_that_an_untraced_program_leaves_traces_alone(shop) -> None:
    client, _ = shop
    named = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    await client.post("/chat/web?status=200", headers=named)
    assert not trace.get_current_span().get_span_context().is_valid
