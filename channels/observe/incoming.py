"""Requests as they come in: webhooks that are refused are counted, and a trace that a request names is joined."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.spans import joined
from channels.observe.metrics import Metrics

_WEBHOOKS = "/channels/"


class RefusedWebhooks:
    """Counts webhooks that are answered with an error.

    Args:
        app: the app behind.
        metrics: counts.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(_WEBHOOKS):
            await self._app(scope, receive, send)
            return
        channel = scope["path"].removeprefix(_WEBHOOKS).partition("/")[0]

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                self._metrics.count_refused_webhook(channel, message["status"])
            await send(message)

        await self._app(scope, receive, counted)


class JoinedTraces:
    """Lets the turns of a request join the trace that its ``traceparent`` names.

    Args:
        app: the app behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with joined(Headers(scope=scope)):
            await self._app(scope, receive, send)
