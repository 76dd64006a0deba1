"""Shedding: past the limit a request is turned away before its body is read, so that memory stays bounded."""

from starlette.types import ASGIApp, Receive, Scope, Send

from channels.errors import ServerBusy
from channels.http.refusals import describe

AT_ONCE = 512
"""Requests held at once: with one mebibyte of body each at most, their bytes fit into half a gibibyte."""
_ALWAYS = frozenset({"/health", "/metrics"})
_STREAMS = "/events"
"""Streams are open for minutes; they have a limit of their own."""


class Shedding:
    """Turns requests away while too many are being answered.

    Args:
        app: the app behind.
        at_once: requests held at once, >= 1.
    """

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        self._app = app
        self._at_once = at_once
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or turn it away."""
        if scope["type"] != "http" or _is_let_through(scope):
            await self._app(scope, receive, send)
        elif self._held >= self._at_once:
            answer = describe(ServerBusy()).answer(scope["path"])
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
        else:
            self._held += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._held -= 1


def _is_let_through(scope: Scope) -> bool:
    """Whether a request is small by its kind and brings no body: what is let through beyond the limit must take no memory."""
    is_stream = scope["method"] == "GET" and scope["path"].endswith(_STREAMS)
    return (is_stream or scope["path"] in _ALWAYS) and not any(_tells_body(*header) for header in scope["headers"])


def _tells_body(name: bytes, value: bytes) -> bool:
    return name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
