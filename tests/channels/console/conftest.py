"""A real shop with its console: its API behind a client for each person, and its pages on a port for a browser."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from playwright.async_api import BrowserContext, Locator, Page, expect

from agent.settings import Settings
from channels.access.keys import key_digest, new_key
from channels.http.assembly import http_app
from channels.opening import OpenShop, open_shop

TEA = Path(__file__).parents[2] / "packs" / "chaye"
KEYS = {"mei": new_key(), "li": new_key(), "wang": new_key()}
STAFF = {
    "mei": {"key": key_digest(KEYS["mei"]), "roles": ("operator",)},
    "li": {"key": key_digest(KEYS["li"]), "roles": ("operator", "editor")},
    "wang": {"key": key_digest(KEYS["wang"]), "roles": ("viewer",)},
}


class Person(httpx.AsyncClient):
    """Somebody who works with the console, by its API."""

    def __init__(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        own = {"X-Console": "1"}
        super().__init__(transport=transport, base_url="http://127.0.0.1/console/api", headers=own)


@dataclass
class Console:
    """A shop that serves, and its people."""

    app: FastAPI
    shop: OpenShop
    closing: AsyncExitStack
    _numbers: count
    url: str = ""
    """Where it is served; empty: on no port."""

    async def person(self, name: str | None = None) -> Person:
        """Somebody, signed in; None: nobody is signed in."""
        person = await self.closing.enter_async_context(Person(self.app))
        if name is not None:
            assert (await person.post("/sign-in", json={"key": KEYS[name]})).status_code == 200
        return person

    async def say(self, text: str, conversation: str = "c-1", customer: str = "tea-cust-a", **more: object) -> dict:
        """A customer writes."""
        customers = await self.closing.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://127.0.0.1")
        )
        body = {"conversation_id": conversation, "message_id": f"m-{next(self._numbers)}", "customer_id": customer}
        answer = await customers.post("/chat", json={**body, "text": text, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def keys() -> dict[str, str]:
    """Everybody's key."""
    return KEYS


@pytest.fixture
async def console_of(releases, tmp_path) -> AsyncIterator:
    """Opens the tea shop with settings of a test."""

    @asynccontextmanager
    async def opened(**more: object) -> AsyncIterator[Console]:
        setup = {"shop": TEA, "state": f"sqlite:///{tmp_path / 'state.db'}", "releases": releases, "staff": STAFF}
        settings = Settings(**{**setup, **more})
        async with AsyncExitStack() as closing:
            shop = await closing.enter_async_context(open_shop(settings, lambda said: None))
            yield Console(http_app(settings, shop), shop, closing, count(1))

    return opened


@pytest.fixture
async def console(console_of) -> AsyncIterator[Console]:
    async with console_of() as opened:
        yield opened


class Visitor:
    """Somebody at the console's pages."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(url) else self.elsewhere.append(asked.url))

    async def visit(self, *parts: str) -> "Visitor":
        """Open the console at an address behind its ``#``."""
        await self.page.goto(f"{self.url}/console#/{'/'.join(parts)}")
        return self

    async def sign_in(self, name: str, *parts: str) -> "Visitor":
        """Sign in as somebody, then open an address."""
        await self.visit(*parts)
        await self.page.get_by_label(re.compile("^(密钥|Key)$")).fill(KEYS[name])
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("html[data-live=yes]")).to_be_visible()
        return self

    def row(self, conversation: str) -> Locator:
        """A conversation in the list."""
        return self.page.locator(f'[data-conversation="{conversation}"]')

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def said(self, who: str) -> Locator:
        """The bubbles of the customer, the bot, a person or the staff."""
        return self.page.locator(f".by-{who} .bubble")


@pytest.fixture
async def visitor_at(browser) -> AsyncIterator[Callable]:
    """Brings people to a console, each in a browser of their own."""
    expect.set_options(timeout=15_000)
    contexts: list[BrowserContext] = []

    async def come(url: str, width: int = 1360, height: int = 820, **more: object) -> Visitor:
        setup = {"locale": "zh-CN", **more}
        contexts.append(await browser.new_context(viewport={"width": width, "height": height}, **setup))
        contexts[-1].set_default_timeout(15_000)
        return Visitor(await contexts[-1].new_page(), url)

    yield come
    for context in contexts:
        await context.close()


@pytest.fixture
async def served(console, listen) -> AsyncIterator[Console]:
    """The console on a port."""
    async with listen(console.app) as console.url:
        yield console
