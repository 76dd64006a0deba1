"""A tea shop with its release built once, and fresh back-ends, store and assistant for each test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from agent.assembly import Aides, assemble
from agent.assistant import Assistant, Pace
from agent.errors import DeliveryFailed
from agent.floor import ShopFloor
from agent.handoff.people import PeopleDesk
from agent.handoff.watch import HandoffWatch
from agent.mailroom.delivery import Delivery
from agent.mailroom.reception import Reception
from agent.messages import CustomerMessage, Reply
from agent.store.sqlite import SqliteStore, open_store
from benchmarks.scripted_shop import MORNING, PROFILE, Release, ScriptedGraph
from evaluation.shop import open_shop
from tools.limits import Limits
from tools.mock_apis.apis import MockApis

TEA = Path(__file__).parent.parent / "packs" / "chaye"
NO_AIDES = Aides()
QUICK = Limits(read_s=0.3, attempt_s=0.1, attempts=2, backoff_s=0.01, write_s=0.15, status_pauses_s=(0.0, 0.02))


@dataclass
class Counter:
    """One shop with everything behind it, as one customer's conversation sees it."""

    assistant: Assistant
    apis: MockApis
    store: SqliteStore
    customer_id: str
    numbers: "count[int]"
    conversation_id: str = "c-1"
    product_id: str | None = None

    def message(self, text: str, **more: object) -> CustomerMessage:
        fields = {
            "conversation_id": self.conversation_id,
            "message_id": f"m-{next(self.numbers)}",
            "customer_id": self.customer_id,
            "text": text,
            "product_id": self.product_id,
        }
        return CustomerMessage(**{**fields, **more})  # type: ignore[arg-type]

    async def say(self, text: str, **more: object) -> Reply:
        return await self.assistant.handle(self.message(text, **more))

    @property
    def requests(self) -> list[str]:
        """What the back-ends were asked since the last look; looking clears it."""
        asked = [*self.apis.orders_faults.requests, *self.apis.logistics_faults.requests]
        self.apis.orders_faults.requests.clear()
        self.apis.logistics_faults.requests.clear()
        return asked

    def status(self, order_id: str) -> str:
        return next(row["status"] for row in self.apis.snapshot()["orders"] if row["order_id"] == order_id)


@pytest.fixture(scope="session")
def tea(releases):
    """The tea shop's pack, its release, and the understanding of messages."""
    return open_shop(TEA, releases)


@pytest.fixture(scope="session")
def clothes(releases):
    """The default shop, likewise."""
    return open_shop(None, releases)


@pytest.fixture
def counter_of():
    """Opens a counter of a shop; closes everything at the end."""

    @asynccontextmanager
    async def opened(
        shop,
        customer_id,
        *,
        now: datetime | None = None,
        store=None,
        apis=None,
        generator=None,
        aides=NO_AIDES,
        turn_s=30.0,
        **more,
    ) -> AsyncIterator[Counter]:
        pack, release, understander = shop
        moment = now or pack.now
        quotas = {promotion.promotion_id: promotion.quota for promotion in pack.promotions}
        own_apis = apis or MockApis(pack.backend, quotas, now=moment)
        own_store = store or open_store("sqlite:///:memory:")
        assistant = assemble(
            lambda: release,
            own_apis.in_process(QUICK),
            own_store,
            lambda: moment,
            understander=understander,
            generator=generator,
            turn_s=turn_s,
            aides=aides,
        )
        try:
            yield Counter(assistant, own_apis, own_store, customer_id, count(1), **more)
        finally:
            await assistant.aclose()
            if store is None:
                await own_store.aclose()
            if apis is None:
                own_apis.close()

    return opened


@pytest.fixture
async def fang(tea, counter_of):
    """Fang's conversation: orders TEA-88240 (paid), TEA-88231 (sent) and TEA-88102 (signed) are his."""
    async with counter_of(tea, "tea-cust-a") as counter:
        yield counter


@pytest.fixture
async def cheng(tea, counter_of):
    """Cheng's conversation on the page of the Longjing tea; one order, not paid yet."""
    async with counter_of(tea, "tea-cust-c", product_id="tea-longjing") as counter:
        yield counter


class Scene:
    """One conversation whose messages say how their turn shall end, and everything that may happen to it."""

    def __init__(self, store: SqliteStore, pace: Pace | None = None) -> None:
        self.store = store
        self.now: datetime = MORNING
        self.graph = ScriptedGraph()
        floor = ShopFloor(Release(), PROFILE, self.graph)
        self.assistant = Assistant(lambda customer_id: floor, None, store, lambda: self.now, pace=pace)
        self.reception = Reception(self.assistant, pause_s=0.001)
        self.desk = PeopleDesk(store, lambda: self.now)
        self.watch = HandoffWatch(store, lambda: PROFILE, lambda: self.now)
        self.delivery = Delivery(store, "web", self, lambda: self.now)
        self.sent: list[str] = []
        self.failure: DeliveryFailed | None = None
        self._numbers = count(1)

    async def send(self, message) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(message.text)

    def message(self, text: str, message_id: str | None = None) -> CustomerMessage:
        return CustomerMessage("c-1", message_id or f"m-{next(self._numbers)}", "u-1", text)

    async def say(self, text: str, message_id: str | None = None) -> Reply:
        return await self.assistant.handle(self.message(text, message_id))

    async def write(self, text: str) -> None:
        await self.reception.accept(self.message(text))
        await self.reception.rest()

    async def stage(self) -> str:
        found = await self.store.load("c-1")
        return found.state.stage if found else "bot"

    async def handed_over(self) -> str:
        """The ticket of a conversation that was just handed over."""
        return (await self.say("1 asks")).handoff.ticket_id


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    store = open_store("sqlite:///:memory:")
    yield Scene(store)
    await store.aclose()


@pytest.fixture
def scene_of():
    """Makes further scenes, as of another process."""
    return Scene
