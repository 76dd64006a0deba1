"""A Chatwoot that does what the product does: it signs, retries, gives up after five seconds, opens what a bot failed at, checks tokens."""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request, Response

from agent.settings.connections import ChatwootSettings
from channels.chatwoot.opening import open_chatwoot
from channels.contact_centre.intake import Intake
from channels.http.refusals import install_refusals

SECRET, BOT, AGENT = "bot-secret", "bot-token", "agent-token"
BOT_PARTY = {"id": 3, "name": "小二", "type": "agent_bot"}


@dataclass
class Conversation:
    """A conversation of the account."""

    id: int
    status: str = "pending"
    identifier: str | None = None
    hmac_verified: bool = False
    assignee: dict | None = None
    updated_at: float = 0.0
    messages: list[dict] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        contact = {"id": 70 + self.id, "name": "访客", "type": "contact", "identifier": self.identifier}
        return {
            "id": self.id,
            "status": self.status,
            "contact_inbox": {"id": 9, "source_id": "s", "hmac_verified": self.hmac_verified},
            "meta": {"sender": contact, "assignee": self.assignee, "hmac_verified": self.hmac_verified},
            "updated_at": self.updated_at,
            "last_activity_at": int(self.updated_at),
        }

    def touch(self) -> None:
        self.updated_at = max(time.time(), self.updated_at + 1e-4)

    @property
    def seen(self) -> list[str]:
        """What the customer was told."""
        return [one["content"] for one in self.messages if one["message_type"] == "outgoing" and not one["private"]]

    @property
    def notes(self) -> list[str]:
        return [one["content"] for one in self.messages if one["private"]]


