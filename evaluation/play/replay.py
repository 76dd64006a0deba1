"""Replaying transcripts: the shop's assistant, in process, with mocked back-ends and a fixed clock."""

import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.assembly import assemble
from agent.assistant import Assistant
from agent.generator.port import Generator
from agent.messages import CustomerMessage, Reply
from agent.store.sqlite import open_store
from agent.understanding.understand import Understander
from evaluation.errors import NoBackEnds
from evaluation.play.leaks import Watch
from evaluation.scorers.checks import Check, check_turn
from knowledge.pack import Pack
from knowledge.transcripts import Transcript, TranscriptTurn
from retrieval.release import Release
from tools.mock_apis.apis import MockApis


@dataclass(frozen=True)
class TurnResult:
    """One replayed turn."""

    transcript_id: str
    number: int
    """From 1."""
    customer: str
    reply: Reply | None
    """None: the turn crashed."""
    checks: tuple[Check, ...] = ()
    foreign: tuple[str, ...] = ()
    """Other customers' data that was shown."""
    ungrounded: tuple[str, ...] = ()
    """Numbers from nowhere."""
    crash: str | None = None

    @property
    def passed(self) -> bool:
        """Whether everything expected was met and nothing forbidden happened."""
        clean = not (self.foreign or self.ungrounded or self.crash)
        return clean and all(check.share == 1 for check in self.checks)


class Replay:
    """Replays transcripts of one shop pack.

    Args:
        pack: the shop pack; its back-end seed sets the clock where a transcript does not.
        release: the release to answer from.
        understander: reads messages.
        generator: words replies; None: from facts.
    """

    def __init__(
        self, pack: Pack, release: Release, understander: Understander, generator: Generator | None = None
    ) -> None:
        self.pack = pack
        self.release = release
        self.understander = understander
        self.generator = generator
        self.watch = Watch(pack)

    async def run(self, transcripts: Sequence[Transcript], done: Callable[[], None] = lambda: None) -> list[TurnResult]:
        """Replay conversations one after another, each on fresh back-ends.

        Args:
            transcripts: what to replay.
            done: called after each conversation.

        Returns:
            All turns, in order. A crashed turn is a result of its own kind and ends its conversation.

        Raises:
            NoBackEnds: the pack has no data for mocked back-ends.
        """
        results: list[TurnResult] = []
        for transcript in transcripts:
            async with self._shop(transcript) as assistant:
                results.extend(await self._play(assistant, transcript))
            done()
        return results

    @asynccontextmanager
    async def _shop(self, transcript: Transcript) -> AsyncIterator[Assistant]:
        now = self._now(transcript)
        quotas = {promotion.promotion_id: promotion.quota for promotion in self.pack.promotions}
        seed = self.pack.backend
        if seed is None:
            raise NoBackEnds(self.pack.shop.shop_id)
        apis = MockApis(seed, quotas, now=now)
        store = open_store("sqlite:///:memory:")
        assistant = assemble(
            lambda: self.release,
            apis.in_process(),
            store,
            lambda: now,
            understander=self.understander,
            generator=self.generator,
        )
        try:
            yield assistant
        finally:
            await assistant.aclose()
            await store.aclose()
            apis.close()

    def _now(self, transcript: Transcript) -> datetime:
        return transcript.now or self.pack.now or datetime.now(UTC)

    async def _play(self, assistant: Assistant, transcript: Transcript) -> list[TurnResult]:
        results: list[TurnResult] = []
        conversation_id = f"replay-{transcript.id}-{uuid.uuid4().hex[:8]}"
        for number, turn in enumerate(transcript.turns, start=1):
            message = CustomerMessage(
                conversation_id=conversation_id,
                message_id=f"m-{number}",
                customer_id=transcript.customer_id or "replay-guest",
                text=turn.customer,
                product_id=transcript.product_id,
                region=transcript.region,
                channel="replay",
                now=self._now(transcript),
            )
            result = await self._turn(assistant, transcript, number, turn, message)
            results.append(result)
            if result.crash:
                break
        return results

    async def _turn(
        self, assistant: Assistant, transcript: Transcript, number: int, turn: TranscriptTurn, message: CustomerMessage
    ) -> TurnResult:
        try:
            reply = await assistant.handle(message)
        except Exception as exc:  # noqa: BLE001 - the case boundary: a crash is a result of its own kind
            return TurnResult(transcript.id, number, turn.customer, None, crash=f"{type(exc).__name__}: {exc}")
        asked = [earlier.customer for earlier in transcript.turns[:number]]
        return TurnResult(
            transcript_id=transcript.id,
            number=number,
            customer=turn.customer,
            reply=reply,
            checks=check_turn(turn.expect, reply),
            foreign=tuple(self.watch.foreign(message.customer_id, asked, reply)),
            ungrounded=tuple(self.watch.ungrounded(message.customer_id, asked, reply)),
        )
