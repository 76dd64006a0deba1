import asyncio
import sqlite3
import threading
from collections.abc import Callable

from agent.store.errors import StoreUnavailable
from agent.store.port import TurnRecord
from agent.store.writer import GroupWriter

MakeTurn = Callable[..., TurnRecord]


def _numbers() -> tuple[sqlite3.Connection, list[str]]:
    """A table of numbers that are not to repeat, and a record of the statements executed."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE numbers (n INTEGER UNIQUE)")
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    return connection, seen


class Held:
    """A job whose transaction has begun and lasts until it is let go."""

    def __init__(self, writer: GroupWriter) -> None:
        self._loop, self._begun, self._gate = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
        self.done = asyncio.create_task(writer.run("wait", self._wait))

    def _wait(self, connection: sqlite3.Connection) -> bool:
        self._loop.call_soon_threadsafe(self._begun.set)
        return self._gate.wait(60)

    async def begun(self) -> None:
        async with asyncio.timeout(60):
            await self._begun.wait()

    def let_go(self) -> None:
        self._gate.set()


def _insert(number: int) -> Callable[[sqlite3.Connection], int]:
    def job(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO numbers VALUES (?)", (number,))
        return number

    return job


async def test_that_jobs_that_wait_share_one_transaction():
    connection, seen = _numbers()
    writer = GroupWriter(connection, "db", lambda: True)
    slow = Held(writer)
    await slow.begun()
    waiting = [asyncio.create_task(writer.run("count", _insert(n))) for n in range(50)]
    await asyncio.sleep(0)
    slow.let_go()

    assert await asyncio.gather(*waiting) == list(range(50))
    assert await slow.done
    await writer.aclose()
    assert seen.count("COMMIT") == 2


async def test_that_jobs_of_one_step_share_one_transaction():
    connection, seen = _numbers()
    writer = GroupWriter(connection, "db", lambda: True)

    assert await asyncio.gather(*(writer.run("count", _insert(n)) for n in range(50))) == list(range(50))
    await writer.aclose()
    assert [line for line in seen if not line.startswith("INSERT")] == ["BEGIN IMMEDIATE", "COMMIT"]


async def test_that_what_a_failed_job_wrote_is_undone_and_the_rest_stays():
    connection, _ = _numbers()
    writer = GroupWriter(connection, "db", lambda: True)

    def twice(on: sqlite3.Connection) -> None:
        _insert(7)(on)
        _insert(7)(on)

    ended = await asyncio.gather(
        writer.run("count", _insert(1)),
        writer.run("count", twice),
        writer.run("count", _insert(2)),
        return_exceptions=True,
    )

    assert isinstance(ended[1], StoreUnavailable)
    assert await writer.run("list", lambda on: on.execute("SELECT n FROM numbers").fetchall()) == [(1,), (2,)]
    await writer.aclose()


async def test_that_a_cancelled_caller_does_not_hold_up_the_others():
    connection, _ = _numbers()
    writer = GroupWriter(connection, "db", lambda: True)
    gone = asyncio.create_task(writer.run("count", _insert(1)))
    await asyncio.sleep(0)
    gone.cancel()

    assert await writer.run("count", _insert(2)) == 2
    await writer.aclose()


async def test_that_closing_finishes_what_waits():
    connection, _ = _numbers()
    writer = GroupWriter(connection, "db", lambda: True)
    waiting = [asyncio.create_task(writer.run("count", _insert(n))) for n in range(10)]
    await asyncio.sleep(0)
    await writer.aclose()

    assert await asyncio.gather(*waiting) == list(range(10))


async def test_that_a_commit_that_fails_is_acknowledged_to_nobody():
    connection, _ = _numbers()
    connection.execute("CREATE TABLE parts (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED)")
    connection.execute("PRAGMA foreign_keys = ON")
    writer = GroupWriter(connection, "db", lambda: True)
    slow = Held(writer)
    await slow.begun()
    orphan = writer.run("count", lambda on: on.execute("INSERT INTO parts VALUES (99)").rowcount)
    both = asyncio.gather(writer.run("count", _insert(1)), orphan, return_exceptions=True)
    await asyncio.sleep(0)
    slow.let_go()

    assert await slow.done
    assert [type(error) for error in await both] == [StoreUnavailable] * 2
    assert await writer.run("list", lambda on: on.execute("SELECT n FROM numbers").fetchall()) == []
    await writer.aclose()
