"""The store as its callers see it, over whichever database runs its statements."""

from functools import partial

from agent.state import ConversationState
from agent.store import ledger, turns
from agent.store.connection import Runner
from agent.store.port import (
    Action,
    ActionOutcome,
    Conversation,
    HandoffTicket,
    Json,
    OutgoingMessage,
    TurnRecord,
)


class DurableStore:
    """`ConversationStore`, `ActionLedger`, `TranscriptReader` and `Outbox` in one database."""

    def __init__(self, writer: Runner, reader: Runner, place: str) -> None:
        """Take over the runners.

        Args:
            writer: its jobs are durable when they return.
            reader: sees what was committed; may be the writer.
            place: the database's path or address, for messages.
        """
        self._writer = writer
        self._reader = reader
        self._place = place

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; see `ConversationStore`."""
        job = partial(turns.load, conversation_id=conversation_id)
        return await self._reader.run("read a conversation", job)

    async def find_turn(self, conversation_id: str, message_id: str) -> TurnRecord | None:
        """Read the turn that answered a message; see `ConversationStore`."""
        job = partial(turns.find_turn, conversation_id=conversation_id, message_id=message_id)
        return await self._reader.run("read a turn", job)

    async def commit(
        self,
        turn: TurnRecord,
        state: ConversationState,
        expected_version: int,
        ticket: HandoffTicket | None = None,
    ) -> None:
        """Make a turn durable; see `ConversationStore`."""
        job = turns.committing(turn, state, expected_version, ticket, self._place)
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

    async def open_tickets(self) -> tuple[HandoffTicket, ...]:
        """Handoffs that wait for a person; see `TranscriptReader`."""
        return await self._reader.run("read open tickets", turns.open_tickets)

    async def unsent(self, limit: int = 100) -> tuple[OutgoingMessage, ...]:
        """Replies not yet reported as sent; see `Outbox`."""
        return await self._reader.run("read the outbox", partial(turns.unsent, limit=limit))

    async def mark_sent(self, turn_id: str) -> bool:
        """Record that a reply was sent; see `Outbox`."""
        return await self._writer.run("mark a reply as sent", partial(turns.mark_sent, turn_id=turn_id))

    async def aclose(self) -> None:
        """Finish the writes that wait, then close; later calls raise StoreUnavailable."""
        await self._writer.aclose()
        if self._reader is not self._writer:
            await self._reader.aclose()
