"""Playing against a running server: its own back-ends, its own memory, the time stated with each message."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError

from agent.messages import CustomerMessage, Reply
from evaluation.errors import ServerError
from evaluation.play.case import Case, Line
from evaluation.play.traces import read_trace
from evaluation.records import State, Trace

_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
_SECONDS = 120.0


class Server:
    """Opens conversations with a server.

    Its back-ends are not put back between cases and cannot be seen: what a case writes the next one finds. Each run speaks in
    conversations of its own.

    Args:
        url: the server's address, such as ``http://127.0.0.1:8000``; started with ``--replay-clock``.
        now: the time of cases that state none; aware.
        connect: opens a connection pool; None: over the network.
    """

    def __init__(self, url: str, now: datetime, connect: Callable[[], httpx.AsyncClient] | None = None) -> None:
        self._url = url
        self._now = now
        self._connect = connect or (lambda: httpx.AsyncClient(base_url=url, timeout=_SECONDS, trust_env=False))
        self._run = secrets.token_hex(4)

    @asynccontextmanager
    async def open(self, case: Case, trial: int) -> AsyncIterator["Conversing"]:
        """Open a conversation; see `Stage.open`."""
        async with self._connect() as client:
            yield Conversing(client, self._url, self._run, case.now or self._now)


class Conversing:
    """One conversation with a server.

    Args:
        client: reaches it.
        url: its address, for errors.
        run: sets the conversations of this run apart.
        now: when the case takes place.
    """

    def __init__(self, client: httpx.AsyncClient, url: str, run: str, now: datetime) -> None:
        self._client = client
        self._url = url
        self._prefix = run
        self._now = now

    async def handle(self, message: CustomerMessage, line: Line) -> Reply:
        """Send one message; see `Agent.handle`.

        Raises:
            ServerError: the server cannot be reached, refuses the message, or answers something else than a reply.
        """
        body = {
            **asdict(message),
            "conversation_id": self._conversation(message),
            "now": (message.now or self._now).isoformat(),
        }
        told = await self._ask("POST", "/chat", body)
        pending = told.get("pending_action")
        if isinstance(pending, dict):
            told = {**told, "pending_action": {"args_hash": "", "turn_id": "", **pending}}
        try:
            return _REPLY.validate_python(told)
        except ValidationError as exc:
            raise ServerError(self._url, f"its answer is no reply: {exc}") from exc

    async def trace(self, message: CustomerMessage) -> Trace:
        """Read why it was answered so, where the server tells; see `Agent.trace`."""
        told = await self._ask("GET", f"/conversations/{self._conversation(message)}", None)
        turns = told.get("turns")
        kept = turns[-1].get("trace") if isinstance(turns, list) and turns else None
        return read_trace(kept if isinstance(kept, Mapping) else {})

    def state(self) -> State | None:
        """None: a server's back-ends cannot be seen."""
        return None

    def _conversation(self, message: CustomerMessage) -> str:
        return f"{message.conversation_id}-{self._prefix}"

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        try:
            answer = await self._client.request(method, path, json=body)
            told = answer.json()
        except httpx.HTTPError as exc:
            raise ServerError(self._url, f"{method} {path}: {type(exc).__name__}: {exc}") from exc
        except ValueError as exc:
            raise ServerError(self._url, f"{method} {path}: its answer is not JSON") from exc
        if answer.is_error or not isinstance(told, dict):
            raise ServerError(self._url, f"{method} {path}: status {answer.status_code}: {answer.text[:300]}")
        return told
