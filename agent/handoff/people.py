"""The desk of the people: the queue, taking a conversation, writing to the customer, giving it back."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from agent.errors import ConversationBusy
from agent.handoff.errors import NotTaken, TicketClosed, TicketTaken, TicketUnknown
from agent.handoff.package import ticket_id as number_of
from agent.messages import Stage
from agent.state import ConversationState
from agent.store.port import HandoffStore
from agent.store.records import Amendment, Conversation, HandoffTicket, Move, Said, ThreadEntry

_TRIES = 20
"""How often a change is tried when the customer writes at the same moment."""

Change = Callable[[HandoffTicket, Conversation, datetime], Amendment | None]
"""What a person does to a conversation as it stands; None: it is so already."""


class PeopleDesk:
    """What people do with conversations that were handed over. Every move is checked against the stored stage and logged.

    Args:
        store: keeps conversations and tickets.
        clock: gives the time, aware.
        acknowledge_s: seconds in which a ticket that is passed on must be taken; 0: no such time.
    """

    def __init__(self, store: HandoffStore, clock: Callable[[], datetime], acknowledge_s: int = 120) -> None:
        self._store = store
        self._clock = clock
        self._acknowledge_s = acknowledge_s

    async def queue(self, name: str | None = None) -> tuple[HandoffTicket, ...]:
        """Handoffs that wait for a person, oldest first; of one queue or of all."""
        return tuple(one for one in await self._store.open_tickets() if name is None or one.queue == name)

    async def thread(self, conversation_id: str) -> tuple[ThreadEntry, ...]:
        """Everything that was written in a conversation, in order."""
        return await self._store.thread(conversation_id)

    async def moves(self, conversation_id: str) -> tuple[Move, ...]:
        """The moves and notes of a conversation, oldest first."""
        return await self._store.moves(conversation_id)

    async def take(self, ticket_id: str, person: str) -> HandoffTicket:
        """Take a conversation: from now on the bot says nothing in it, and what it had not sent yet is withdrawn.

        Raises:
            TicketUnknown: there is no such ticket.
            TicketTaken: another person was first.
            TicketClosed: it is settled.
        """

        def change(ticket: HandoffTicket, found: Conversation, now: datetime) -> Amendment | None:
            if ticket.status == "taken" and ticket.person == person:
                return None
            if ticket.status == "taken":
                raise TicketTaken(ticket_id, str(ticket.person))
            taken = replace(ticket, status="taken", person=person, due_at=None)
            return _moved(found, taken, "human", person, "taken", now)

        return await self._change(ticket_id, change)

    async def take_over(self, conversation_id: str, person: str) -> HandoffTicket:
        """Step into a conversation that the bot has, or that waits for a person.

        Raises:
            TicketUnknown: there is no such conversation.
            TicketTaken: another person has it.
        """
        for _ in range(_TRIES):
            found = await self._store.load(conversation_id)
            if found is None:
                raise TicketUnknown(conversation_id)
            if found.state.ticket_id is not None and found.state.owner == "human":
                return await self.take(found.state.ticket_id, person)
            try:
                return await self._step_in(found, person)
            except ConversationBusy:
                continue
        raise ConversationBusy(conversation_id)

    async def reply(self, ticket_id: str, person: str, text: str, message_id: str) -> bool:
        """Write to the customer; the words go out through the outbox, and the bot remembers them when it has the conversation back.

        Args:
            ticket_id: taken by this person.
            person: who writes.
            text: to the customer.
            message_id: of this message; the same one again is kept and sent once.

        Returns:
            False when the message was there before.

        Raises:
            HandoffError: the person does not have the conversation.
        """
        said = Said(_said_id(ticket_id, message_id), "person", text, person)
        is_new = True

        def change(ticket: HandoffTicket, found: Conversation, now: datetime) -> Amendment:
            _check_own(ticket, person)
            state = found.state.with_person(text)
            return Amendment(found.conversation_id, found.version, state, now, said=(said,))

        def told(changed: bool) -> None:
            nonlocal is_new
            is_new = changed

        await self._change(ticket_id, change, told)
        return is_new

    async def record(self, conversation_id: str, person: str, text: str, message_id: str) -> bool:
        """Keep what a person wrote to the customer at a desk of their own: the thread and the bot remember it, nothing is sent.

        Args:
            conversation_id: of the customer; whoever owns it.
            person: who wrote.
            text: as the customer got it.
            message_id: of the foreign desk; the same one again is kept once.

        Returns:
            False when the message was there before.

        Raises:
            TicketUnknown: there is no such conversation.
        """
        said = Said(_said_id(conversation_id, message_id), "person", text, person, is_sent=True)
        for _ in range(_TRIES):
            found = await self._store.load(conversation_id)
            if found is None:
                raise TicketUnknown(conversation_id)
            state = found.state.with_person(text)
            try:
                return await self._store.amend(
                    Amendment(conversation_id, found.version, state, self._clock(), said=(said,))
                )
            except ConversationBusy:
                continue
        raise ConversationBusy(conversation_id)

    async def note(self, ticket_id: str, person: str, text: str) -> None:
        """Leave a private note, for people only.

        Raises:
            TicketUnknown: there is no such ticket.
        """

        def change(ticket: HandoffTicket, found: Conversation, now: datetime) -> Amendment:
            stage = found.state.stage
            move = Move(stage, stage, person, "note", now, ticket_id, text)
            return Amendment(found.conversation_id, found.version, found.state, now, (move,))

        await self._change(ticket_id, change)

    async def pass_on(self, ticket_id: str, person: str, queue: str) -> None:
        """Put a conversation into another queue.

        Raises:
            HandoffError: the person does not have the conversation.
        """

        def change(ticket: HandoffTicket, found: Conversation, now: datetime) -> Amendment:
            _check_own(ticket, person)
            due = now + timedelta(seconds=self._acknowledge_s) if self._acknowledge_s else None
            passed = replace(ticket, status="open", person=None, queue=queue, due_at=due)
            return _moved(found, passed, "queued", person, "passed_on", now)

        await self._change(ticket_id, change)

    async def give_back(self, ticket_id: str, person: str) -> None:
        """Give a conversation back to the bot, which goes on with the customer's next message.

        Raises:
            HandoffError: the person does not have the conversation.
        """
        await self._settle(ticket_id, person, "returning", "given_back")

    async def close(self, ticket_id: str, person: str) -> None:
        """End a conversation; one that nobody has taken may be closed too, as after a call back.

        Raises:
            HandoffError: another person has the conversation, or it is settled.
        """
        await self._settle(ticket_id, person, "closed", "closed")

    async def _settle(self, ticket_id: str, person: str, stage: Stage, reason: str) -> None:
        def change(ticket: HandoffTicket, found: Conversation, now: datetime) -> Amendment:
            if ticket.status != "open" or stage != "closed":
                _check_own(ticket, person)
            settled = replace(ticket, status="closed", due_at=None)
            return _moved(found, settled, stage, person, reason, now)

        await self._change(ticket_id, change)

    async def _change(
        self, ticket_id: str, change: Change, told: Callable[[bool], None] = lambda changed: None
    ) -> HandoffTicket:
        """Change a conversation as it stands, anew when the customer wrote meanwhile; the ticket afterwards."""
        for _ in range(_TRIES):
            ticket = await self._store.ticket(ticket_id)
            found = await self._store.load(ticket.conversation_id) if ticket else None
            if ticket is None or found is None:
                raise TicketUnknown(ticket_id)
            if ticket.status == "closed":
                raise TicketClosed(ticket_id)
            amendment = change(ticket, found, self._clock())
            if amendment is None:
                return ticket
            try:
                told(await self._store.amend(amendment))
            except ConversationBusy:
                continue
            return amendment.ticket or ticket
        raise ConversationBusy(ticket_id)

    async def _step_in(self, found: Conversation, person: str) -> HandoffTicket:
        amendment, ticket = stepping_in(found, person, self._clock())
        await self._store.amend(amendment)
        return ticket


def stepping_in(found: Conversation, person: str, now: datetime) -> tuple[Amendment, HandoffTicket]:
    """What a person changes who steps into a conversation that no person has, and the ticket they then have.

    Args:
        found: the conversation as it is.
        person: who steps in.
        now: the time, aware.
    """
    stage, number = found.state.stage, number_of(found.conversation_id, f"{person}\n{found.version}")
    history = [list(entry) for entry in found.state.history[-6:]]
    package = {"summary": "人工主动接入", "customer_id": found.state.customer_id, "history": history}
    ticket = HandoffTicket(number, found.conversation_id, "taken_over", package, now, "taken", person=person)
    moves = [Move(stage, "bot", "bot", "taken_over", now)] if stage in ("returning", "closed") else []
    begin: Stage = "bot" if moves else stage
    moves += [
        Move(begin, "queued", person, "taken_over", now, number),
        Move("queued", "human", person, "taken", now, number),
    ]
    state = replace(found.state.waiting_for_nothing(), stage="human", ticket_id=number)
    return Amendment(found.conversation_id, found.version, state, now, tuple(moves), ticket), ticket


def _check_own(ticket: HandoffTicket, person: str) -> None:
    if ticket.status == "open":
        raise NotTaken(ticket.ticket_id)
    if ticket.person != person:
        raise TicketTaken(ticket.ticket_id, str(ticket.person))


def _moved(
    found: Conversation, ticket: HandoffTicket, stage: Stage, person: str, reason: str, now: datetime
) -> Amendment:
    number = ticket.ticket_id if stage in ("queued", "human") else None
    state: ConversationState = replace(found.state.waiting_for_nothing(), stage=stage, ticket_id=number)
    move = Move(found.state.stage, stage, person, reason, now, ticket.ticket_id)
    return Amendment(found.conversation_id, found.version, state, now, (move,), ticket)


def _said_id(ticket_id: str, message_id: str) -> str:
    return "p-" + hashlib.sha256(f"{ticket_id}\n{message_id}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
