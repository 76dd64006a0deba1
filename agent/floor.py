"""The floor of a shop: everything that a turn is worked with, bound to one release."""

from dataclasses import dataclass
from typing import Any

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
