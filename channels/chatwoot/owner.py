"""Who has a conversation: what people do in Chatwoot counts, and is recorded here."""

from dataclasses import dataclass
from typing import Literal

from agent.handoff.foreign_desk import ForeignDesk, Newcomer
from agent.messages import Stage
from agent.store.durable import DurableStore
from channels.chatwoot.events import Conversation
from channels.chatwoot.standing import Standing

SOMEBODY = "Chatwoot"
"""A person whose name is not told."""


@dataclass(frozen=True)
class Seen:
    """A conversation of ours as an event shows it."""

    conversation_id: str
    newcomer: Newcomer
    """Whose it is."""
    told: Conversation
    writer: str | None = None
    """The person of the team who wrote, where one did."""

    @property
    def person(self) -> str:
        """Who has it, where people do."""
        return self.writer or self.told.assignee or SOMEBODY


class Owner:
    """Moves conversations here as people move them in Chatwoot.

    Args:
        desk: records who has a conversation.
        store: knows what is here.
    """

    def __init__(self, desk: ForeignDesk, store: DurableStore) -> None:
        self._desk = desk
        self._store = store

    async def settle(self, seen: Seen, known: Standing) -> None:
        """Have a conversation be whose it is in Chatwoot.

        A status that was known already moves nothing: what was given back or ended here may not have reached Chatwoot yet. Only an open
        conversation that the bot would answer in is people's in any case.

        Args:
            seen: in an event that did not come late.
            known: before the event.
        """
        stage, status = await self.stage(seen.conversation_id), seen.told.standing
        is_new = status != known.status
        if status == "open":
            is_bots = stage in (None, "bot", "offering") or (is_new and stage in ("returning", "closed"))
            if is_bots or (stage == "queued" and seen.person != SOMEBODY):
                await self.take(seen)
        elif is_new:
            for conversation_id in {seen.conversation_id, *known.ours}:
                await self._end(conversation_id, seen.person, "returning" if status == "pending" else "closed")

    async def take(self, seen: Seen) -> None:
        """Have a conversation be the person's whom an event shows."""
        await self._desk.took(seen.conversation_id, seen.person, seen.newcomer)

    async def knows(self, conversation_id: str) -> bool:
        """Whether a conversation is here: answered, taken by a person, or asked in and not answered yet."""
        return await self.stage(conversation_id) is not None or bool(await self._store.waiting(conversation_id))

    async def stage(self, conversation_id: str) -> Stage | None:
        """Where a conversation stands here; None: it is not here, or nothing was answered in it yet."""
        found = await self._store.load(conversation_id)
        return None if found is None else found.state.stage

    async def _end(self, conversation_id: str, person: str, stage: Literal["returning", "closed"]) -> None:
        if await self.stage(conversation_id) in ("queued", "human"):
            await self._desk.ended(conversation_id, person, stage)
