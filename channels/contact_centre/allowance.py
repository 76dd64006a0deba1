"""What a channel still allows to be sent: so many messages for one of the customer's, within so long."""

from collections.abc import Callable
from datetime import UTC, datetime

from agent.errors import DeliveryFailed
from agent.mailroom.delivery import Sender
from agent.store.channels import ChannelMemory
from agent.store.mail import OutgoingMessage
from channels.contact_centre.channel import Abilities
from channels.contact_centre.cutting import cut


class Allowance:
    """Sends through a channel only what it still allows; what is over is given up at once, and people see that it was not sent.

    Args:
        sender: of the channel.
        abilities: of the channel.
        memory: knows what was sent.
        clock: gives the time, aware.
    """

    def __init__(
        self,
        sender: Sender,
        abilities: Abilities,
        memory: ChannelMemory,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sender = sender
        self._abilities = abilities
        self._memory = memory
        self._clock = clock

    async def send(self, message: OutgoingMessage) -> None:
        """Send a message.

        Raises:
            DeliveryFailed: it was not sent; final where the channel does not allow it any more.
        """
        window, most = self._abilities.reply_window, self._abilities.most_replies
        if window is not None or most is not None:
            sending = await self._memory.sending(message.conversation_id)
            if window is not None and sending.asked_at is not None and self._clock() - sending.asked_at > window:
                raise DeliveryFailed(message.message_id, f"the customer wrote more than {window} ago", is_final=True)
            if most is not None and sum(map(self._messages, (*sending.texts, message.text))) > most:
                why = f"with it more than {most} messages were sent since the customer wrote, which the channel does not allow"
                raise DeliveryFailed(message.message_id, why, is_final=True)
        await self._sender.send(message)

    def _messages(self, text: str) -> int:
        """As how many messages a text leaves."""
        limit = self._abilities.most_bytes
        return 1 if limit is None else len(cut(text, limit))
