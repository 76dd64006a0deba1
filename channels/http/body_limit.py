"""The body limit: a request with too many bytes, or one that takes too long to arrive, is refused before anything reads it."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.errors import BodyTooLarge, BodyTooSlow, Refusal
from channels.http.refusals import describe

MAX_BODY_BYTES = 1 << 20
"""One mebibyte: an OpenAI-style request carries its whole history."""
BODY_WITHIN_S = 10.0
"""A body of that size arrives in this time over any line that a shop's front end has, in seconds."""


class BodyLimit:
    """Refuses bodies over the limit, whether announced or not.

    Args:
        app: the app behind.
        max_bytes: the limit.
        within_s: seconds in which the whole body must arrive.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES, within_s: float = BODY_WITHIN_S) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._within_s = within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._within_s):
                body = await self._read(scope, receive)
        except TimeoutError:
            await self._refuse(BodyTooSlow(self._within_s), scope, receive, send)
            return
        if body is None:
            await self._refuse(BodyTooLarge(self._max_bytes), scope, receive, send)
            return
        await self._app(scope, _handing_on(body, receive), send)

    @staticmethod
    async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        answer = describe(refusal).answer(scope["path"])
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)

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
