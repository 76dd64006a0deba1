"""A real shop with its web chat on a port, and readers of its events."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, expect

from agent.settings import Settings
from channels.access.identity import sign_token
from channels.http.assembly import http_app
from channels.opening import OpenShop, open_shop

TEA = Path(__file__).parents[2] / "packs" / "chaye"
SECRET = "0123456789abcdef0123456789abcdef"
WITHIN_S = 20.0


@dataclass
class Event:
    """One server-sent event."""

    name: str = ""
    id: str = ""
    data: dict = field(default_factory=dict)


async def events_of(answer: httpx.Response) -> AsyncIterator[Event]:
    """Read the events of a stream, as a browser does; comments are passed over."""
    event = Event()
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            event.data = json.loads(line[6:])
        elif line.startswith("event: "):
            event.name = line[7:]
        elif line.startswith("id: "):
            event.id = line[4:]
        elif not line and event.name:
            yield event
            event = Event()


class Reader:
    """Follows a conversation, one event after the other."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._events = events_of(answer)

    async def next(self, name: str | None = None) -> Event:
        """The next event, of one name or of any."""
        async with asyncio.timeout(WITHIN_S):
            async for event in self._events:
                if name in (None, event.name):
                    return event
        raise EOFError

    async def texts(self, many: int) -> list[str]:
        """The texts of the next messages."""
        return [(await self.next("message")).data["text"] for _ in range(many)]

    async def nothing(self, for_s: float) -> bool:
        """Whether no message comes within a time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self.next("message")
                return False
        return True


@dataclass
class Served:
    """A shop that serves, and a customer's way to it."""

    url: str
    shop: OpenShop
    closing: AsyncExitStack
    _numbers: count = field(default_factory=lambda: count(1))

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=WITHIN_S)
        self.closing.push_async_callback(client.aclose)
        return client

    async def say(
        self,
        text: str,
        conversation: str = "c-1",
        message_id: str | None = None,
        client: httpx.AsyncClient | None = None,
        customer: str | None = "tea-cust-a",
        **more: object,
    ) -> list[Event]:
        """A customer writes; what the window is told."""
        body = {"message_id": message_id or f"m-{next(self._numbers)}", "text": text, "customer_id": customer, **more}
        async with (client or self.client()).stream(
            "POST", f"/conversations/{conversation}/messages", json=body
        ) as told:
            assert told.status_code == 200, await told.aread()
            return [event async for event in events_of(told)]

    @asynccontextmanager
    async def follow(
        self, conversation: str = "c-1", after: str = "", client: httpx.AsyncClient | None = None
    ) -> AsyncIterator[Reader]:
        """Follow a conversation from a cursor on."""
        headers = {"Last-Event-ID": after} if after else {}
        way = (client or self.client()).stream("GET", f"/conversations/{conversation}/events", headers=headers)
        async with way as answer:
            assert answer.status_code == 200, await answer.aread()
            yield Reader(answer)

    async def acknowledge(self, cursor: str, conversation: str = "c-1") -> None:
        path = f"/conversations/{conversation}/events/ack"
        assert (await self.client().post(path, json={"cursor": cursor})).status_code == 204

    async def thread(self, conversation: str = "c-1", client: httpx.AsyncClient | None = None) -> dict:
        return (await (client or self.client()).get(f"/conversations/{conversation}/thread")).json()

    async def take(self, person: str = "小梅", conversation: str = "c-1") -> str:
        """A person takes what waits; the ticket."""
        (ticket,) = [one for one in await self.shop.desk.queue() if one.conversation_id == conversation]
        await self.shop.desk.take(ticket.ticket_id, person)
        return ticket.ticket_id


@pytest.fixture
def tea() -> Path:
    """The pack of the tea shop."""
    return TEA


@pytest.fixture
async def serve(releases, tmp_path, listen) -> AsyncIterator[Callable]:
    """Opens the tea shop on a port, with settings of a test, at a time of its own."""
    async with AsyncExitStack() as closing:

        async def open_one(now: datetime | None = None, **more: object) -> Served:
            setup = {"shop": TEA, "state": f"sqlite:///{tmp_path / 'state.db'}", "releases": releases}
            settings = Settings(**{**setup, **more})
            shop = await closing.enter_async_context(open_shop(settings, lambda said: None))
            if now is not None:
                shop = replace(shop, clock=lambda: now)
                shop.assistant.clock = shop.clock
            url = await closing.enter_async_context(listen(http_app(settings, shop)))
            return Served(url, shop, closing)

        yield open_one


@pytest.fixture
async def served(serve) -> Served:
    return await serve()


@pytest.fixture
async def guarded(serve) -> tuple[Served, httpx.AsyncClient, httpx.AsyncClient]:
    """A shop that asks for tokens, with a customer and a stranger."""
    served = await serve(token_secret=SECRET)
    names = ("tea-cust-a", "tea-cust-b")
    own, stranger = (served.client(sign_token(SECRET, name, expires_at=4e9)) for name in names)
    return served, own, stranger


class Customer:
    """Somebody on a page of the shop."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def visit(self, **asked: object) -> "Customer":
        query = "&".join(f"{name}={value}" for name, value in {"customer": "tea-cust-a", **asked}.items())
        await self.page.goto(f"{self.url}/widget/demo?{query}")
        return self

    async def open(self) -> "Customer":
        await self.page.get_by_role("button", name=re.compile("联系客服|Chat with us")).click()
        await expect(self.input).to_be_visible()
        return self

    @property
    def input(self):
        return self.page.get_by_role("textbox")

    @property
    def log(self):
        return self.page.get_by_role("log")

    async def write(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def ask_person(self) -> None:
        await self.page.get_by_role("button", name="转人工").click()
        await expect(self.page.get_by_text("正在排队，同事看到后会马上回复您")).to_be_visible()

    def said(self, who: str):
        """The bubbles of the customer, the bot or a person."""
        return self.log.locator(f".from-{who} .bubble")

    async def answered(self, many: int) -> None:
        """Wait until the bot has said so much, its greeting included, to the end."""
        await expect(self.said("bot")).to_have_count(many)
        await expect(self.log.locator(".is-telling")).to_have_count(0)

    async def conversation(self) -> str:
        """The conversation as the browser keeps it."""
        kept = await self.page.evaluate(
            "Object.entries(localStorage).filter(([k]) => !k.endsWith('token')).map(([, v]) => v)"
        )
        return next(found["id"] for found in map(json.loads, kept) if found.get("id"))


@pytest.fixture
async def customer_at(browser) -> AsyncIterator[Callable]:
    """Puts customers at the example page of a server; all of a test in one browser unless one brings their own."""
    expect.set_options(timeout=WITHIN_S * 1000)
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(WITHIN_S * 1000)

    async def come(url: str, own: BrowserContext | None = None) -> Customer:
        return Customer(await (own or context).new_page(), url)

    yield come
    await context.close()
