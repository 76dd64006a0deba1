"""Faults on demand: what a real back-end does on a bad day, switched on in a mocked one."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_CHUNK = b" " * 65536
_GARBAGE = b'<html><body>\xff\xfe 502 {"order_id": '


class Fault(BaseModel):
    """One thing that goes wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["latency", "error", "hang", "garbage", "huge", "rate_limit"]
    """``latency``: answers late; ``error``: answers ``status``; ``hang``: never answers; ``garbage``: 200 with bytes
    that are no JSON; ``huge``: 200 with ``huge_bytes``; ``rate_limit``: 429."""
    match: str = "*"
    """Glob over method and path: ``POST /orders/*/cancel``."""
    times: Annotated[int, Field(ge=1)] | None = None
    """How many requests it hits; None: all until cleared."""
    acts: bool = False
    """Whether the request is carried out first and only its answer is lost or spoiled (act, then hang)."""
    latency_s: Annotated[float, Field(ge=0, le=600)] = 1.0
    """With ``latency``: seconds."""
    status: Annotated[int, Field(ge=500, le=599)] = 500
    """With ``error``."""
    retry_after_s: Annotated[int, Field(ge=0)] | None = None
    """With ``rate_limit``, and with ``error`` 503: the ``Retry-After`` header."""
    huge_bytes: Annotated[int, Field(ge=0)] = 100 * 1024 * 1024
    """With ``huge``."""


_FAULTS = TypeAdapter(list[Fault])


class Switchboard:
    """The faults that are on, and what was asked meanwhile."""

    def __init__(self) -> None:
        self._faults: list[tuple[Fault, list[int]]] = []
        self.requests: list[str] = []
        """Every request that came in since the last ``clear``, as method and path."""

    def set(self, *faults: Fault) -> None:
        """Switch these faults on, and every other off."""
        self._faults = [(fault, [fault.times or 0]) for fault in faults]

    def clear(self) -> None:
        """Switch all faults off and forget the requests."""
        self._faults = []
        self.requests.clear()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Those that are on."""
        return tuple(fault for fault, _ in self._faults)

    def take(self, request: str) -> Fault | None:
        """The first fault that hits a request (``GET /orders/1``); a limited one is used up by it."""
        self.requests.append(request)
        for entry in self._faults:
            fault, left = entry
            if fnmatchcase(request, fault.match):
                left[0] -= 1
                if fault.times is not None and left[0] == 0:
                    self._faults.remove(entry)
                return fault
        return None


class FaultyApp:
    """An ASGI app in front of another, which lets the faults happen.

    ``/_faults`` shows (GET), sets (POST) and clears (DELETE) them.

    Args:
        app: the healthy one.
        switchboard: the faults.
    """

    def __init__(self, app: App, switchboard: Switchboard) -> None:
        self._app = app
        self._switchboard = switchboard

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/_faults":
            await self._control(scope["method"], receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        fault = self._switchboard.take(f"{scope['method']} {scope['path']}")
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.kind == "latency":
            await asyncio.sleep(fault.latency_s)
            await self._app(scope, receive, send)
            return
        if fault.acts:
            await self._app(scope, receive, _swallow)
        await _misbehave(fault, receive, send)

    async def _control(self, method: str, receive: Receive, send: Send) -> None:
        if method == "POST":
            try:
                self._switchboard.set(*_FAULTS.validate_json(await _body(receive)))
            except ValidationError as error:
                findings = error.errors(include_url=False, include_context=False, include_input=False)
                await _answer(send, 422, json.dumps({"error": {"code": "invalid", "detail": findings}}).encode())
                return
        elif method == "DELETE":
            self._switchboard.clear()
        await _answer(send, 200, _FAULTS.dump_json(list(self._switchboard.faults)))


async def _misbehave(fault: Fault, receive: Receive, send: Send) -> None:
    if fault.kind == "hang":
        while (await receive())["type"] != "http.disconnect":
            pass
    elif fault.kind == "garbage":
        await _answer(send, 200, _GARBAGE)
    elif fault.kind == "huge":
        await _pour(send, fault.huge_bytes)
    else:
        status = 429 if fault.kind == "rate_limit" else fault.status
        await _answer(send, status, b'{"error": {"code": "fault", "reason": ""}}', fault.retry_after_s)


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body", False):
            return body


async def _swallow(message: Message) -> None:
    return None


async def _answer(send: Send, status: int, body: bytes, retry_after_s: int | None = None) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if retry_after_s is not None:
        headers.append((b"retry-after", str(retry_after_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _pour(send: Send, size: int) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for _ in range(size // len(_CHUNK)):
        await send({"type": "http.response.body", "body": _CHUNK, "more_body": True})
    await send({"type": "http.response.body", "body": b" " * (size % len(_CHUNK))})
