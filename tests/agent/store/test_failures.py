import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.errors import StoreUnavailable
from agent.store.port import TurnRecord
from agent.store.sqlite import SqliteStore, open_store

MakeTurn = Callable[..., TurnRecord]
ROOT = Path(__file__).parents[3]


async def test_that_a_read_only_database_says_what_to_do(
    sqlite_url: str, make_turn: MakeTurn, state: ConversationState
):
    await open_store(sqlite_url).aclose()
    path = sqlite_url.removeprefix("sqlite:///")
    read_only = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    store = SqliteStore(read_only, None, path)

    with pytest.raises(StoreUnavailable, match="make the file and its folder writable"):
        await store.commit(make_turn(), state, 0)
    with pytest.raises(StoreUnavailable, match="record an intended action"):
        await store.intend("k-1", "c-1", "t-1", "cancel_order", {})
    await store.aclose()


async def test_that_a_locked_database_says_so_and_recovers(
    sqlite_url: str, make_turn: MakeTurn, state: ConversationState
):
    await open_store(sqlite_url).aclose()
    path = sqlite_url.removeprefix("sqlite:///")
    impatient = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    store = SqliteStore(impatient, None, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process holds the database"):
            await store.commit(make_turn(), state, 0)

    await store.commit(make_turn(), state, 0)
    await store.aclose()


async def test_that_a_full_disk_says_so_and_recovers(sqlite_url: str, make_turn: MakeTurn, state: ConversationState):
    await open_store(sqlite_url).aclose()
    path = sqlite_url.removeprefix("sqlite:///")
    small = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    small.execute("PRAGMA max_page_count = 30")
    store = SqliteStore(small, None, path)

    with pytest.raises(StoreUnavailable, match="free some space"):
        await store.commit(make_turn(text="长" * 200_000), state, 0)

    assert await store.load("c-1") is None
    await store.commit(make_turn(), state, 0)
    await store.aclose()


async def test_that_nothing_is_acknowledged_after_the_file_is_removed(
    sqlite_store: DurableStore, sqlite_url: str, make_turn: MakeTurn, state: ConversationState
):
    os.unlink(sqlite_url.removeprefix("sqlite:///"))  # noqa: PTH108 (a path class would count as blocking here)

    with pytest.raises(StoreUnavailable, match="removed or replaced"):
        await sqlite_store.commit(make_turn(), state, 0)


def test_that_a_file_that_is_no_database_says_so(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("并不是数据库\n" * 500)

    with pytest.raises(StoreUnavailable, match="not a database"):
        open_store(f"sqlite:///{path}")


@pytest.mark.parametrize("place", ["/proc/nowhere/store.db", "/dev/null/store.db", "/"])
def test_that_a_place_that_cannot_hold_a_file_says_so(place: str):
    with pytest.raises(StoreUnavailable, match="make sure that the file and its folder are writable"):
        open_store(f"sqlite:///{place}")


async def test_that_a_damaged_row_is_named(
    sqlite_store: DurableStore, sqlite_url: str, make_turn: MakeTurn, state: ConversationState
):
    await sqlite_store.commit(make_turn(), state, 0)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
        raw.execute("UPDATE turns SET reply = '{'")

    with pytest.raises(StoreError, match="The stored reply cannot be read"):
        await sqlite_store.find_turn("c-1", "m-1")
