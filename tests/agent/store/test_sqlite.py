import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import SettingsError
from agent.state import ConversationState
from agent.store.errors import StoreUnavailable
from agent.store.port import TurnRecord
from agent.store.sqlite import SqliteStore, open_store

MakeTurn = Callable[..., TurnRecord]


async def test_that_a_memory_store_works_alike(make_turn: MakeTurn, state: ConversationState):
    store = open_store("sqlite:///:memory:")
    await store.commit(make_turn(), state, 0)

    assert await store.turns("c-1") == (make_turn(),)
    await store.aclose()


async def test_that_only_the_owner_may_read_the_file(tmp_path: Path):
    path = tmp_path / "new" / "folder" / "store.db"
    await open_store(f"sqlite:///{path}").aclose()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["postgresql://localhost/shop", "store.db", "sqlite:///", "sqlite://store.db", ""])
def test_that_another_url_is_refused_with_what_is_supported(url: str):
    with pytest.raises(SettingsError, match="use 'sqlite:///path"):
        open_store(url)


async def test_that_a_read_that_cannot_be_had_at_once_is_waited_for(
    tmp_path: Path, make_turn: MakeTurn, state: ConversationState
):
    path = tmp_path / "store.db"
    store = open_store(f"sqlite:///{path}")
    await store.commit(make_turn(), state, 0)
    await store.aclose()
    writing, reading, broken = (sqlite3.connect(path, check_same_thread=False) for _ in range(3))
    broken.close()
    store = SqliteStore(writing, (reading, broken), str(path))

    assert (await store.opening("c-1", "m-1")).turn == make_turn()
    await store.aclose()


async def test_that_reads_after_closing_say_so(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    await store.aclose()

    with pytest.raises(StoreUnavailable, match="the store is closed"):
        await store.opening("c-1", "m-1")
