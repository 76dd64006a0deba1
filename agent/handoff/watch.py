"""The watch over handoffs that nobody takes: the next queue, a notice, or a call back when people went home."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from agent.errors import ConversationBusy
from agent.handoff.hours import closes_at, is_open
from agent.handoff.notices import say_closed, say_still_waiting
from agent.profile import ShopProfile
from agent.store.port import HandoffStore
from agent.store.records import Amendment, Conversation, HandoffTicket, Move, Said


class HandoffWatch:
    """Looks after handoffs whose time to be taken has passed. Several processes may watch: each change is made once.

    Args:
        store: keeps conversations and tickets.
        profile: gives the shop's profile of now.
        clock: gives the time, aware.
    """

    def __init__(self, store: HandoffStore, profile: Callable[[], ShopProfile], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._profile = profile
        self._clock = clock

    async def look(self) -> int:
        """Look once.

        Returns:
            Handoffs that were changed.

        Raises:
            StoreError: the store could not be read or written.
        """
        now, changed = self._clock(), 0
        for ticket in await self._store.due_tickets(now):
            found = await self._store.load(ticket.conversation_id)
            if found is None:
                continue
            try:
                changed += await self._store.amend(self._next(ticket, found, now))
            except ConversationBusy:
                continue  # taken, or written in, at this moment: the next look sees it
        return changed

    def _next(self, ticket: HandoffTicket, found: Conversation, now: datetime) -> Amendment:
        profile = self._profile()
        rules = profile.handoff
        if not is_open(profile, now):
            gone = replace(ticket, kind="call_back", due_at=None)
            return _told(gone, found, now, say_closed(profile), "people_went_home")
        place = rules.queues.index(ticket.queue) if ticket.queue in rules.queues else len(rules.queues)
        if place + 1 < len(rules.queues):
            due = now + timedelta(seconds=rules.acknowledge_s)
            return _moved(replace(ticket, queue=rules.queues[place + 1], due_at=due), found, now, "not_taken_in_time")
        closing = closes_at(profile, now)
        if ticket.notices:
            return _moved(replace(ticket, due_at=closing), found, now, "not_taken_in_time")
        return _told(replace(ticket, due_at=closing), found, now, say_still_waiting(), "not_taken_in_time")


def _told(ticket: HandoffTicket, found: Conversation, now: datetime, text: str, reason: str) -> Amendment:
    number = ticket.notices + 1
    said = Said(f"n-{ticket.ticket_id}-{number}", "notice", text)
    return replace(_moved(replace(ticket, notices=number), found, now, reason), said=(said,))


def _moved(ticket: HandoffTicket, found: Conversation, now: datetime, reason: str) -> Amendment:
    move = Move("queued", "queued", "system", reason, now, ticket.ticket_id, ticket.queue)
    return Amendment(found.conversation_id, found.version, found.state, now, (move,), ticket)
