"""Messages on their way: accepted from customers and not answered yet, and meant for customers and not sent yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from agent.messages import CustomerMessage
from agent.store.records import TurnRecord

Delivery = Literal["response", "outbox"]
"""How the reply reaches the customer: in the response to the message itself, or later through the outbox."""
OutgoingKind = Literal["reply", "notice", "person"]
"""A reply of the bot, a notice to somebody who waits for a person, the words of a person."""
Verdict = Literal["send", "wait", "withdrawn", "gone"]


@dataclass(frozen=True)
class Accepted:
    """What became of a message that a channel handed over; it is durable either way."""

    is_new: bool
    """False: the same message was accepted or answered before."""
    turn: TurnRecord | None = None
    """The turn that has answered it already; None: none has so far."""


@dataclass(frozen=True)
class WaitingMessage:
    """An accepted message that no turn has answered."""

    message: CustomerMessage
    digest: str
    """SHA-256 of its text."""
    delivery: Delivery
    seen_version: int
    """The version of the conversation when it was accepted: what was committed later, its writer had not read."""
    accepted_at: datetime
    """Aware, UTC."""
    covers: str | None = None
    """A message whose reply was not sent because this one came; what it asked is answered with this one."""
    attempts: int = 0
    """How often its work was begun again after a crash or a failure."""


@dataclass(frozen=True)
class OutgoingMessage:
    """A message to a customer that no channel has reported as sent."""

    message_id: str
    """The same for the same message whenever it is sent; a reply has the id of its turn."""
    conversation_id: str
    text: str
    kind: OutgoingKind = "reply"
    channel: str = "web"
    attempts: int = 0
    """How often it was released so far, this time included."""
    person: str | None = None
    """Who wrote it; None: nobody."""


@dataclass(frozen=True)
class Release:
    """Whether a message may be sent now."""

    verdict: Verdict
    """``send``; ``wait``: one before it in the conversation is not sent, or its time has not come; ``withdrawn``: a person owns the
    conversation; ``gone``: there is nothing to send under this id."""
    message: OutgoingMessage | None = None
    """With ``send`` only."""


class Inbox(Protocol):
    """Accepted messages, durable before they are acknowledged, in the order of their acceptance."""

    async def accept(self, message: CustomerMessage, digest: str, delivery: Delivery) -> Accepted:
        """Make a message durable; one that waits in the outbox for nothing but its turn to be sent is superseded by it.

        Raises:
            MessageIdReused: the id was used for another text.
            ConversationOwnedByAnother: the conversation is another customer's.
            StoreError: the message is not accepted.
        """
        ...

    async def waiting(self, conversation_id: str) -> tuple[WaitingMessage, ...]:
        """Messages of a conversation that no turn has answered, in the order of their acceptance."""
        ...

    async def waiting_conversations(self) -> tuple[str, ...]:
        """Conversations with messages that no turn has answered, the longest waiting first."""
        ...

    async def begin_again(self, conversation_id: str, message_id: str) -> int:
        """Count durably that the work on a message is begun once more; the count."""
        ...


class Outbox(Protocol):
    """Messages to customers that a channel has to send."""

    async def unsent(
        self, limit: int = 100, channel: str | None = None, conversation_id: str | None = None
    ) -> tuple[OutgoingMessage, ...]:
        """Messages that no channel has reported as sent, oldest first, at most ``limit``; of one channel and conversation, or of all."""
        ...

    async def release(self, message_id: str, at: datetime) -> Release:
        """Decide in one transaction whether a message may be sent now, and record that it is being sent.

        A bot's reply is withdrawn while a person owns the conversation, a notice as soon as nobody waits any more. A message that was
        released and not reported may be released again, under the same id.
        """
        ...

    async def mark_sent(self, message_id: str) -> bool:
        """Record that a channel has sent a message; False when it was recorded before or there is none."""
        ...

    async def mark_failed(self, message_id: str, retry_at: datetime | None) -> bool:
        """Record that a channel could not send a message; None: it is given up. False: it was not being sent."""
        ...
