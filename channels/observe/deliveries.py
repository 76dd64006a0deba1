"""Deliveries counted: a sender that reports how each attempt ended."""

from collections.abc import Callable

from agent.errors import DeliveryFailed
from agent.mailroom.delivery import MOST_ATTEMPTS, Sender
from agent.store.mail import OutgoingMessage
from channels.observe.labels import DeliveryEnd

Report = Callable[[str, DeliveryEnd], None]
"""Is told the channel and how an attempt to send one of its messages ended."""


class CountedSender:
    """Sends through another sender.

    Args:
        channel: whose.
        sender: sends.
        report: is told each end.
    """

    def __init__(self, channel: str, sender: Sender, report: Report) -> None:
        self._channel = channel
        self._sender = sender
        self._report = report

    async def send(self, message: OutgoingMessage) -> None:
        """Send a message.

        Raises:
            DeliveryFailed: as the other sender.
        """
        try:
            await self._sender.send(message)
        except DeliveryFailed as exc:
            is_last = exc.is_final or message.attempts >= MOST_ATTEMPTS
            self._report(self._channel, "given_up" if is_last else "failed")
            raise
        self._report(self._channel, "sent")
