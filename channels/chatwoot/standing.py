"""What is known of a conversation in Chatwoot: how it stands there, since when, and which deliveries told so."""

import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, replace

from agent.store.channels import ChannelMemory
from agent.store.port import TurnQueue
from channels.chatwoot.events import Conversation, Status
from channels.chatwoot.place import NAME, Place

DELIVERIES_KEPT = 30
"""Ids of deliveries kept for each conversation: more than come within the window of a signature."""

OURS_KEPT = 5
HOLD_WITHIN_S = 3.0
"""Chatwoot waits five seconds for an acknowledgement."""


@dataclass(frozen=True)
class Standing:
    """How a conversation stands in Chatwoot."""

    status: Status | None = None
    """None: nothing was told."""
    moment: float = 0.0
    """When it was so, in seconds since the epoch by Chatwoot's clock: what is older came late."""
    deliveries: Sequence[str] = ()
    """Ids of the latest deliveries, oldest first."""
    ours: Sequence[str] = ()
    """Ids of our conversations that it has been, the latest last: who logs in begins another one."""
    was: Status | None = None
    """The status before this program set another one, until Chatwoot tells of it; None: it set none."""
    set_by: float = 0.0
    """When that was done for certain, by Chatwoot's clock."""

    def is_late(self, told: Conversation) -> bool:
        """Whether an event tells how the conversation stood before."""
        is_undone = told.standing == self.was and told.moment < self.set_by
        return told.moment > 0 and (told.moment < self.moment or is_undone)

    def after(self, told: Conversation, delivery: str, conversation_id: str) -> "Standing":
        """How it stands after an event.

        Args:
            told: by the event.
            delivery: its id; empty: it has none.
            conversation_id: ours.
        """
        deliveries = (*self.deliveries, delivery)[-DELIVERIES_KEPT:] if delivery else self.deliveries
        ours = (*(one for one in self.ours if one != conversation_id), conversation_id)[-OURS_KEPT:]
        if self.is_late(told):
            return replace(self, deliveries=deliveries, ours=ours)
        return Standing(told.standing, max(told.moment, self.moment), deliveries, ours)


class Standings:
    """Keeps how conversations stand.

    Args:
        memory: of the channels.
        line: lets one at a time change what is kept of a conversation, in all processes.
    """

    def __init__(self, memory: ChannelMemory, line: TurnQueue) -> None:
        self._memory = memory
        self._line = line

    def hold(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Hold what is kept of a conversation, for a moment.

        Raises:
            ConversationBusy: it was not free in time.
        """
        return self._line.turn_of(f"{NAME} {place.account}-{place.number}", HOLD_WITHIN_S)

    async def of(self, place: Place) -> Standing:
        """How a conversation stands, as far as is known."""
        kept = await self._memory.recall(NAME, _key(place))
        return Standing() if kept is None else Standing(**json.loads(kept))

    async def keep(self, place: Place, standing: Standing, conversation_id: str) -> None:
        """Keep how a conversation stands, durably."""
        await self._memory.remember(NAME, _key(place), json.dumps(asdict(standing)), conversation_id)


def _key(place: Place) -> str:
    return f"standing/{place.account}/{place.number}"
