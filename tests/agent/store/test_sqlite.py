import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import SettingsError
from agent.state import ConversationState
from agent.store.port import TurnRecord
from agent.store.sqlite import open_store

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
