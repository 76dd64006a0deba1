"""Turns: every message of every channel goes through here, with its limits, deadline, metrics and log line."""

import asyncio

import structlog

from agent.guard.size import token_bound
from agent.messages import CustomerMessage, Reply
from channels.admission import Admission
from channels.door import Door, Kept
from channels.errors import TooManyTokens, TurnTooSlow
from channels.metrics import TurnMetrics


class Turns:
    """Takes turns through the door.

    Args:
        door: the assistant.
        metrics: counts them.
        admission: lets them in.
        deadline_s: how long a caller waits; the turn itself is never cut off, so no write is left half done.
        max_tokens: longer messages are refused, counted on the safe side; None: no limit.
    """

    def __init__(
        self,
        door: Door,
        metrics: TurnMetrics,
        admission: Admission | None = None,
        *,
        deadline_s: float = 30.0,
        max_tokens: int | None = None,
    ) -> None:
        self._door = door
        self._metrics = metrics
        self._admission = admission or Admission()
        self._deadline_s = deadline_s
        self._max_tokens = max_tokens
        self._running: set[asyncio.Task[Reply]] = set()
        self._log = structlog.get_logger("turns")

    async def take(self, message: CustomerMessage, key: str | None = None) -> Reply:
        """Take one turn.

        Args:
            message: with the customer that the request was found to speak for.
            key: holder of the API key that the request came with; None: none.

        Raises:
            MessageRefused: the message cannot be taken as it stands; nothing was stored.
            TooManyTokens: the message is too long for a model.
            TooManyTurns: at the customer's or the key's limit.
            ServerBusy: at the server's limit.
            TurnTooSlow: no reply within the deadline; the turn goes on.
        """
        tokens = token_bound(message.text) if self._max_tokens is not None else 0
        if self._max_tokens is not None and tokens > self._max_tokens:
            raise TooManyTokens(tokens, self._max_tokens)
        with self._admission.admit(message.customer_id, key) as ended:
            task = asyncio.create_task(self._door.handle(message))
            task.add_done_callback(lambda _: ended())
        self._running.add(task)
        task.add_done_callback(self._record)
        done, _ = await asyncio.wait({task}, timeout=self._deadline_s)
        if not done:
            raise TurnTooSlow(message.message_id, self._deadline_s)
        return task.result()

    async def conversation(self, conversation_id: str) -> Kept | None:
        """A conversation as it is kept; None when there is none."""
        return await self._door.conversation(conversation_id)

    async def finish(self) -> None:
        """Wait for the turns in flight."""
        while self._running:
            await asyncio.wait(self._running)

    def _record(self, task: asyncio.Task[Reply]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._log.warning("turn_failed", error=type(error).__name__)
            return
        reply = task.result()
        if not reply.replayed:
            self._metrics.record(reply)
        self._log.info(
            "turn",
            conversation_id=reply.conversation_id,
            turn_id=reply.turn_id,
            outcome=reply.outcome,
            intents=list(reply.intents),
            strategy=reply.strategy,
            owner=reply.owner,
            tools=[f"{use.name}:{'ok' if use.ok else use.error or 'failed'}" for use in reply.tools],
            handoff=reply.handoff.reason if reply.handoff else None,
            worded_by=reply.worded_by,
            release_id=reply.release_id,
            replayed=reply.replayed,
            total_ms=reply.timings_ms.get("total"),
        )
