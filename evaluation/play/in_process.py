"""Playing in process: the shop's assistant on mocked back-ends fresh from the pack's seed, at a fixed time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import cast

from agent.assembly import Store, assemble
from agent.assistant import Assistant
from agent.generator.port import Generator
from agent.messages import CustomerMessage, Reply
from agent.store.port import HandoffStore
from agent.store.sqlite import open_store
from agent.understanding.understand import Understander
from evaluation.errors import NoBackEnds
from evaluation.play.case import Case, Line
from evaluation.play.recorded import RecordedMemory
from evaluation.play.traces import read_trace
from evaluation.records import History, State, Trace
from knowledge.pack import Pack
from retrieval.release import Release
from tools.backends import BackEnds
from tools.mock_apis.apis import MockApis

TABLES = ("orders", "returns", "coupons", "subscriptions")
"""What a conversation may change; the log of calls is left out, for its keys differ from run to run."""

Prepare = Callable[[MockApis], BackEnds]
"""Connects the assistant to the mocked back-ends of one case."""


class InProcess:
    """Opens the shop's assistant for each case.

    Args:
        pack: gives the back-ends' data.
        release: answers.
        understander: reads messages.
        now: the time of cases that state none, in a pack that states none; aware.
        generator: words replies; None: from facts.
        history: what the assistant remembers of the turns before.
        connect: connects the assistant to the back-ends; None: directly.
    """

    def __init__(
        self,
        pack: Pack,
        release: Release,
        understander: Understander,
        now: datetime,
        *,
        generator: Generator | None = None,
        history: History = "own",
        connect: Prepare | None = None,
    ) -> None:
        self._pack = pack
        self._release = release
        self._understander = understander
        self._now = pack.now or now
        self._generator = generator
        self._history = history
        self._connect = connect or MockApis.in_process

    @asynccontextmanager
    async def open(self, case: Case, trial: int) -> AsyncIterator["AssistantInProcess"]:
        """Open the assistant for one case; see `Stage.open`.

        Raises:
            NoBackEnds: the pack has no data for mocked back-ends.
        """
        seed = self._pack.backend
        if seed is None:
            raise NoBackEnds(self._pack.shop.shop_id)
        now = case.now or self._now
        quotas = {promotion.promotion_id: promotion.quota for promotion in self._pack.promotions}
        apis = MockApis(seed, quotas, now=now)
        if case.prepare is not None:
            case.prepare(apis)
        store = open_store("sqlite:///:memory:")
        memory = RecordedMemory(store) if self._history == "recorded" else None
        assistant = assemble(
            lambda: self._release,
            self._connect(apis),
            store if memory is None else cast("Store", memory),
            lambda: now,
            understander=self._understander,
            generator=self._generator,
        )
        try:
            yield AssistantInProcess(assistant, apis, memory, now, store)
        finally:
            await assistant.aclose()
            await store.aclose()
            apis.close()


class AssistantInProcess:
    """The assistant of one case.

    Args:
        assistant: answers.
        apis: its back-ends.
        memory: begins each turn with what was really said; None: the assistant lives with its own replies.
        now: when the case takes place.
        handoffs: holds what people who take over get to read.
    """

    def __init__(
        self,
        assistant: Assistant,
        apis: MockApis,
        memory: RecordedMemory | None,
        now: datetime,
        handoffs: HandoffStore,
    ) -> None:
        self._assistant = assistant
        self._apis = apis
        self._memory = memory
        self._now = now
        self._handoffs = handoffs

    async def handle(self, message: CustomerMessage, line: Line) -> Reply:
        """Answer one message; see `Agent.handle`."""
        message = replace(message, now=message.now or self._now, conversation_id=self._conversation(message))
        reply = await self._assistant.handle(message)
        if self._memory is not None:
            self._memory.said(message.conversation_id, line)
        return reply

    async def trace(self, message: CustomerMessage) -> Trace:
        """Read why it was answered so; see `Agent.trace`."""
        kept = await self._assistant.store.find_turn(self._conversation(message), message.message_id)
        passed = kept.reply.handoff if kept else None
        ticket = await self._handoffs.ticket(passed.ticket_id) if passed else None
        return replace(read_trace(kept.trace if kept else {}), package=ticket.package if ticket else None)

    def _conversation(self, message: CustomerMessage) -> str:
        """On recorded history each turn is a conversation of its own."""
        if self._memory is None:
            return message.conversation_id
        return f"{message.conversation_id}-{message.message_id}"

    def state(self) -> State:
        """What the back-ends hold now; see `Agent.state`."""
        held = self._apis.snapshot()
        return {table: held[table] for table in TABLES}
