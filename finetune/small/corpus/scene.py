"""A scene: what a customer asks, what the program knows of it, and what of that belongs into the answer."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.evidence import Answer, Brief, Fact
from agent.profile import ShopProfile

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Scene:
    """One thing that is asked."""

    text: str
    """The customer's words."""
    answer: Answer
    """What the program knows, as it stands in the prompt."""
    wanted: tuple[Fact, ...]
    """What belongs into the reply, most important first; empty: nothing here answers."""
    before: str = ""
    """What the customer asked before; empty: nothing."""


@dataclass(frozen=True)
class Occasion:
    """One turn: the shop, the moment, and what is asked."""

    profile: ShopProfile
    scenes: tuple[Scene, ...]

    @property
    def brief(self) -> Brief:
        """Everything the reply may use."""
        return Brief(tuple(scene.answer for scene in self.scenes))

    @property
    def text(self) -> str:
        """The customer's message."""
        return " ".join(scene.text for scene in self.scenes)


def draw_moment(rng: random.Random) -> datetime:
    """Draw a moment of the day within some years."""
    return datetime(2025, 1, 1, 9, tzinfo=ZONE) + timedelta(minutes=rng.randrange(3 * 365 * 24 * 60))


def shuffled(rng: random.Random, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts in another order."""
    return tuple(rng.sample(facts, len(facts)))
