"""Conversations that staff took over through DingTalk, and how far they have read in them."""

import json
from dataclasses import asdict, dataclass

from agent.store.channels import ChannelMemory

NAME = "dingtalk"
"""The channel's name."""


@dataclass(frozen=True)
class Held:
    """A conversation in the hands of a person."""

    ticket_id: str
    conversation_id: str
    staff_id: str
    read: int = 0
    """Messages of the thread that the person has got."""


class HeldTickets:
    """Keeps who has which conversation.

    Args:
        memory: keeps it durably.
    """

    def __init__(self, memory: ChannelMemory) -> None:
        self._memory = memory

    async def all(self) -> tuple[Held, ...]:
        """All of them, by ticket."""
        kept = await self._memory.kept_under(NAME, "held/")
        return tuple(Held(**json.loads(kept[name])) for name in sorted(kept))

    async def of(self, staff_id: str) -> tuple[Held, ...]:
        """Those of one person."""
        return tuple(held for held in await self.all() if held.staff_id == staff_id)

    async def keep(self, held: Held) -> None:
        """Keep one durably, in place of what was known of its ticket."""
        told = json.dumps(asdict(held))
        await self._memory.remember(NAME, f"held/{held.ticket_id}", told, held.conversation_id)

    async def drop(self, ticket_id: str) -> None:
        """Forget one: nobody has it any more."""
        await self._memory.forget(NAME, f"held/{ticket_id}")

    async def current(self, staff_id: str) -> str | None:
        """The ticket in which a person writes when they have several; None: not said."""
        return await self._memory.recall(NAME, f"current/{staff_id}") or None

    async def choose(self, staff_id: str, ticket_id: str) -> None:
        """Remember in which ticket a person writes."""
        await self._memory.remember(NAME, f"current/{staff_id}", ticket_id)
