"""The store in one SQLite file: turns of many conversations share a flush, reads never wait for writes."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from agent.errors import SettingsError
from agent.state import ConversationState
from agent.store import ledger, turns
from agent.store.errors import StoreUnavailable, unavailable
from agent.store.port import (
    Action,
    ActionOutcome,
    Conversation,
    HandoffTicket,
    Json,
    OutgoingMessage,
    TurnRecord,
)
from agent.store.schema import migrate, read_migrations
from agent.store.writer import GroupWriter

T = TypeVar("T")

SCHEME = "sqlite:///"
MEMORY = ":memory:"
BUSY_TIMEOUT_S = 5.0
"""How long a write waits for another process before it gives up."""


class _Reader:
    """Reads on a connection and thread of their own: in WAL mode they see the last commit and block nobody."""

    def __init__(self, connection: sqlite3.Connection, place: str) -> None:
        self._connection = connection
        self._place = place
        self._thread: ThreadPoolExecutor | None = ThreadPoolExecutor(1, "store-reader")

    async def run(self, doing: str, job: Callable[[sqlite3.Connection], T]) -> T:
        if self._thread is None:
            raise StoreUnavailable(doing, self._place, "the store is closed: open it again")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, job, self._connection)
        except sqlite3.Error as exc:
            raise unavailable(exc, doing, self._place) from exc

    async def aclose(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.to_thread(thread.shutdown)
            self._connection.close()


class SqliteStore:
    """`ConversationStore`, `ActionLedger`, `TranscriptReader` and `Outbox` in one SQLite database.

    Several processes may use one file: the version of a conversation decides who was first.
    """

    def __init__(
        self,
        writing: sqlite3.Connection,
        reading: sqlite3.Connection | None,
        place: str,
        still_there: Callable[[], bool] = lambda: True,
    ) -> None:
        """Take over two connections; `open_store` prepares them.

        Args:
            writing: in autocommit mode, with the tables in place.
            reading: a second connection to the same database; None: read through the writer (in-memory databases).
            place: the database's path, for messages.
            still_there: False when the file was removed or replaced.
        """
        self._place = place
        self._writer = GroupWriter(writing, place, still_there)
        self._reader = self._writer if reading is None else _Reader(reading, place)

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; see `ConversationStore`."""
        job = partial(turns.load, conversation_id=conversation_id)
        return await self._reader.run("read a conversation", job)

    async def find_turn(self, conversation_id: str, message_id: str) -> TurnRecord | None:
        """Read the turn that answered a message; see `ConversationStore`."""
        job = partial(turns.find_turn, conversation_id=conversation_id, message_id=message_id)
        return await self._reader.run("read a turn", job)

    async def commit(
        self,
        turn: TurnRecord,
        state: ConversationState,
        expected_version: int,
        ticket: HandoffTicket | None = None,
    ) -> None:
        """Make a turn durable; see `ConversationStore`."""
        job = turns.committing(turn, state, expected_version, ticket, self._place)
        await self._writer.run("commit a turn", job)

    async def intend(self, key: str, conversation_id: str, turn_id: str, tool: str, args: Json) -> Action | None:
        """Record an intended write, durably, before the back-end is called; see `ActionLedger`."""
        job = ledger.intending(key, conversation_id, turn_id, tool, args)
        return await self._writer.run("record an intended action", job)

    async def settle(self, key: str, outcome: ActionOutcome, receipt: Json | None = None) -> None:
        """Record how a write ended; see `ActionLedger`."""
        await self._writer.run("settle an action", ledger.settling(key, outcome, receipt))

    async def unsettled(self) -> tuple[Action, ...]:
        """Actions whose end is not known; see `ActionLedger`."""
        return await self._reader.run("read unsettled actions", ledger.unsettled)

    async def turns(self, conversation_id: str) -> tuple[TurnRecord, ...]:
        """All turns of a conversation; see `TranscriptReader`."""
        job = partial(turns.transcript, conversation_id=conversation_id)
        return await self._reader.run("read a transcript", job)

    async def recent_turns(self, limit: int, shop_id: str) -> tuple[TurnRecord, ...]:
        """The last turns of a shop; see `RecentTurns`."""
        job = partial(turns.recent, limit=limit, shop_id=shop_id)
        return await self._reader.run("read the last turns", job)

    async def open_tickets(self) -> tuple[HandoffTicket, ...]:
        """Handoffs that wait for a person; see `TranscriptReader`."""
        return await self._reader.run("read open tickets", turns.open_tickets)

    async def unsent(self, limit: int = 100) -> tuple[OutgoingMessage, ...]:
        """Replies not yet reported as sent; see `Outbox`."""
        return await self._reader.run("read the outbox", partial(turns.unsent, limit=limit))

    async def mark_sent(self, turn_id: str) -> bool:
        """Record that a reply was sent; see `Outbox`."""
        return await self._writer.run("mark a reply as sent", partial(turns.mark_sent, turn_id=turn_id))

    async def aclose(self) -> None:
        """Finish the writes that wait, then close; later calls raise StoreUnavailable."""
        await self._writer.aclose()
        if self._reader is not self._writer:
            await self._reader.aclose()


def open_store(url: str) -> SqliteStore:
    """Open a conversation store; the file and its tables are made or brought up to date as needed.

    Args:
        url: ``sqlite:///shop.db`` (a relative path), ``sqlite:////var/lib/shop.db`` (an absolute one) or
            ``sqlite:///:memory:`` (gone when closed; for tests and trials).

    Raises:
        SettingsError: the URL is of another kind.
        StoreError: the file cannot be opened, is of another program, or of a newer version.
    """
    place = url.removeprefix(SCHEME)
    if not url.startswith(SCHEME) or not place:
        raise SettingsError(
            f"Store URL {url!r} is not supported: use 'sqlite:///path/to/file.db' or 'sqlite:///:memory:'."
        )
    if place == MEMORY:
        return SqliteStore(_prepared(_connect(MEMORY), MEMORY), None, MEMORY)
    path = Path(place).expanduser()
    try:
        _make_file(path)
        identity = _identity(path)
        with ExitStack() as undo:
            writing = undo.enter_context(closing(_connect(path)))
            _prepared(writing, str(path))
            reading = undo.enter_context(closing(_connect(path)))
            reading.execute("PRAGMA query_only = ON")
            undo.pop_all()
    except sqlite3.Error as exc:
        raise unavailable(exc, "open the database", str(path)) from exc
    except (OSError, ValueError) as exc:
        why = f"make sure that the file and its folder are writable for this user ({exc})"
        raise StoreUnavailable("open the database", str(path), why) from exc
    return SqliteStore(writing, reading, str(path), lambda: _identity(path) == identity)


def _connect(path: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)


def _prepared(connection: sqlite3.Connection, place: str) -> sqlite3.Connection:
    """Make commits durable on return, and bring the tables up to date."""
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode not in ("wal", "memory"):
        why = f"its file system allows no write-ahead log (mode {mode!r}): put it on a local disk"
        raise StoreUnavailable("open the database", place, why)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection, place, read_migrations())
    return connection


def _make_file(path: Path) -> None:
    """Make a missing file readable for its owner only: it holds customers' words."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another of the same name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
