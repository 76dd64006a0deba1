import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.state import ConversationState
from agent.store.errors import StoreUnavailable
from agent.store.port import TurnRecord
from agent.store.sqlite import SqliteStore, open_store

MakeTurn = Callable[..., TurnRecord]
ROOT = Path(__file__).parents[3]

COMMITTING = """
import asyncio, os, sys
from datetime import UTC, datetime
from agent.messages import Reply
from agent.state import ConversationState
from agent.store.port import TurnRecord
from agent.store.sqlite import open_store

async def talk(store, c):
    for n in range(100000):
        m, t = f"m-{n}", f"t-{c}-{n}"
        reply = Reply(c, m, t, "亲,在的", "answered", (), "smalltalk", "bot")
        turn = TurnRecord(t, c, m, "d", {}, reply, {}, datetime.now(UTC))
        await store.commit(turn, ConversationState(turns=n + 1), n, None)
        os.write(1, f"{c} {m}\\n".encode())

async def main():
    store = open_store(sys.argv[1])
    await asyncio.gather(*(talk(store, f"c-{n}") for n in range(8)))

asyncio.run(main())
"""


def _killed_while_committing(url: str, acknowledged: int) -> list[tuple[str, str]]:
    """Kill a committing process after some acknowledgements; all that it had acknowledged."""
    command = [sys.executable, "-c", COMMITTING, url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(acknowledged)]
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
    return [(c, m) for c, m in (line.split() for line in lines if line.endswith("\n"))]


@pytest.mark.parametrize("acknowledged", [1, 40, 250])
async def test_that_a_killed_process_loses_nothing_it_acknowledged(url: str, acknowledged: int):
    known = _killed_while_committing(url, acknowledged)

    store = open_store(url)
    assert len(known) >= acknowledged
    for conversation in {c for c, _ in known}:
        turns = await store.turns(conversation)
        loaded = await store.load(conversation)
        assert {m for c, m in known if c == conversation} <= {turn.message_id for turn in turns}
        assert loaded is not None
        assert loaded.version == loaded.state.turns == len(turns)
    await store.aclose()


async def test_that_a_read_only_database_says_what_to_do(url: str, make_turn: MakeTurn, state: ConversationState):
    await open_store(url).aclose()
    path = url.removeprefix("sqlite:///")
    read_only = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    store = SqliteStore(read_only, None, path)

    with pytest.raises(StoreUnavailable, match="make the file and its folder writable"):
        await store.commit(make_turn(), state, 0)
    with pytest.raises(StoreUnavailable, match="record an intended action"):
        await store.intend("k-1", "c-1", "t-1", "cancel_order", {})
    await store.aclose()


async def test_that_a_locked_database_says_so_and_recovers(url: str, make_turn: MakeTurn, state: ConversationState):
    await open_store(url).aclose()
    path = url.removeprefix("sqlite:///")
    impatient = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    store = SqliteStore(impatient, None, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process holds the database"):
            await store.commit(make_turn(), state, 0)

    await store.commit(make_turn(), state, 0)
    await store.aclose()


async def test_that_a_full_disk_says_so_and_recovers(url: str, make_turn: MakeTurn, state: ConversationState):
    await open_store(url).aclose()
    path = url.removeprefix("sqlite:///")
    small = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    small.execute("PRAGMA max_page_count = 30")
    store = SqliteStore(small, None, path)

    with pytest.raises(StoreUnavailable, match="free some space"):
        await store.commit(make_turn(text="长" * 200_000), state, 0)

    assert await store.load("c-1") is None
    await store.commit(make_turn(), state, 0)
    await store.aclose()


async def test_that_nothing_is_acknowledged_after_the_file_is_removed(
    store: SqliteStore, url: str, make_turn: MakeTurn, state: ConversationState
):
    os.unlink(url.removeprefix("sqlite:///"))  # noqa: PTH108 (a path class would count as blocking here)

    with pytest.raises(StoreUnavailable, match="removed or replaced"):
        await store.commit(make_turn(), state, 0)


def test_that_a_file_that_is_no_database_says_so(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("并不是数据库\n" * 500)

    with pytest.raises(StoreUnavailable, match="not a database"):
        open_store(f"sqlite:///{path}")


@pytest.mark.parametrize("place", ["/proc/nowhere/store.db", "/dev/null/store.db", "/"])
def test_that_a_place_that_cannot_hold_a_file_says_so(place: str):
    with pytest.raises(StoreUnavailable, match="make sure that the file and its folder are writable"):
        open_store(f"sqlite:///{place}")


async def test_that_a_damaged_row_is_named(store: SqliteStore, url: str, make_turn: MakeTurn, state: ConversationState):
    await store.commit(make_turn(), state, 0)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
        raw.execute("UPDATE turns SET reply = '{'")

    with pytest.raises(StoreError, match="The stored reply cannot be read"):
        await store.find_turn("c-1", "m-1")
