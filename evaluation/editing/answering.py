"""What a release answers: the shop's assistant in process, with mocked back-ends and a fixed clock."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent.assembly import assemble
from agent.assistant import Assistant
from agent.messages import CustomerMessage, Outcome, Reply
from agent.store.sqlite import open_store
from agent.understanding.understand import Understander
from evaluation.editing.asked import Asked
from knowledge.pack import Pack
from retrieval.release import Release
from tools.mock_apis.apis import MockApis
from tools.mock_apis.seed import Seed


@dataclass(frozen=True)
class Said:
    """What a release answered to one message."""

    reply: str
    outcome: Outcome | None
    """None: the turn broke."""
    cited: tuple[str, ...] = ()
    """Ids of the sources cited."""
    found: Mapping[str, str] = field(default_factory=dict)
    """The passages retrieved, best first: text by id."""
    crash: str = ""


class Answering:
    """One release, answering.

    Args:
        pack: gives the back-ends' data.
        release: answers.
        understander: reads messages.
    """

    def __init__(self, pack: Pack, release: Release, understander: Understander) -> None:
        self._pack = pack
        self._release = release
        self._understander = understander
        self._texts = {passage.passage_id: passage.text for passage in release.passages}

    async def answer(self, asked: Sequence[Asked], done: Callable[[], None] = lambda: None) -> list[tuple[Said, ...]]:
        """Answer conversations, each from its beginning.

        Args:
            asked: the conversations. Those of one message share their back-ends, for one message writes nothing; a longer one has its
                own.
            done: called after each conversation.

        Returns:
            For each conversation what was said to each message; a turn that breaks ends its conversation.
        """
        said: list[tuple[Said, ...]] = []
        async with self._opened(None) as guests:
            for number, one in enumerate(asked):
                if len(one.texts) == 1:
                    said.append(await self._talk(guests, one, number))
                else:
                    async with self._opened(one.now) as alone:
                        said.append(await self._talk(alone, one, number))
                done()
        return said

    @asynccontextmanager
    async def _opened(self, now: datetime | None) -> AsyncIterator[Assistant]:
        quotas = {promotion.promotion_id: promotion.quota for promotion in self._pack.promotions}
        apis = MockApis(self._pack.backend or Seed(), quotas, now=now)
        store = open_store("sqlite:///:memory:")
        assistant = assemble(
            lambda: self._release,
            apis.in_process(),
            store,
            lambda: now or datetime.now(UTC),  # each message states its own time
            understander=self._understander,
        )
        try:
            yield assistant
        finally:
            await assistant.aclose()
            await store.aclose()
            apis.close()

    async def _talk(self, assistant: Assistant, asked: Asked, number: int) -> tuple[Said, ...]:
        conversation_id = f"preview-{number}"
        said: list[Said] = []
        for turn, text in enumerate(asked.texts, start=1):
            message = CustomerMessage(
                conversation_id=conversation_id,
                message_id=f"m-{turn}",
                customer_id=asked.customer_id,
                text=text,
                product_id=asked.product_id,
                region=asked.region,
                channel="preview",
                now=asked.now,
            )
            try:
                reply = await assistant.handle(message)
            except Exception as error:  # noqa: BLE001 - the case boundary: a turn that breaks is something to show
                return (*said, Said("", None, crash=f"{type(error).__name__}: {error}"))
            record = await assistant.store.find_turn(conversation_id, message.message_id)
            said.append(self._said(reply, record.trace if record else {}))
        return tuple(said)

    def _said(self, reply: Reply, trace: Mapping[str, object]) -> Said:
        hits = trace.get("passages")
        ids = [str(hit["id"]) for hit in hits] if isinstance(hits, list) else []
        found = {passage_id: self._texts.get(passage_id, "") for passage_id in ids}
        return Said(reply.reply, reply.outcome, tuple(source.id for source in reply.sources), found)
