"""The body limit: a request with too many bytes is refused before anything reads it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.errors import BodyTooLarge
from channels.http.refusals import answer_error

MAX_BODY_BYTES = 1 << 20
"""One mebibyte: an OpenAI-style request carries its whole history."""


class BodyLimit:
    """Refuses bodies over the limit, whether announced or not.

    Args:
        app: the app behind.
        max_bytes: the limit.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await self._read(scope, receive)
        if body is None:
            refusal = BodyTooLarge(self._max_bytes)
            answer = answer_error(scope["path"], refusal.status, refusal.code, str(refusal))
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self._app(scope, _handing_on(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not announced.isdigit() or int(announced) > self._max_bytes:
            return None
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > self._max_bytes:
                return None
        return b"".join(parts)


def _handing_on(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def hand_on() -> Message:
        return waiting.pop() if waiting else await receive()

    return hand_on
