"""What a turn needs from a conversation store, whichever database is behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from agent.messages import Reply
from agent.state import ConversationState

Json = Mapping[str, object]
"""A mapping that JSON can hold."""
ActionOutcome = Literal["done", "refused", "not_done", "unknown"]
"""How a write to a back-end ended; ``unknown``: nobody could tell, a person has to look."""
TicketStatus = Literal["open", "closed"]


@dataclass(frozen=True)
class Conversation:
    """A conversation as it was last committed."""

    conversation_id: str
    shop_id: str
    """The shop of its first turn."""
    state: ConversationState
    version: int
    """Committed turns so far, at least 1; the next commit must name it."""


@dataclass(frozen=True)
class TurnRecord:
    """One finished turn: what was asked, what was answered, and why."""

    turn_id: str
    conversation_id: str
    message_id: str
    """The idempotency key inside the conversation."""
    text_digest: str
    """SHA-256 of the customer's text: tells a repeated message from a reused id."""
    request: Json
    """The message as the channel handed it over."""
    reply: Reply
    trace: Json
    """For people who look into the turn: audit findings, drafts, dropped passages."""
    created_at: datetime
    """Aware; read back in UTC."""
    shop_id: str = ""
    """The shop that answered; read back as the conversation's."""


@dataclass(frozen=True)
class HandoffTicket:
    """A person's task to take over a conversation."""

    ticket_id: str
    conversation_id: str
    reason: str
    package: Json
    """What the person needs to know: summary, the ask in the customer's words, evidence, tools tried."""
    created_at: datetime
    """Aware; read back in UTC."""
    status: TicketStatus = "open"


@dataclass(frozen=True)
class OutgoingMessage:
    """A committed reply that no channel has reported as sent."""

    turn_id: str
    conversation_id: str
    text: str


@dataclass(frozen=True)
class Action:
    """A write to a back-end, recorded before it was sent."""

    key: str
    """The idempotency key that the back-end gets."""
    conversation_id: str
    turn_id: str
    tool: str
    args: Json
    intended_at: datetime
    """Aware, UTC."""
    outcome: ActionOutcome | None = None
    """None: no answer recorded; the process may have died before, during or after the call."""
    receipt: Json | None = None
    """What the back-end answered."""


class ConversationStore(Protocol):
    """The durable memory of conversations: one record and one transaction a turn."""

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; None when it has no committed turn."""
        ...

    async def find_turn(self, conversation_id: str, message_id: str) -> TurnRecord | None:
        """Read the turn that answered a message; None when none did."""
        ...

    async def commit(
        self, turn: TurnRecord, state: ConversationState, expected_version: int, ticket: HandoffTicket | None
    ) -> None:
        """Make a turn durable: its record, the new state, the outgoing message and the ticket, or nothing of it.

        A caller that is cancelled while waiting does not know whether the turn was stored: `find_turn` tells.

        Args:
            turn: the finished turn; its reply goes to the outbox unless it is empty.
            state: the conversation after the turn.
            expected_version: the version that was loaded; 0 for a conversation that was not there.
            ticket: a handoff to open, or an open one of this conversation to change; None: neither.

        Raises:
            ConversationBusy: the conversation is not at that version any more, or the message was answered meanwhile.
            MessageIdReused: the message id was answered with another text.
            StoreError: nothing was acknowledged; the message says what to do.
        """
        ...


class ActionLedger(Protocol):
    """The record of writes to back-ends: intended first, settled after."""

    async def intend(self, key: str, conversation_id: str, turn_id: str, tool: str, args: Json) -> Action | None:
        """Record durably that a back-end is about to be called.

        Returns:
            None when the intent is new: call the back-end now. The stored action when the key was there before: do
            not call again, look at its outcome or ask the back-end.

        Raises:
            ActionConflict: the key was used for another tool or other arguments.
            StoreError: nothing was recorded, so the back-end must not be called.
        """
        ...

    async def settle(self, key: str, outcome: ActionOutcome, receipt: Json | None) -> None:
        """Record durably how a call ended; ``unknown`` may be settled again, the same outcome twice changes nothing.

        Raises:
            ActionConflict: there is no such intent, or it ended otherwise.
            StoreError: nothing was recorded.
        """
        ...

    async def unsettled(self) -> tuple[Action, ...]:
        """Actions whose end is not known (no outcome or ``unknown``), oldest first."""
        ...


class TranscriptReader(Protocol):
    """What people look at: transcripts and open handoffs."""

    async def turns(self, conversation_id: str) -> tuple[TurnRecord, ...]:
        """All turns of a conversation, in the order of their commits; empty when it is not there."""
        ...

    async def open_tickets(self) -> tuple[HandoffTicket, ...]:
        """Handoffs that wait for a person, oldest first."""
        ...


class RecentTurns(Protocol):
    """What customers asked lately, for those who mend what the shop knows."""

    async def recent_turns(self, limit: int, shop_id: str) -> tuple[TurnRecord, ...]:
        """The last turns of a shop, of all conversations, the latest first.

        Args:
            limit: at most so many.
            shop_id: the shop.
        """
        ...


class Outbox(Protocol):
    """Committed replies on their way to a channel."""

    async def unsent(self, limit: int = 100) -> tuple[OutgoingMessage, ...]:
        """Replies that no channel has reported as sent, oldest first, at most ``limit``."""
        ...

    async def mark_sent(self, turn_id: str) -> bool:
        """Record that a channel has sent a turn's reply; False when it was recorded before or there is none."""
        ...