class FakeChatwoot(httpx.AsyncBaseTransport):
    """One account with an agent bot, reached as ``agent``. As a transport it is the server that the bot's program asks."""

    def __init__(self) -> None:
        self.conversations: dict[int, Conversation] = {}
        self.agent: httpx.AsyncClient | None = None
        self.timeout_s, self.retry_wait_s = 5.0, 0.01
        self.copies = 1
        self.held: list[dict] | None = None
        """Events that do not leave yet; None: they leave at once, in order."""
        self.tells_status = False
        """Whether a webhook of the account tells of every change of status."""
        self.failures: list[Response] = []
        self.lost_answers = 0
        """Messages that are written without the program hearing of it."""
        self.answers: list[tuple[str, int]] = []
        """Event and status of each delivery; status 0: none in time."""
        self.requests: list[str] = []
        self._numbers = iter(range(1000, 10**9))
        self._under_way: set[asyncio.Task] = set()
        self._line = asyncio.Lock()
        self.heard = asyncio.Condition()
        self.app = self._api()

    def conversation(self, number: int = 1) -> Conversation:
        return self.conversations.setdefault(number, Conversation(number))

    async def write(self, text: str | None, number: int = 1, attachments: tuple[str, ...] = ()) -> int:
        """The customer writes; once told it is on its way to the bot."""
        found = self.conversation(number)
        found.status = {"resolved": "pending", "snoozed": "open"}.get(found.status, found.status)
        contact = found.told()["meta"]["sender"]
        more = {"attachments": [{"id": 1, "file_type": kind} for kind in attachments]} if attachments else {}
        return await self._created(found, text, "incoming", contact, **more)

    async def reply(self, text: str, name: str = "小林", number: int = 1, **more: Any) -> int:
        """A person of the team writes."""
        person = {"id": 5, "name": name, "email": "lin@shop.example", "type": "user"}
        return await self._created(self.conversation(number), text, "outgoing", person, **more)

    async def set_status(self, status: str, number: int = 1, assignee: str | None = None) -> None:
        """A person opens a conversation, gives it to the bot, puts it off or ends it."""
        found = self.conversation(number)
        if assignee is not None:
            found.assignee = {"id": 5, "name": assignee, "type": "user"}
        is_new = found.status != status
        found.status = status
        found.touch()
        event = {"open": "conversation_opened", "resolved": "conversation_resolved"}.get(status)
        if is_new and event:
            await self._tell({**found.told(), "event": event})
        if is_new and self.tells_status:
            await self._tell({**found.told(), "event": "conversation_status_changed"})
        await self._notify()

    async def _notify(self) -> None:
        async with self.heard:
            self.heard.notify_all()

    async def _created(self, found: Conversation, text: str | None, kind: str, sender: dict | None, **more: Any) -> int:
        found.touch()
        message = {
            "id": next(self._numbers),
            "content": text,
            "message_type": kind,
            "content_attributes": {},
            "private": False,
            "sender": sender,
            **more,
        }
        found.messages.append(message)
        account = {"id": 1, "name": "兰汀"}
        await self._tell({**message, "event": "message_created", "conversation": found.told(), "account": account})
        await self._notify()
        return message["id"]

    async def _tell(self, payload: dict) -> None:
        event = json.loads(json.dumps(payload))
        if self.held is not None:
            self.held.append(event)
        else:
            self.send_off(event)

    def send_off(self, event: dict) -> None:
        """Deliver an event in the background, behind those before it."""
        delivery = str(uuid.uuid4())
        for _ in range(self.copies):
            task = asyncio.create_task(self._deliver(event, delivery))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def until(self, said: Callable[[], object]) -> None:
        async with asyncio.timeout(60), self.heard:
            await self.heard.wait_for(said)

    async def post(self, event: dict, delivery: str = "d-1", secret: str = SECRET, age_s: float = 0) -> httpx.Response:
        """One delivery, signed."""
        body = json.dumps(event, ensure_ascii=False).encode()
        stamp = str(int(time.time() - age_s))
        signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Chatwoot-Delivery": delivery,
            "X-Chatwoot-Timestamp": stamp,
            "X-Chatwoot-Signature": f"sha256={signed}",
        }
        return await self.agent.post("/channels/chatwoot", content=body, headers=headers)

    async def _deliver(self, event: dict, delivery: str) -> None:
        status = 0
        async with self._line:
            for _ in range(3):
                try:
                    async with asyncio.timeout(self.timeout_s):
                        status = (await self.post(event, delivery)).status_code
                except (TimeoutError, httpx.HTTPError):
                    status = 0
                self.answers.append((event["event"], status))
                await self._notify()
                if status not in (429, 500):
                    break
                await asyncio.sleep(self.retry_wait_s)
        if not 200 <= status < 300 and event["event"] == "message_created":
            found = self.conversations[event["conversation"]["id"]]
            if found.status == "pending":
                await self.set_status("open", found.id)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await httpx.ASGITransport(app=self.app).handle_async_request(request)
        if self.lost_answers and request.method == "POST" and answer.status_code < 300:
            self.lost_answers -= 1
            raise httpx.ReadTimeout("the answer was lost")
        return answer

    def _api(self) -> FastAPI:
        app = FastAPI()
        base = "/api/v1/accounts/1/conversations/{number}"
        app.add_api_route(f"{base}/messages", self._write, methods=["POST"])
        app.add_api_route(f"{base}/messages", self._messages, methods=["GET"])
        app.add_api_route(f"{base}/toggle_status", self._toggle, methods=["POST"])
        app.add_api_route(base, self._show, methods=["GET"])
        return app

    def _let_in(self, request: Request, number: int, *tokens: str) -> Conversation:
        self.requests.append(f"{request.method} {request.url.path.rsplit('/', 1)[-1]}")
        if self.failures:
            failure = self.failures.pop(0)
            raise HTTPException(failure.status_code, headers=dict(failure.headers))
        if request.headers.get("api_access_token") not in tokens:
            raise HTTPException(401, "Access to this endpoint is not authorized for bots")
        if number not in self.conversations:
            raise HTTPException(404)
        return self.conversations[number]

    async def _write(self, request: Request, number: int) -> dict:
        found, body = self._let_in(request, number, BOT), await request.json()
        attributes, kind = body.get("content_attributes", {}), body["message_type"]
        marks = {"content_attributes": attributes, "private": body.get("private", False)}
        assert "source_id" not in body, "such a message would not be sent on to the customer"
        return {"id": await self._created(found, body["content"], kind, BOT_PARTY, **marks)}

    async def _toggle(self, request: Request, number: int, response: Response) -> dict:
        found, status = self._let_in(request, number, BOT), (await request.json())["status"]
        await self.set_status(status, found.id)
        response.headers["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
        return {"payload": {"success": True, "current_status": status}}

    async def _messages(self, request: Request, number: int) -> dict:
        return {"payload": self._let_in(request, number, AGENT).messages[-20:]}

    async def _show(self, request: Request, number: int) -> dict:
        return {"messages": self._let_in(request, number, BOT, AGENT).messages[-1:]}


async def _come_true(read: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Wait until something that cannot be waited for reads as wanted."""
    for _ in range(1000):
        found = await read()
        if found == wanted:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"it reads {found!r}")


@pytest.fixture
def come_true() -> Callable[..., Awaitable[None]]:
    return _come_true


@pytest.fixture
def chatwoot() -> FakeChatwoot:
    return FakeChatwoot()


@pytest.fixture
async def connect(chatwoot):
    """Puts the channel of an open shop into service, in place of the one before."""

    async def connected(premises, **settings: Any) -> None:
        if chatwoot.agent is not None:
            await chatwoot.agent.aclose()
        told = ChatwootSettings(url="http://chatwoot", account=1, bot_token=BOT, secret=SECRET, **settings)
        channel = open_chatwoot(told, premises.shop, Intake(premises.shop.reception, 4000), chatwoot)
        app = FastAPI()
        install_refusals(app)
        app.include_router(channel.router)
        chatwoot.agent = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop")
        await premises.carry(channel)

    yield connected
    if chatwoot.agent is not None:
        await chatwoot.agent.aclose()


@pytest.fixture
def statuses(premises):
    """Reads how the messages of the first conversation fare."""

    async def read() -> list[str]:
        return [entry.status for entry in await premises.shop.store.thread("chatwoot-1-1")]

    return read


@pytest.fixture
def stage(premises):
    """Reads where the first conversation stands."""

    async def read() -> str | None:
        found = await premises.shop.store.load("chatwoot-1-1")
        return None if found is None else found.state.stage

    return read


@pytest.fixture
async def premises(open_premises, connect):
    opened = await open_premises()
    await connect(opened)
    return opened
