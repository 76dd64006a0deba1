"""A real shop with its console: its API behind a client for each person, and its pages on a port for a browser."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from agent.settings import Settings
from channels.http.assembly import http_app
from channels.keys import key_digest, new_key
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


@pytest.fixture(scope="session")
def tea_releases(tmp_path_factory) -> Path:
    """Where the tea shop's release is built, once for all tests."""
    return tmp_path_factory.mktemp("console-releases")


@pytest.fixture
async def console_of(tea_releases, tmp_path) -> AsyncIterator:
    """Opens the tea shop with settings of a test."""

    @asynccontextmanager
    async def opened(**more: object) -> AsyncIterator[Console]:
        setup = {"shop": TEA, "state": f"sqlite:///{tmp_path / 'state.db'}", "releases": tea_releases, "staff": STAFF}
        settings = Settings(**{**setup, **more})
        async with AsyncExitStack() as closing:
            shop = await closing.enter_async_context(open_shop(settings, lambda said: None))
            yield Console(http_app(settings, shop), shop, closing, count(1))

    return opened


@pytest.fixture
async def console(console_of) -> AsyncIterator[Console]:
    async with console_of() as opened:
        yield opened
