"""Who has a conversation at a desk that is not ours: it is so already, and is recorded as it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from agent.errors import ConversationBusy
from agent.handoff.errors import TicketUnknown
from agent.handoff.people import stepping_in
from agent.state import ConversationState
from agent.store.port import HandoffStore
from agent.store.records import Amendment, Conversation, HandoffTicket, Move

_TRIES = 20
"""How often a change is recorded anew when the customer writes at the same moment."""

Change = Callable[[Conversation, HandoffTicket | None, datetime], Amendment | None]
"""What was done to a conversation as it stands here; None: it stands so already."""


@dataclass(frozen=True)
class Newcomer:
    """Whose conversation it is, where none of its messages was answered yet."""

    customer_id: str
    shop_id: str


class ForeignDesk:
    """Records who has a conversation in the contact centre's own client; what comes twice changes nothing.

    What people wrote there is kept by `PeopleDesk.record`.

    Args:
        store: keeps conversations and tickets.
        clock: gives the time, aware.
    """

    def __init__(self, store: HandoffStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def took(self, conversation_id: str, person: str, newcomer: Newcomer | None = None) -> bool:
        """Record that a person has a conversation now, whoever had it before.

        Args:
            conversation_id: the conversation.
            person: who has it.
            newcomer: whose it is, for one that begins with this: the bot says nothing in it, not even what it is working on; None: it is
                there already.

        Returns:
            False when they had it already.

        Raises:
            TicketUnknown: there is no such conversation.
        """

        def change(found: Conversation, ticket: HandoffTicket | None, now: datetime) -> Amendment | None:
            return _with(person, found, ticket, now)

        return await self._change(conversation_id, change, newcomer)

    async def ended(self, conversation_id: str, person: str, stage: Literal["closed", "returning"] = "closed") -> bool:
        """Record that people are done with a conversation.

        Args:
            conversation_id: the conversation.
            person: who ended it.
            stage: ``returning``: it was given back to the bot.

        Returns:
            False when no person had it, or nobody waited for one.

        Raises:
            TicketUnknown: there is no such conversation.
        """

        def change(found: Conversation, ticket: HandoffTicket | None, now: datetime) -> Amendment | None:
            if ticket is None or found.state.owner != "human":
                return None
            # Who only waits for a person has nothing to come back from.
            end = stage if found.state.stage == "human" else "closed"
            reason = "given_back" if end == "returning" else "closed"
            state = replace(found.state.waiting_for_nothing(), stage=end, ticket_id=None)
            move = Move(found.state.stage, end, person, reason, now, ticket.ticket_id)
            settled = replace(ticket, status="closed", due_at=None)
            return Amendment(found.conversation_id, found.version, state, now, (move,), settled)

        return await self._change(conversation_id, change)

    async def _change(self, conversation_id: str, change: Change, newcomer: Newcomer | None = None) -> bool:
        for _ in range(_TRIES):
            found = await self._store.load(conversation_id)
            if found is None and newcomer is not None:
                found = Conversation(conversation_id, newcomer.shop_id, ConversationState(newcomer.customer_id), 0)
            if found is None:
                raise TicketUnknown(conversation_id)
            number = found.state.ticket_id
            ticket = await self._store.ticket(number) if number is not None else None
            amendment = change(found, ticket, self._clock())
            if amendment is None:
                return False
            try:
                return await self._store.amend(replace(amendment, shop_id=found.shop_id))
            except ConversationBusy:
                continue
        raise ConversationBusy(conversation_id)


def _with(person: str, found: Conversation, ticket: HandoffTicket | None, now: datetime) -> Amendment | None:
    """A person has the conversation; None: they had it already."""
    if ticket is None or found.state.owner != "human":
        return stepping_in(found, person, now)[0]
    if ticket.status == "taken" and ticket.person == person:
        return None
    moves = [Move("queued", "human", person, "taken", now, ticket.ticket_id)]
    if found.state.stage == "human":
        moves.insert(0, Move("human", "queued", str(ticket.person), "passed_on", now, ticket.ticket_id))
    state: ConversationState = replace(found.state.waiting_for_nothing(), stage="human")
    taken = replace(ticket, status="taken", person=person, due_at=None)
    return Amendment(found.conversation_id, found.version, state, now, tuple(moves), taken)
