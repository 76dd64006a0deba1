import asyncio
import io
import json
import sys
from pathlib import Path

import pytest

import xiaoer
from agent.state import ConversationState
from agent.store.opening import open_store


@pytest.fixture
def url(sqlite_url: str, make_turn) -> str:
    """A store with one conversation of U1001."""

    async def fill() -> None:
        store = open_store(sqlite_url)
        await store.commit(make_turn(text="您的话"), ConversationState(customer_id="U1001"), 0)
        await store.aclose()

    asyncio.run(fill())
    return sqlite_url


def _run(*arguments: str) -> int:
    try:
        xiaoer.main(["store", *arguments])
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_that_a_sound_store_passes_the_check(url: str, capsys):
    assert _run("check", "--state", url) == 0
    assert "all rows can be read" in capsys.readouterr().out


def test_that_a_damaged_store_fails_the_check(url: str, capsys):
    async def damage() -> None:
        store = open_store(url)
        await store.writer.run("damage", lambda on: on.execute("UPDATE turns SET trace = 'x'"))
        await store.aclose()

    asyncio.run(damage())
    assert _run("check", "--state", url, "--json") == 1
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 1


def test_that_a_customers_data_is_exported_and_erased(url: str, capsys, tmp_path: Path):
    assert _run("export", "U1001", "--state", url, "--out", str(tmp_path / "out.json")) == 0
    assert "您的话" in (tmp_path / "out.json").read_text("utf-8")
    assert _run("erase", "U1001", "--yes", "--state", url) == 0
    assert "1 conversations, 1 turns" in capsys.readouterr().out
    assert _run("export", "U1001", "--state", url) == 0
    assert json.loads(capsys.readouterr().out)["conversations"] == []


def test_that_an_erasure_asks_first(url: str, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert _run("erase", "U1001", "--state", url) == 1
    assert asyncio.run(_turns(url)) == 1


async def _turns(url: str) -> int:
    store = open_store(url)
    try:
        return len(await store.turns("c-1"))
    finally:
        await store.aclose()


def test_that_a_backup_is_told(url: str, capsys, tmp_path: Path):
    assert _run("backup", str(tmp_path / "copy.db"), "--state", url) == 0
    assert "backed up" in capsys.readouterr().out
    assert _run("backup", str(tmp_path / "copy.db"), "--state", url) == 1


def test_that_no_store_is_made_for_upkeep(tmp_path: Path, capsys):
    assert _run("check", "--state", f"sqlite:///{tmp_path}/nothing.db") == 2
    assert "no store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
