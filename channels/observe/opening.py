"""Putting together what observes a program."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from agent.settings import Settings
from agent.spans import Tracing, headers_of_trace
from channels.observe.incoming import JoinedTraces, RefusedWebhooks
from channels.observe.marks import marks_of
from channels.observe.metrics import Metrics
from channels.observe.tracing import open_tracing
from channels.observe.turns import TurnRecorder
from tools.backends import HeadersNow


@dataclass(frozen=True)
class Observation:
    """What observes one program."""

    metrics: Metrics
    recorder: TurnRecorder
    """Watches the turns of the assistant."""
    tracing: Tracing | None
    """None: nothing is traced."""

    @property
    def headers_now(self) -> HeadersNow | None:
        """Gives requests to back-ends the headers of the trace; None: there is none."""
        return headers_of_trace if self.tracing is not None else None

    def stand_before(self, app: FastAPI) -> None:
        """Look at the requests of an app that has not started."""
        app.add_middleware(RefusedWebhooks, metrics=self.metrics)
        if self.tracing is not None:
            app.add_middleware(JoinedTraces)


@asynccontextmanager
async def open_observation(settings: Settings) -> AsyncIterator[Observation]:
    """Observe a program as long as it runs.

    Args:
        settings: of the program.

    Raises:
        SettingsError: a collector of spans is set and the SDK is not installed.
    """
    metrics = Metrics()
    async with open_tracing(settings) as tracing:
        yield Observation(metrics, TurnRecorder(metrics, marks_of(settings), tracing), tracing)
