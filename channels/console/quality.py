"""``/console/api/quality``: what came of conversations, day by day or week by week, and how the last replay went."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from agent.store.durable import DurableStore
from channels.console.wire import ERRORS, Told
from channels.insight import Figures, Step
from knowledge.shop import ShopFile

KEPT_S = 60.0
"""Figures are measured anew at most so often for the same question; every turn of the period is read for them."""


class FigureTold(Told):
    """One figure of a stretch."""

    value: float
    n: int


class MeantTold(FigureTold):
    """A figure with its 95 % interval and what it means."""

    low: float | None
    high: float | None
    meaning: str
    formula: str
    unit: str
    direction: str


class ScoreTold(MeantTold):
    """One figure of the whole period."""

    customers: int


class StretchTold(Told):
    """One day, or one week."""

    begins: date
    sessions: int
    scores: dict[str, FigureTold]
    handoffs: dict[str, int]


class TrendTold(Told):
    """What came of the conversations of a period."""

    since: AwareDatetime
    until: AwareDatetime
    step: Step
    turns: int
    sessions: int
    customers: int
    scores: dict[str, ScoreTold]
    handoffs: dict[str, int]
    stretches: list[StretchTold]


class RunScore(MeantTold):
    """One score of a replay."""

    cases: int


class RunTold(Told):
    """A replay, beside its baseline where it had one."""

    name: str
    at: AwareDatetime
    run_id: str
    shop_id: str
    release_id: str
    generator: str
    cases: int
    scores: dict[str, RunScore]
    comparison: Mapping[str, Any] | None


class ReplayTold(Told):
    """The newest replay."""

    is_set: bool
    """Whether this server knows a folder of runs."""
    run: RunTold | None


@dataclass(frozen=True)
class _Kept:
    until: datetime
    told: TrendTold


class QualityRoutes:
    """Figures of the shop's conversations and replays.

    Args:
        store: holds the conversations.
        shop: the shop.
        clock: its time, aware.
        figures: measures.
        runs: folder of replays; None: none is known.
    """

    def __init__(
        self, store: DurableStore, shop: ShopFile, clock: Callable[[], datetime], figures: Figures, runs: Path | None
    ) -> None:
        self._store = store
        self._shop = shop
        self._clock = clock
        self._figures = figures
        self._runs = runs
        self._kept: dict[tuple[int, Step], _Kept] = {}
        self._measuring = asyncio.Lock()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/quality")
        router.add_api_route("/trend", self.trend, methods=["GET"], response_model=TrendTold, responses=ERRORS)
        router.add_api_route("/replay", self.replay, methods=["GET"], response_model=ReplayTold, responses=ERRORS)
        return router

    async def trend(self, days: int = Query(28, ge=1, le=366), step: Step = "day") -> TrendTold:
        """Tell the figures of the last days; the same question is answered anew once a minute."""
        async with self._measuring:  # several pages ask at once: measured once
            now = self._clock()
            kept = self._kept.get((days, step))
            if kept is None or not kept.until <= now < kept.until + timedelta(seconds=KEPT_S):
                midnight = now.astimezone(self._shop.zone).replace(hour=0, minute=0, second=0, microsecond=0)
                since = midnight - timedelta(days=days - 1)
                found = await self._figures.trend(self._store, self._shop, since, now, step)
                told = TrendTold.model_validate({"since": since, "until": now, **found})
                kept = self._kept[days, step] = _Kept(now, told)
            return kept.told

    async def replay(self) -> ReplayTold:
        """Tell the newest run of the folder of replays."""
        if self._runs is None:
            return ReplayTold(is_set=False, run=None)
        found = await asyncio.to_thread(self._figures.newest_run, self._runs)
        return ReplayTold(is_set=True, run=RunTold.model_validate(found) if found else None)
