"""A shop whose turns end as their messages say, over the shipped assistant and store: for long random sequences."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from agent.evidence import Answer, Brief
from agent.floor import ShopFloor
from agent.handoff.notices import say_notice
from agent.handoff.reasons import decide
from agent.profile import ShopProfile
from agent.store.sqlite import SqliteStore, open_store
from agent.understanding.mood import Mood
from agent.wording.draft import Draft

T = TypeVar("T")

SHOP = {
    "shop_id": "demo",
    "name": "示例店",
    "assistant": "小示",
    "service_hours": {"mon-sun": "09:00-21:00"},
    "service_days": {},
    "handoff": {"max_failures": 2, "acknowledge_s": 120, "queues": ["前台", "主管"]},
}
PROFILE = ShopProfile.from_release(SHOP)
MORNING = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ENDS = ("fine", "fine", "understanding", "retrieval", "tool", "audit", "repeat", "angry", "furious", "asks", "offer")
FAILURES = frozenset({"understanding", "retrieval", "tool", "audit", "repeat"})


@dataclass(frozen=True)
class Release:
    """Stands for a published release."""

    release_id: str = "r-1"
    catalogue: Any = None
    goods_as_of: datetime | None = None


class ScriptedGraph:
    """Stands for the steps of a turn: each line of the message names its end."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        """Happens once while the next turn is worked."""

    async def ainvoke(self, work: Any) -> Any:
        """Work a turn as its message says."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        turn = work["turn"]
        ends = ends_of(turn.message.text)
        mood = Mood(anger=3 if "furious" in ends else 2 if "angry" in ends else 0)
        turn = replace(turn, understood=replace(turn.understood, mood=mood))
        turn.notes.failures.extend(end for end in ends if end in FAILURES)
        turn.notes.handoff = "requested" if "asks" in ends else None
        reason = decide(turn)
        text = "需要的话我帮您转人工。" if "offer" in ends else f"答：{turn.message.text}"
        draft = Draft(say_notice(PROFILE, turn.now, reason) if reason else text, "composer")
        brief = Brief((Answer("out_of_scope", "answered", "inform"),))
        return {"turn": turn, "brief": brief, "draft": draft, "handoff_reason": reason, "timings": {}}


def ends_of(text: str) -> list[str]:
    """How the lines of a message shall end."""
    return [line.split()[1] for line in text.splitlines()]


class World:
    """The shipped parts over one database file, in one event loop; a restart opens all of them anew."""

    def __init__(self, folder: str) -> None:
        self.url = f"sqlite:///{folder}/state.db"
        self.loop = asyncio.new_event_loop()
        self.numbers = count(1)
        self.open()

    def open(self) -> None:
        """Start the program."""
        self.store: SqliteStore = open_store(self.url)
        self.graph = ScriptedGraph()

    @property
    def floor(self) -> ShopFloor:
        """What turns are worked with."""
        return ShopFloor(Release(), PROFILE, self.graph)  # type: ignore[arg-type]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something to its end."""
        return self.loop.run_until_complete(work)

    def restart(self) -> None:
        """Stop the program where it stands, and start it again."""
        self.run(self.store.aclose())
        self.open()

    def close(self) -> None:
        """Stop for good."""
        self.run(self.store.aclose())
        self.loop.close()
