"""``GET /health``, ``/ready`` and ``/metrics``: for those who run the server."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from channels.http.refusals import Described
from channels.http.wire import ErrorReply

Check = Callable[[], Awaitable[str | None]]
"""Looks at one part of the server: None when it is usable, else what is wrong and what to do."""


class OperationRoutes:
    """What a load balancer and a monitor ask.

    Args:
        checks: the parts that a turn needs, by name.
        exposition: gives the metrics in Prometheus' text format.
    """

    def __init__(self, checks: Mapping[str, Check], exposition: Callable[[], Awaitable[bytes]]) -> None:
        self._checks = checks
        self._exposition = exposition

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["operations"])
        router.add_api_route("/health", self.health, methods=["GET"])
        not_now: dict[int | str, dict[str, Any]] = {503: {"model": ErrorReply, "description": "No turn can be taken."}}
        router.add_api_route("/ready", self.ready, methods=["GET"], response_model=None, responses=not_now)
        router.add_api_route("/metrics", self.metrics, methods=["GET"], response_class=Response)
        return router

    async def health(self) -> dict[str, str]:
        """Whether the process answers."""
        return {"status": "ok"}

    async def ready(self) -> JSONResponse:
        """Whether turns can be taken: release, store and generator usable."""
        found: dict[str, Any] = {name: await check() for name, check in self._checks.items()}
        broken = {name: problem for name, problem in found.items() if problem is not None}
        if broken:
            said = f"not ready: {', '.join(broken)}"
            return Described(503, "not_ready", said, retry_after_s=5).answer("/ready", broken)
        return JSONResponse({"status": "ready", "parts": dict.fromkeys(found, "ok")})

    async def metrics(self) -> Response:
        """Counts and durations in Prometheus' text format."""
        return Response(await self._exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
