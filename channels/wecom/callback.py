"""``/channels/wecom``: WeCom's callbacks. They only ring: the messages are read with `sync_msg`."""

import time
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from channels.errors import BodyTooLarge, SignatureInvalid
from channels.wecom.crypto import Seal

TOLERANCE_S = 300.0
"""A callback's time may differ from ours by so much, so that a recorded one cannot be played back later."""

MOST_BYTES = 16_384
"""Of a body; those of WeCom have about one thousand."""

Ring = Callable[[str, str], Awaitable[None]]
"""Takes note of an account and a token."""


class CallbackRoutes:
    """Where callbacks come in.

    Args:
        seal: opens them.
        ring: takes note of them, durably.
        now: seconds since the epoch.
    """

    def __init__(self, seal: Seal, ring: Ring, now: Callable[[], float] = time.time) -> None:
        self._seal = seal
        self._ring = ring
        self._now = now

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/channels", tags=["wecom"])
        router.add_api_route("/wecom", self.verify, methods=["GET"], response_class=PlainTextResponse)
        router.add_api_route("/wecom", self.take, methods=["POST"], response_class=PlainTextResponse)
        return router

    async def verify(self, msg_signature: str, timestamp: str, nonce: str, echostr: str) -> PlainTextResponse:
        """Show WeCom that this address knows token and key: what is sealed in `echostr` is sent back."""
        self._check_time(timestamp)
        sealed = echostr.replace(" ", "+")  # a plus sign that was not escaped on its way
        return PlainTextResponse(self._seal.open(sealed, timestamp, nonce, msg_signature))

    async def take(self, request: Request, msg_signature: str, timestamp: str, nonce: str) -> PlainTextResponse:
        """Take note that an account has news; WeCom asks for an answer within five seconds."""
        self._check_time(timestamp)
        body = await request.body()
        if len(body) > MOST_BYTES:
            raise BodyTooLarge(MOST_BYTES)
        sealed = _field(body.decode("utf-8", "replace"), "Encrypt")
        told = self._seal.open(sealed, timestamp, nonce, msg_signature)
        open_kfid = _field(told, "OpenKfId")
        if _field(told, "Event") == "kf_msg_or_event" and open_kfid:
            await self._ring(open_kfid, _field(told, "Token"))
        return PlainTextResponse("success")

    def _check_time(self, timestamp: str) -> None:
        if not timestamp.isdecimal() or len(timestamp) > 12 or abs(self._now() - int(timestamp)) > TOLERANCE_S:
            raise SignatureInvalid(f"its time is over {TOLERANCE_S:g} s from ours")


def _field(xml: str, name: str) -> str:
    """A field of a body, which is flat; empty: it has none. It comes from outside, so no parser that knows entities is let loose on it."""
    held = xml.partition(f"<{name}>")[2].partition(f"</{name}>")[0].strip()
    return held.removeprefix("<![CDATA[").removesuffix("]]>")
