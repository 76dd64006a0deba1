import asyncio
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from agent.store.errors import BackupFailed
from agent.store.opening import open_store
from agent.store.upkeep.keeper import keeper_of
from agent.store.upkeep.postgres_server import PostgresKeeper
from benchmarks.postgres_server import binaries


async def test_that_a_backup_taken_while_turns_are_stored_is_one_moment(
    sqlite_url: str, tmp_path: Path, make_turn, state
):
    store, target = open_store(sqlite_url), tmp_path / "copy.db"

    async def talk(name: str) -> None:
        for number in range(40):
            await store.commit(make_turn(name, f"m-{number}"), state, number)

    talking = asyncio.gather(*(talk(f"c-{n}") for n in range(4)))
    await asyncio.sleep(0.02)
    await keeper_of(sqlite_url).backup(target)
    await talking

    copy = open_store(f"sqlite:///{target}")
    for name in (f"c-{n}" for n in range(4)):
        found = await copy.load(name)
        assert found is None or found.version == len(await copy.turns(name))
    await asyncio.gather(store.aclose(), copy.aclose())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_that_a_backup_overwrites_nothing(sqlite_url: str, tmp_path: Path):
    await open_store(sqlite_url).aclose()
    target = tmp_path / "copy.db"
    target.write_text("mine")

    with pytest.raises(BackupFailed, match="name another one"):
        await keeper_of(sqlite_url).backup(target)
    assert target.read_text() == "mine"


async def test_that_a_failed_backup_leaves_nothing_behind(sqlite_url: str, tmp_path: Path):
    await open_store(sqlite_url).aclose()

    with pytest.raises(BackupFailed, match="writable"):
        await keeper_of(sqlite_url).backup(tmp_path / "nowhere" / "copy.db")
    assert not list(tmp_path.glob("**/*copy*"))  # noqa: ASYNC240


async def test_that_a_postgres_archive_restores(postgres, postgres_url: str, tmp_path: Path, make_turn, state):
    store, target = open_store(postgres_url), tmp_path / "copy.dump"
    await store.commit(make_turn(), state, 0)
    await PostgresKeeper(postgres_url, binaries()).backup(target)
    other = postgres.new_database()
    restoring = [binaries() / "pg_restore", f"--dbname={other}", target]
    await asyncio.to_thread(subprocess.run, restoring, check=True)

    copy = open_store(other)
    assert await copy.turns("c-1") == await store.turns("c-1")
    await asyncio.gather(store.aclose(), copy.aclose())


async def test_that_a_missing_program_is_named(postgres_url: str, tmp_path: Path):
    with pytest.raises(BackupFailed, match="pg_dump"):
        await PostgresKeeper(postgres_url, tmp_path).backup(tmp_path / "copy.dump")


async def test_that_its_size_is_told(url: str, make_turn, state):
    store = open_store(url)
    before = await keeper_of(url).size()
    for number in range(60):
        await store.commit(make_turn(message=f"m-{number}", text="长" * 500), state, number)
    assert await keeper_of(url).size() > before
    await store.aclose()


def test_that_a_server_that_loses_data_on_a_power_cut_is_reported(postgres_url: str):
    found = asyncio.run(PostgresKeeper(postgres_url).damages())

    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    assert found == ("a power cut can damage the database: set fsync = on",)
