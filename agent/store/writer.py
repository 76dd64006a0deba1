"""The writer of a database: one thread, one connection, and one disk flush for all turns that wait at the moment."""

import asyncio
import queue
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from agent.errors import AgentError
from agent.store.errors import RecordUnstorable, StoreUnavailable, unavailable

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
"""Statements of one caller; they take effect together or not at all."""

LARGEST_GROUP = 256
"""So many jobs in one transaction no further ones join: bounds how long the first of a group waits for the last."""


@dataclass
class _Waiter:
    doing: str
    job: Job[Any]
    future: asyncio.Future[Any]
    value: Any = None
    error: Exception | None = None


class GroupWriter:
    """Commits jobs of many callers in shared transactions.

    Jobs that are handed in within one step of the event loop go to the writer together, and while a flush is under way further
    ones gather; they share the next transaction. The failure of one does not touch the others: the group is then begun anew with
    a savepoint for each job. A caller is answered only after the commit.
    """

    def __init__(self, connection: sqlite3.Connection, place: str, still_there: Callable[[], bool]) -> None:
        """Start the thread.

        Args:
            connection: in autocommit mode, usable from another thread; closed by `aclose`.
            place: the database's path, for messages.
            still_there: asked before each transaction; False: the database was removed or replaced.
        """
        self._connection = connection
        self._place = place
        self._still_there = still_there
        self._gathering: dict[asyncio.AbstractEventLoop, list[_Waiter]] = {}
        self._queue: queue.SimpleQueue[list[_Waiter]] = queue.SimpleQueue()
        self._open = True
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, doing: str, job: Job[T]) -> T:
        """Run a job in the next transaction and return its value once that is durable.

        Args:
            doing: what the job does, as a verb phrase for messages.
            job: runs on the writer's thread, again where another of its group failed.

        Raises:
            AgentError: what the job raised, with nothing of it stored.
            StoreUnavailable: the transaction failed; nothing was acknowledged.
        """
        loop = asyncio.get_running_loop()
        waiter = _Waiter(doing, job, loop.create_future())
        with self._gate:
            if not self._open:
                raise self._closed(doing)
            gathered = self._gathering.get(loop)
            if gathered is None:
                self._gathering[loop] = [waiter]
                loop.call_soon(self._hand_over, loop)
            else:
                gathered.append(waiter)
        value: T = await waiter.future
        return value

    async def aclose(self) -> None:
        """Finish the jobs that wait, then close the connection."""
        with self._gate:
            if self._open:
                self._open = False
                for gathered in self._gathering.values():
                    self._queue.put(gathered)
                self._gathering.clear()
                self._queue.put([])
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the writer what gathered in one step of an event loop."""
        with self._gate:
            gathered = self._gathering.pop(loop, None)
            if gathered:
                self._queue.put(gathered)

    def _work(self) -> None:
        group: list[_Waiter] = []
        try:
            while group := self._next_group():
                self._commit(group)
                _answer(group)
        finally:
            with self._gate:
                self._open = False
            self._refuse([*group, *self._left()])
            self._connection.close()

    def _next_group(self) -> list[_Waiter]:
        """Wait for jobs and take along what gathered behind them; empty when closing."""
        group = list(self._queue.get())
        while group and len(group) < LARGEST_GROUP:
            try:
                further = self._queue.get_nowait()
            except queue.Empty:
                break
            if not further:
                self._queue.put(further)
                break
            group += further
        return group

    def _commit(self, group: list[_Waiter]) -> None:
        if not self._still_there():
            why = "the file was removed or replaced while in use: put it back and restart, or restart with a new one"
            for waiter in group:
                waiter.error = StoreUnavailable(waiter.doing, self._place, why)
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            if not self._do_together(group):
                self._roll_back()
                self._connection.execute("BEGIN IMMEDIATE")
                for waiter in group:
                    self._do_apart(waiter)
            self._connection.execute("COMMIT")
        except sqlite3.Error as exc:
            self._roll_back()
            for waiter in group:
                waiter.error = unavailable(exc, waiter.doing, self._place)
                waiter.error.__cause__ = exc

    def _do_together(self, group: list[_Waiter]) -> bool:
        """Run the jobs of a group; False when one of them failed, so that nothing of the group may stay."""
        try:
            for waiter in group:
                waiter.value = waiter.job(self._connection)
        except (AgentError, ValueError, OverflowError, sqlite3.Error):
            return False
        return True

    def _do_apart(self, waiter: _Waiter) -> None:
        """Run one job so that its failure undoes nothing but itself."""
        self._connection.execute("SAVEPOINT job")
        try:
            waiter.value = waiter.job(self._connection)
        except AgentError as exc:
            waiter.error = exc
        except (ValueError, OverflowError) as exc:  # text or a number that the database cannot take
            waiter.error = RecordUnstorable("record", str(exc))
            waiter.error.__cause__ = exc
        except sqlite3.Error as exc:
            if not self._connection.in_transaction:  # the database gave up the whole transaction, not this job only
                raise
            waiter.error = unavailable(exc, waiter.doing, self._place)
            waiter.error.__cause__ = exc
        if waiter.error is not None:
            self._connection.execute("ROLLBACK TO job")
        self._connection.execute("RELEASE job")

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _left(self) -> list[_Waiter]:
        """The jobs that nobody works any more."""
        with self._gate:
            parts = list(self._gathering.values())
            self._gathering.clear()
        while not self._queue.empty():
            parts.append(self._queue.get())
        return [waiter for part in parts for waiter in part]

    def _refuse(self, waiters: list[_Waiter]) -> None:
        for waiter in waiters:
            waiter.error = waiter.error or self._closed(waiter.doing)
        _answer(waiters)

    def _closed(self, doing: str) -> StoreUnavailable:
        return StoreUnavailable(doing, self._place, "the store is closed: open it again")


def _answer(group: list[_Waiter]) -> None:
    """Wake the callers, with one signal for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiter]] = defaultdict(list)
    for waiter in group:
        by_loop[waiter.future.get_loop()].append(waiter)
    for loop, waiters in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, waiters)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


def _resolve(waiters: list[_Waiter]) -> None:
    for waiter in waiters:
        if waiter.future.done():  # cancelled meanwhile
            continue
        if waiter.error is not None:
            waiter.future.set_exception(waiter.error)
        else:
            waiter.future.set_result(waiter.value)
