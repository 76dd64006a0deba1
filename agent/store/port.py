"""What a turn needs from a conversation store, whichever database is behind it."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from agent.state import ConversationState
from agent.store.mail import (
    Accepted,
    Delivery,
    Inbox,
    Outbox,
    OutgoingKind,
    OutgoingMessage,
    Release,
    Verdict,
    WaitingMessage,
)
from agent.store.records import (
    NO_EFFECTS,
    Action,
    ActionOutcome,
    Amendment,
    Conversation,
    HandoffTicket,
    Json,
    Move,
    Opening,
    Said,
    ThreadEntry,
    TicketKind,
    TicketStatus,
    TurnEffects,
    TurnRecord,
)

__all__ = [
    "Accepted",
    "Action",
    "ActionLedger",
    "ActionOutcome",
    "Amendment",
    "Conversation",
    "ConversationStore",
    "Delivery",
    "HandoffStore",
    "HandoffTicket",
    "Inbox",
    "Json",
    "Move",
    "Opening",
    "Outbox",
    "OutgoingKind",
    "OutgoingMessage",
    "RecentTurns",
    "Release",
    "Said",
    "Store",
    "ThreadEntry",
    "TicketKind",
    "TicketStatus",
    "TranscriptReader",
    "TurnEffects",
    "TurnQueue",
    "TurnRecord",
    "Verdict",
    "WaitingMessage",
]


class ConversationStore(Protocol):
    """The durable memory of conversations: one record and one transaction a turn."""

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; None when it has no committed turn."""
        ...

    async def opening(self, conversation_id: str, message_id: str) -> Opening:
        """Read what a turn starts from, all of one moment: the conversation, the message's turn if it has one, who waits."""
        ...

    async def find_turn(self, conversation_id: str, message_id: str) -> TurnRecord | None:
        """Read the turn that answered a message; None when none did.

        A message that was answered together with a later one of its burst gives that turn under its own id and digest, with a reply
        that has no text and names the other message.
        """
        ...

    async def commit(
        self,
        turn: TurnRecord,
        state: ConversationState,
        expected_version: int,
        ticket: HandoffTicket | None = None,
        effects: TurnEffects = NO_EFFECTS,
    ) -> None:
        """Make a turn durable: its record, the new state, the outgoing message and the ticket, or nothing of it.

        A caller that is cancelled while waiting does not know whether the turn was stored: `find_turn` tells.

        Args:
            turn: the finished turn; its reply goes to the outbox unless it is empty or told already.
            state: the conversation after the turn.
            expected_version: the version that was loaded; 0 for a conversation that was not there.
            ticket: a handoff to open, or an open one of this conversation to change; None: neither.
            effects: moves between bot and people, accepted messages that are answered with it, how the reply is told.

        Raises:
            ConversationBusy: the conversation is not at that version or stage any more, or the message was answered meanwhile.
            MessageIdReused: the message id was answered with another text.
            StoreError: nothing was acknowledged; the message says what to do.
        """
        ...


class TurnQueue(Protocol):
    """One turn at a time per conversation, across processes."""

    def turn_of(self, conversation_id: str, wait_s: float) -> AbstractAsyncContextManager[None]:
        """Hold a conversation while a turn of it is worked; a process that dies gives it back.

        Args:
            conversation_id: the conversation.
            wait_s: how long to wait for whoever holds it, in seconds; 0: only if it is free now.

        Raises:
            ConversationBusy: it was not free in time.
        """
        ...


class HandoffStore(Protocol):
    """What people who take over conversations need: moves by compare-and-set, their log, the tickets."""

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; None when it has no committed turn."""
        ...

    async def amend(self, amendment: Amendment) -> bool:
        """Make a change between turns durable: state, moves, ticket and words to the customer, or nothing of it.

        On a move to a person, replies of the bot that wait to be sent are withdrawn.

        Returns:
            False when the same words were handed in before: nothing was changed.

        Raises:
            ConversationBusy: the conversation is not at that version or stage any more.
            StoreError: nothing was acknowledged.
        """
        ...

    async def moves(self, conversation_id: str) -> tuple[Move, ...]:
        """The log of a conversation's moves and notes, oldest first."""
        ...

    async def ticket(self, ticket_id: str) -> HandoffTicket | None:
        """Read a ticket; None when there is none of that id."""
        ...

    async def open_tickets(self) -> tuple[HandoffTicket, ...]:
        """Handoffs that wait for a person, oldest first."""
        ...

    async def due_tickets(self, at: datetime) -> tuple[HandoffTicket, ...]:
        """Handoffs that somebody should have taken by ``at``, the longest overdue first."""
        ...

    async def thread(self, conversation_id: str) -> tuple[ThreadEntry, ...]:
        """Everything that was written in a conversation, in order."""
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
        """Record durably how a call ended; ``unknown`` and ``lapsed`` may be settled again, the same outcome twice changes nothing.

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


class Store(ConversationStore, TurnQueue, Inbox, ActionLedger, TranscriptReader, Protocol):
    """What an assistant keeps its turns, its accepted messages and its intended writes in."""
