"""A system of a shop's own, which checks every signature with the specification's own library."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook

from agent.settings.connections import WebhookSettings
from channels.contact_centre.intake import Intake
from channels.http.refusals import install_refusals
from channels.webhook.opening import open_webhook

SECRET = "whsec_" + "c2VjcmV0LW9mLXR3ZW50eS1mb3VyLWJ5dGVz"


class OwnSystem:
    """Sends customers' messages and takes what comes back; an event that comes again counts once."""

    def __init__(self) -> None:
        self.webhook = Webhook(SECRET)
        self.events: dict[str, dict] = {}
        self.calls: list[str] = []
        self.failures: list[Response] = []
        self.heard = asyncio.Condition()
        self.app = FastAPI()
        self.app.add_api_route("/events", self.take, methods=["POST"])
        self.client: httpx.AsyncClient | None = None

    async def take(self, request: Request) -> Response:
        body = await request.body()
        self.webhook.verify(body, dict(request.headers))
        self.calls.append(request.headers["webhook-id"])
        if self.failures:
            return self.failures.pop(0)
        async with self.heard:
            self.events.setdefault(request.headers["webhook-id"], json.loads(body))
            self.heard.notify_all()
        return Response()

    @property
    def said(self) -> list[str]:
        """What the customer was to be told, in order."""
        return [event["data"]["text"] for event in self.events.values() if event["type"] == "message.created"]

    async def until(self, said) -> None:
        async with asyncio.timeout(20), self.heard:
            await self.heard.wait_for(said)

    async def tell(self, kind: str, at: datetime | None = None, secret: str = SECRET, **data) -> httpx.Response:
        body = json.dumps({"type": kind, "data": {"conversation_id": "c-1", **data}}, ensure_ascii=False)
        at = at or datetime.now(UTC)
        signature = Webhook(secret).sign("msg_1", at, body)
        headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
        headers["Content-Type"] = "application/json"
        return await self.client.post("/channels/webhook", content=body.encode(), headers=headers)

    async def write(self, text: str, message_id: str) -> httpx.Response:
        return await self.tell("message.created", message_id=message_id, customer_id="U1", text=text)


@pytest.fixture
def own() -> OwnSystem:
    return OwnSystem()


@pytest.fixture
async def connect(own):
    """Puts the channel of an open shop into service, in place of the one before."""

    async def connected(premises) -> None:
        if own.client is not None:
            await own.client.aclose()
        shop = premises.shop
        told = WebhookSettings(url="http://own/events", secret=SECRET)
        channel = open_webhook(told, shop, Intake(shop.reception), httpx.ASGITransport(app=own.app))
        app = FastAPI()
        install_refusals(app)
        app.include_router(channel.router)
        own.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop")
        await premises.carry(channel)

    yield connected
    if own.client is not None:
        await own.client.aclose()
