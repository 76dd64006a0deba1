"""What a monitor gets to read: what was counted, and what waits in the store at that moment."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from agent.errors import StoreError
from agent.store.backlog import read_backlog
from agent.store.connection import Runner
from channels.observe.metrics import Metrics
from retrieval.errors import RetrievalError

log = logging.getLogger(__name__)

FRESH_S = 5.0
"""So long what the store told is shown again: however many look, it is asked little."""


class Exposition:
    """Shows the metrics of a program.

    Args:
        metrics: what it counts.
        reader: of the store.
        clock: the shop's time, aware.
        release_id: gives the id of the release that answers now; may raise RetrievalError.
        monotonic: seconds.
    """

    def __init__(
        self,
        metrics: Metrics,
        reader: Runner,
        clock: Callable[[], datetime],
        release_id: Callable[[], str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics = metrics
        self._reader = reader
        self._clock = clock
        self._release_id = release_id
        self._monotonic = monotonic
        self._read_at: float | None = None

    async def text(self) -> bytes:
        """All metrics in Prometheus' text format; what cannot be read stays as it was."""
        now = self._monotonic()
        if self._read_at is None or now - self._read_at >= FRESH_S:
            self._read_at = now
            await self._refresh()
        return self._metrics.exposition()

    async def _refresh(self) -> None:
        try:
            self._metrics.serve_release(self._release_id())
            self._metrics.show_backlog(await read_backlog(self._reader, self._clock()))
        except (StoreError, RetrievalError) as exc:
            log.warning("the metrics could not be brought up to date: %s", exc)
