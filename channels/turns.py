"""Turns: every message whose sender waits for the answer goes through here, with its limits and its deadline."""

import asyncio
import logging
from functools import partial

from agent.guard.size import token_bound
from agent.messages import CustomerMessage, Reply
from channels.access.admission import Admission
from channels.door import Door, Kept
from channels.errors import TooManyTokens, TurnTooSlow

log = logging.getLogger(__name__)


class Turns:
    """Takes turns through the door.

    Args:
        door: the assistant.
        admission: lets them in.
        deadline_s: how long a caller waits; the turn itself is never cut off, so no write is left half done.
        max_tokens: longer messages are refused, counted on the safe side; None: no limit.
    """

    def __init__(
        self,
        door: Door,
        admission: Admission | None = None,
        *,
        deadline_s: float = 30.0,
        max_tokens: int | None = None,
    ) -> None:
        self._door = door
        self._admission = admission or Admission()
        self._deadline_s = deadline_s
        self._max_tokens = max_tokens
        self._running: set[asyncio.Task[Reply]] = set()

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
        task.add_done_callback(partial(self._end, message))
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

    def _end(self, message: CustomerMessage, task: asyncio.Task[Reply]) -> None:
        """Tell of what was no turn: a message that failed or was answered before."""
        self._running.discard(task)
        if task.cancelled():
            return
        place = {"conversation_id": message.conversation_id, "customer_id": message.customer_id}
        error = task.exception()
        if error is not None:
            log.warning("message_failed", extra={**place, "error": type(error).__name__})
        elif task.result().replayed:
            log.info("message_repeated", extra={**place, "turn_id": task.result().turn_id})
