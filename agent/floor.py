"""The floor of a shop: everything that a turn is worked with, bound to one release."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.experiments.assignment import Assigned
from agent.profile import ShopProfile
from retrieval.release import Release


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

    @property
    def mark(self) -> Mapping[str, Any]:
        """What the trace of each turn keeps of the floor."""
        return {} if self.assigned is None else self.assigned.mark()
