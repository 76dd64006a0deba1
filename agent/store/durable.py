"""The store as its callers see it, over whichever database runs its statements."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial

from agent.messages import CustomerMessage
from agent.state import ConversationState
from agent.store import codec, handoffs, inbox, ledger, outbox, turns
from agent.store.connection import Runner
from agent.store.locks import Locks, NoLocks, TurnLine
from agent.store.mail import Accepted, Delivery, OutgoingMessage, Release, WaitingMessage
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
    ThreadEntry,
    TurnEffects,
    TurnRecord,
)


class DurableStore:
    """All ports of `agent.store.port` in one database."""

    def __init__(
        self, writer: Runner, reader: Runner, place: str, locks: Locks | None = None, near: Runner | None = None
    ) -> None:
        """Take over the runners.

        Args:
            writer: its jobs are durable when they return.
            reader: sees what was committed; may be the writer.
            place: the database's path or address, for messages.
            locks: seen by every process that uses the database; None: no other one does.
            near: as `reader`, quicker for a few rows that are found by their keys; None: the reader.
        """
        self._writer = writer
        self._reader = reader
        self._near = near or reader
        self._place = place
        self._line = TurnLine(locks or NoLocks())

    @property
    def reader(self) -> Runner:
        """Runs jobs that only read: for upkeep."""
        return self._reader

    @property
    def near(self) -> Runner:
        """Runs jobs that read a few rows by their keys."""
        return self._near

    @property
    def writer(self) -> Runner:
        """Runs jobs that write: for upkeep."""
        return self._writer

    def turn_of(self, conversation_id: str, wait_s: float) -> AbstractAsyncContextManager[None]:
        """Hold a conversation while a turn of it is worked; see `TurnQueue`."""
        return self._line.turn_of(conversation_id, wait_s)

    async def opening(self, conversation_id: str, message_id: str) -> Opening:
        """Read what a turn starts from; see `ConversationStore`."""
        job = partial(turns.opening, conversation_id=conversation_id, message_id=message_id)
        return await self._near.run("read a conversation", job)

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; see `ConversationStore`."""
        job = partial(turns.load, conversation_id=conversation_id)
        return await self._near.run("read a conversation", job)

    async def find_turn(self, conversation_id: str, message_id: str) -> TurnRecord | None:
        """Read the turn that answered a message; see `ConversationStore`."""
        job = partial(turns.find_turn, conversation_id=conversation_id, message_id=message_id)
        return await self._near.run("read a turn", job)

    async def commit(
        self,
        turn: TurnRecord,
        state: ConversationState,
        expected_version: int,
        ticket: HandoffTicket | None = None,
        effects: TurnEffects = NO_EFFECTS,
    ) -> None:
        """Make a turn durable; see `ConversationStore`."""
        job = turns.committing(turn, state, expected_version, ticket, effects, self._place)
        await self._writer.run("commit a turn", job)

    async def intend(self, key: str, conversation_id: str, turn_id: str, tool: str, args: Json) -> Action | None:
        """Record an intended write, durably, before the back-end is called; see `ActionLedger`."""
        job = ledger.intending(key, conversation_id, turn_id, tool, args)
        return await self._writer.run("record an intended action", job)

    async def settle(self, key: str, outcome: ActionOutcome, receipt: Json | None = None) -> None:
        """Record how a write ended; see `ActionLedger`."""
        await self._writer.run("settle an action", ledger.settling(key, outcome, receipt))

    async def unsettled(self) -> tuple[Action, ...]:
        """Actions whose end is not known; see `ActionLedger`."""
        return await self._reader.run("read unsettled actions", ledger.unsettled)

    async def turns(self, conversation_id: str) -> tuple[TurnRecord, ...]:
        """All turns of a conversation; see `TranscriptReader`."""
        job = partial(turns.transcript, conversation_id=conversation_id)
        return await self._reader.run("read a transcript", job)

    async def recent_turns(self, limit: int, shop_id: str) -> tuple[TurnRecord, ...]:
        """The last turns of a shop; see `RecentTurns`."""
        job = partial(turns.recent, limit=limit, shop_id=shop_id)
        return await self._reader.run("read the last turns", job)

    async def turns_since(self, shop_id: str, moment: datetime) -> tuple[TurnRecord, ...]:
        """The turns of a shop from a moment on, of all conversations, oldest first."""
        job = partial(turns.since, shop_id=shop_id, moment=codec.moment_to_text(moment, "time"))
        return await self._reader.run("read the turns of a period", job)

    async def amend(self, amendment: Amendment) -> bool:
        """Make a change between turns durable; see `HandoffStore`."""
        return await self._writer.run("change a conversation", handoffs.amending(amendment))

    async def moves(self, conversation_id: str) -> tuple[Move, ...]:
        """The log of a conversation's moves and notes; see `HandoffStore`."""
        return await self._reader.run("read moves", partial(handoffs.moves, conversation_id=conversation_id))

    async def ticket(self, ticket_id: str) -> HandoffTicket | None:
        """Read a ticket; see `HandoffStore`."""
        return await self._reader.run("read a ticket", partial(handoffs.ticket, ticket_id=ticket_id))

    async def open_tickets(self) -> tuple[HandoffTicket, ...]:
        """Handoffs that wait for a person; see `HandoffStore`."""
        return await self._reader.run("read open tickets", handoffs.open_tickets)

    async def due_tickets(self, at: datetime) -> tuple[HandoffTicket, ...]:
        """Handoffs that somebody should have taken; see `HandoffStore`."""
        job = partial(handoffs.due_tickets, at=codec.moment_to_text(at, "time"))
        return await self._reader.run("read due tickets", job)

    async def thread(self, conversation_id: str) -> tuple[ThreadEntry, ...]:
        """Everything that was written in a conversation; see `HandoffStore`."""
        return await self._reader.run("read a thread", partial(handoffs.thread, conversation_id=conversation_id))

    async def accept(self, message: CustomerMessage, digest: str, delivery: Delivery) -> Accepted:
        """Make a message durable; see `Inbox`."""
        return await self._writer.run("accept a message", inbox.accepting(message, digest, delivery))

    async def waiting(self, conversation_id: str) -> tuple[WaitingMessage, ...]:
        """Messages of a conversation that no turn has answered; see `Inbox`."""
        return await self._near.run("read the inbox", partial(inbox.waiting, conversation_id=conversation_id))

    async def waiting_conversations(self) -> tuple[str, ...]:
        """Conversations with messages that no turn has answered; see `Inbox`."""
        return await self._reader.run("read the inbox", inbox.waiting_conversations)

    async def begin_again(self, conversation_id: str, message_id: str) -> int:
        """Count that the work on a message is begun once more; see `Inbox`."""
        job = partial(inbox.begin_again, conversation_id=conversation_id, message_id=message_id)
        return await self._writer.run("begin a message again", job)

    async def unsent(
        self, limit: int = 100, channel: str | None = None, conversation_id: str | None = None
    ) -> tuple[OutgoingMessage, ...]:
        """Messages not yet reported as sent; see `Outbox`."""
        job = partial(outbox.unsent, limit=limit, channel=channel, conversation_id=conversation_id)
        return await self._reader.run("read the outbox", job)

    async def release(self, message_id: str, at: datetime) -> Release:
        """Decide whether a message may be sent now; see `Outbox`."""
        return await self._writer.run("release a message", outbox.releasing(message_id, at))

    async def mark_sent(self, message_id: str) -> bool:
        """Record that a message was sent; see `Outbox`."""
        return await self._writer.run("mark a message as sent", partial(outbox.mark_sent, message_id=message_id))

    async def mark_failed(self, message_id: str, retry_at: datetime | None) -> bool:
        """Record that a message could not be sent; see `Outbox`."""
        return await self._writer.run("mark a message as failed", outbox.failing(message_id, retry_at))

    async def mark_undelivered(self, message_id: str) -> bool:
        """Record that a message that a channel took did not reach the customer; False when none of that id was sent."""
        job = partial(outbox.mark_undelivered, message_id=message_id)
        return await self._writer.run("mark a message as undelivered", job)

    async def aclose(self) -> None:
        """Finish the writes that wait, then close; later calls raise StoreUnavailable."""
        for runner in dict.fromkeys((self._writer, self._near, self._reader)):
            await runner.aclose()
        await self._line.aclose()
