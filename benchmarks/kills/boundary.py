"""Where a process touches the outside world, counted, so that it can be killed at each place in turn."""

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import httpx

from agent.store.connection import Runner

T = TypeVar("T")


class Boundaries:
    """Counts the places where a process reads or writes something outside itself; it is killed at one of them.

    Args:
        ends_at: the number of the place where SIGKILL ends the process, from 1; None: nowhere.
    """

    def __init__(self, ends_at: int | None = None) -> None:
        self._ends_at = ends_at
        self.reached: list[str] = []

    def reach(self, name: str) -> None:
        """Come to a place."""
        self.reached.append(name)
        if len(self.reached) == self._ends_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Journal:
    """What the world saw of a conversation: each line is written at once, so that a kill takes none away."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, kind: str, **seen: Any) -> None:
        """Add a line."""
        line = json.dumps({"kind": kind, **seen}, ensure_ascii=False) + "\n"
        file = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The lines of one kind, in order."""
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        return [seen for seen in map(json.loads, lines) if seen["kind"] == kind]


class KilledRunner:
    """A runner of a store with a boundary before a transaction, inside it when all is written, and after its commit."""

    def __init__(self, inner: Runner, boundaries: Boundaries) -> None:
        self._inner = inner
        self._boundaries = boundaries

    async def run(self, doing: str, job: Callable[[Any], T]) -> T:
        """Run a job between boundaries; see `Runner`."""

        def watched(connection: Any) -> T:
            value = job(connection)
            self._boundaries.reach(f"{doing}: written, not committed")
            return value

        self._boundaries.reach(f"{doing}: before")
        value = await self._inner.run(doing, watched)
        self._boundaries.reach(f"{doing}: committed")
        return value

    async def aclose(self) -> None:
        """Close the runner."""
        await self._inner.aclose()


class Effects:
    """What a back-end did, kept in a file that outlives the processes that asked for it. It does anything asked of it.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(self._opened()) as db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS effects (seq INTEGER PRIMARY KEY, key TEXT UNIQUE, what TEXT, answer TEXT)"
            )

    def add(self, key: str | None, what: str, answer: str) -> None:
        """Do something."""
        with closing(self._opened()) as db:
            db.execute("INSERT INTO effects (key, what, answer) VALUES (?, ?, ?)", (key, what, answer))

    def answer(self, key: str) -> str | None:
        """What was answered under a key; None when it was never seen."""
        with closing(self._opened()) as db:
            row = db.execute("SELECT answer FROM effects WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def count(self, what: str) -> int:
        """How often something was done."""
        with closing(self._opened()) as db:
            return int(db.execute("SELECT count(*) FROM effects WHERE what = ?", (what,)).fetchone()[0])

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        connection.execute("PRAGMA synchronous = OFF")
        return connection


class KilledBackend(httpx.AsyncBaseTransport):
    """The way to a back-end: reads are answered by the mocked services, writes are done whenever their key is new.

    The mocked services begin anew in each process, as if nothing had been done; so nothing but the key keeps a write from being
    done again.
    """

    def __init__(
        self, services: httpx.AsyncBaseTransport, effects: Effects, boundaries: Boundaries, about: str
    ) -> None:
        self._services = services
        self._effects = effects
        self._boundaries = boundaries
        self._about = about

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        name = f"{request.method} {request.url.path.split('/')[1]}"
        self._boundaries.reach(f"{name}: before")
        if request.method == "POST":
            response = await self._write(request)
        elif request.url.path.startswith("/actions/"):
            known = self._effects.answer(request.url.path.removeprefix("/actions/"))
            response = self._status(known)
        else:
            response = await self._services.handle_async_request(request)
            await response.aread()
        self._boundaries.reach(f"{name}: answered")
        return response

    async def _write(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["Idempotency-Key"]
        known = self._effects.answer(key)
        if known is None:
            response = await self._services.handle_async_request(request)
            known = (await response.aread()).decode()
            self._effects.add(key, f"{self._about} {request.url.path}", known)
            self._boundaries.reach("POST: done, not answered")
        return httpx.Response(200, json=json.loads(known))

    @staticmethod
    def _status(known: str | None) -> httpx.Response:
        if known is None:
            return httpx.Response(404, json={"error": {"code": "not_found", "reason": "没有找到"}})
        return httpx.Response(200, json={"state": "done", "receipt": json.loads(known)})
