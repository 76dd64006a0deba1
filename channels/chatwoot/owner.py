"""Who has a conversation: what people do in Chatwoot counts, and is recorded here."""

from dataclasses import dataclass

from agent.handoff.foreign_desk import ForeignDesk, Newcomer
from agent.messages import Stage
from agent.store.port import HandoffStore
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
        store: knows the stages.
    """

    def __init__(self, desk: ForeignDesk, store: HandoffStore) -> None:
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
        elif is_new and stage in ("queued", "human"):
            await self._desk.ended(seen.conversation_id, seen.person, "returning" if status == "pending" else "closed")

    async def take(self, seen: Seen) -> None:
        """Have a conversation be the person's whom an event shows."""
        await self._desk.took(seen.conversation_id, seen.person, seen.newcomer)

    async def stage(self, conversation_id: str) -> Stage | None:
        """Where a conversation stands here; None: it is not here, or nothing was answered in it yet."""
        found = await self._store.load(conversation_id)
        return None if found is None else found.state.stage
