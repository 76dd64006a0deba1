"""Delivery: messages leave the outbox through a channel, in order, released one by one, tried again when the channel fails."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from agent.errors import DeliveryFailed
from agent.store.mail import Outbox, OutgoingMessage

log = logging.getLogger(__name__)

FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 300.0
MOST_AT_ONCE = 8
"""Conversations that are sent to at the same time: a slow one does not hold up the others."""
MOST_ATTEMPTS = 12
"""A message is given up after so many attempts: with the pauses above after about 35 minutes."""


class Sender(Protocol):
    """A channel's way to its customers."""

    async def send(self, message: OutgoingMessage) -> None:
        """Send one message; a message that comes again has the same id.

        Raises:
            DeliveryFailed: it was not sent.
        """
        ...


class Delivery:
    """Sends what stands in the outbox for one channel; one delivery a channel runs at a time.

    Args:
        outbox: of the store.
        channel: whose messages.
        sender: the channel.
        clock: gives the time, aware.
    """

    def __init__(self, outbox: Outbox, channel: str, sender: Sender, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._channel = channel
        self._sender = sender
        self._clock = clock

    async def deliver(self, limit: int = 100) -> int:
        """Send what may be sent now; each message is released, with the owner checked again, right before it is sent.

        Args:
            limit: messages looked at.

        Returns:
            Messages sent.

        Raises:
            StoreError: the outbox could not be read or written.
        """
        lines: dict[str, list[OutgoingMessage]] = {}
        for message in await self._outbox.unsent(limit, self._channel):
            lines.setdefault(message.conversation_id, []).append(message)
        hands = asyncio.Semaphore(MOST_AT_ONCE)
        return sum(await asyncio.gather(*(self._deliver_line(line, hands) for line in lines.values())))

    async def _deliver_line(self, line: Sequence[OutgoingMessage], hands: asyncio.Semaphore) -> int:
        """Send what waits in one conversation, in order, up to the first that has to wait."""
        sent = 0
        async with hands:
            for message in line:
                release = await self._outbox.release(message.message_id, self._clock())
                if release.verdict == "wait":
                    break
                if release.message is None:
                    continue
                if not await self._send(release.message):
                    break
                sent += 1
        return sent

    async def _send(self, message: OutgoingMessage) -> bool:
        try:
            await self._sender.send(message)
        except DeliveryFailed as exc:
            named = {"conversation_id": message.conversation_id, "channel": message.channel}
            log.warning("message %s was not sent: %s", message.message_id, exc, extra=named)
            await self._outbox.mark_failed(message.message_id, self._retry_at(message.attempts, exc))
            return False
        await self._outbox.mark_sent(message.message_id)
        return True

    def _retry_at(self, attempts: int, failure: DeliveryFailed) -> datetime | None:
        if attempts >= MOST_ATTEMPTS or failure.is_final:
            return None
        pause = failure.retry_after_s or min(FIRST_RETRY_S * 2 ** (attempts - 1), LONGEST_RETRY_S)
        return self._clock() + timedelta(seconds=pause)
