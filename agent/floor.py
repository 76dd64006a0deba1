"""The floor of a shop: everything that a turn is worked with, bound to one release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.experiments.assignment import Assigned
from agent.generator.port import Generator
from agent.messages import CustomerMessage
from agent.profile import ShopProfile
from agent.state import ConversationState
from agent.turn.context import Notes, Turn
from agent.turn.desk import ToolDesk
from agent.turn.graph import Bench
from agent.understanding.understand import Understanding
from retrieval.release import Release
from tools.backends import BackEnds


@dataclass(frozen=True)
class ShopFloor:
    """Everything bound to one release: a turn lives its whole life on one."""

    release: Release
    profile: ShopProfile
    graph: Any
    """The compiled state machine."""
    adapter_id: str | None = None
    assigned: Assigned | None = None
    """The arm of the experiment that its turns are worked in; None: there is no experiment."""
    bench: Bench | None = None
    """What the state machine works with, for suggestions to people; None: none are made."""

    def open_turn(
        self, turn_id: str, message: CustomerMessage, state: ConversationState, now: datetime, backends: BackEnds
    ) -> Turn:
        """A turn as it begins, with nothing understood yet.

        Args:
            turn_id: its number.
            message: of the customer.
            state: of the conversation before it.
            now: its moment, aware.
            backends: of the shop.
        """
        release = self.release
        return Turn(
            turn_id=turn_id,
            message=message,
            now=now,
            profile=self.profile,
            release=release,
            state=state,
            understood=Understanding.nothing(message.text),
            desk=ToolDesk(message.customer_id, backends, release.catalogue, now, release.goods_as_of),
            notes=Notes(),
        )

    def is_worded_by(self, generator: Generator | None) -> bool:
        """Whether its turns are worded by this generator and no other."""
        return self.bench is not None and self.bench.generator is generator

    @property
    def mark(self) -> Mapping[str, Any]:
        """What the trace of each turn keeps of the floor."""
        return {} if self.assigned is None else self.assigned.mark()
