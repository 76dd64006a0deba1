"""This agent under kills: a customer says yes to the cancellation of an order, and the process dies on the way."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from agent.assembly import assemble
from agent.assistant import Assistant
from agent.mailroom.delivery import Delivery
from agent.mailroom.reception import Reception
from agent.mailroom.recovery import Settlement
from agent.messages import CustomerMessage
from agent.store import sqlite
from agent.store.durable import DurableStore
from agent.store.locks import FileLocks, Locks
from agent.store.mail import OutgoingMessage
from agent.store.opening import open_store, without_secrets
from agent.store.records import TurnRecord
from agent.turn.outcome import turn_id_of
from benchmarks.kills.boundary import Boundaries, Effects, Journal, KilledBackend, KilledRunner
from benchmarks.kills.run import Run
from tools.backends import BackEnds, join
from tools.mock_apis.apis import MockApis

ASK, YES, THANKS = "取消订单{order}", "好的，取消吧", "谢谢"
MESSAGES = ("m-1", "m-2", "m-3")


@dataclass(frozen=True)
class Bystander:
    """Whose order it is."""

    customer_id: str
    order_id: str


class Ours:
    """The agent as it is served, on the store of a URL.

    Args:
        shop: pack, release and understanding, opened before the processes are forked.
        url: of the store.
    """

    name = "this agent"

    def __init__(self, shop: tuple[Any, Any, Any], url: str) -> None:
        self._pack, self._release, self._understander = shop
        self._url = url
        self._whose = _someone(self._pack)
        # Made before the processes are forked: each of them has it as it is now, whatever the others do.
        self._apis = MockApis(self._pack.backend, now=self._pack.now)

    def warm(self, folder: Path) -> None:
        """Play a conversation in this process, so that those forked from it need not read dictionaries; leaves no thread behind."""
        run = Run("c-warm", folder, is_pushed=False)
        self.prepare([run])
        self.attempt(run, Boundaries(), run.journal)
        self.recover(run, Boundaries(), run.journal)

    def what(self, run: Run) -> str:
        """What the back-end is asked to do in a run."""
        return f"{run.conversation_id} /orders/{self._whose.order_id}/cancel"

    def prepare(self, runs: Sequence[Run]) -> None:
        """Bring conversations to the proposal."""
        asyncio.run(self._prepare(runs))

    def attempt(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        """The customer says yes."""
        asyncio.run(self._attempt(run, boundaries, journal))

    def recover(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        """The server starts again, the customer's program sends what was not acknowledged, then one more message."""
        asyncio.run(self._recover(run, boundaries, journal))

    async def _prepare(self, runs: Sequence[Run]) -> None:
        async with self._opened(runs[0], Boundaries()) as (assistant, _, _):
            for run in runs:
                reply = await assistant.handle(self._message(run, 1, ASK.format(order=self._whose.order_id)))
                if reply.pending_action is None:
                    raise RuntimeError(f"no cancellation was proposed: {reply.reply!r}")

    async def _attempt(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        async with self._opened(run, boundaries) as (assistant, store, _):
            await self._say(run, 2, YES, assistant, store, boundaries, journal)

    async def _recover(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        async with self._opened(run, boundaries) as (assistant, store, backends):
            await Settlement(store, backends, lambda: self._now).settle()
            reception = Reception(assistant)
            await reception.recover()
            await reception.rest()
            await self._deliver(store, boundaries, journal)
            if not [seen for seen in journal.of("acknowledged") if seen["message_id"] == "m-2"]:
                await self._say(run, 2, YES, assistant, store, boundaries, journal)
            await self._say(run, 3, THANKS, assistant, store, boundaries, journal)
            await self._look(run, store, journal)

    async def _say(
        self,
        run: Run,
        number: int,
        text: str,
        assistant: Assistant,
        store: DurableStore,
        boundaries: Boundaries,
        journal: Journal,
    ) -> None:
        message = self._message(run, number, text)
        if run.is_pushed:
            reception = Reception(assistant)
            await reception.accept(message)
            boundaries.reach("the acknowledgement: before")
            journal.note("acknowledged", message_id=message.message_id)
            await reception.rest()
            await self._deliver(store, boundaries, journal)
            return
        reply = await assistant.handle(message)
        boundaries.reach("the response: before")
        journal.note("acknowledged", message_id=message.message_id)
        journal.note("shown", about=message.message_id, id=reply.turn_id)

    async def _deliver(self, store: DurableStore, boundaries: Boundaries, journal: Journal) -> None:
        await Delivery(store, "web", _Channel(boundaries, journal), lambda: self._now).deliver()

    async def _look(self, run: Run, store: DurableStore, journal: Journal) -> None:
        """Note what the store holds in the end."""
        turns = {turn.message_id: turn for turn in await store.turns(run.conversation_id)}
        unsettled = [action for action in await store.unsettled() if action.conversation_id == run.conversation_id]
        unsent = [message for message in await store.unsent() if message.conversation_id == run.conversation_id]
        waiting = await store.waiting(run.conversation_id)
        to_person = any(turn.reply.owner == "human" for turn in turns.values())
        journal.note(
            "end",
            answered=[number for number in MESSAGES if number in turns],
            said_done=_said_done(turns.get("m-2")),
            to_person=to_person,
            left=len(waiting) + len(unsent) + (0 if to_person else len(unsettled)),
        )

    def _message(self, run: Run, number: int, text: str) -> CustomerMessage:
        return CustomerMessage(run.conversation_id, f"m-{number}", self._whose.customer_id, text, now=self._pack.now)

    @property
    def _now(self) -> datetime:
        now: datetime = self._pack.now
        return now

    @asynccontextmanager
    async def _opened(
        self, run: Run, boundaries: Boundaries
    ) -> AsyncIterator[tuple[Assistant, DurableStore, BackEnds]]:
        real = open_store(self._url)
        place = without_secrets(self._url)
        store = DurableStore(KilledRunner(real.writer, boundaries), real.reader, place, _locks(self._url), real.near)
        apis = MockApis(self._pack.backend, now=self._pack.now)
        backends = join(
            _client("orders", apis.orders_app, run, boundaries),
            _client("logistics", apis.logistics_app, run, boundaries),
        )
        assistant = assemble(
            lambda: self._release, backends, store, lambda: self._pack.now, understander=self._understander
        )
        yield assistant, store, backends
        await assistant.aclose()
        await store.aclose()


class _Channel:
    """A channel that shows each message to the customer; one that comes again has the same id, by which it is known."""

    def __init__(self, boundaries: Boundaries, journal: Journal) -> None:
        self._boundaries = boundaries
        self._journal = journal

    async def send(self, message: OutgoingMessage) -> None:
        self._boundaries.reach("a reply: before it is sent")
        about = next(name for name in MESSAGES if turn_id_of(message.conversation_id, name) == message.message_id)
        self._journal.note("shown", about=about, id=message.message_id)
        self._boundaries.reach("a reply: sent")


def _someone(pack: Any) -> Bystander:
    """The customer of a paid order, which can still be cancelled."""
    paid = [order for order in pack.backend.orders if order.status == "paid"]
    if not paid:
        raise SystemExit(f"pack {pack.shop.shop_id!r} has no paid order: name a pack with one")
    return Bystander(paid[0].customer_id, paid[0].order_id)


def _locks(url: str) -> Locks:
    """The locks that every process on the store sees."""
    if url.startswith(sqlite.SCHEME):
        path = Path(url.removeprefix(sqlite.SCHEME))
        return FileLocks(path.with_name(f"{path.name}-turns"))
    from agent.store.postgres.locks import AdvisoryLocks

    return AdvisoryLocks(url, without_secrets(url))


def _client(name: str, app: Any, run: Run, boundaries: Boundaries) -> httpx.AsyncClient:
    services = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    transport = KilledBackend(services, Effects(run.effects), boundaries, run.conversation_id)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{name}.mock", trust_env=False)


def _said_done(turn: TurnRecord | None) -> bool:
    return turn is not None and turn.reply.strategy == "done"
