import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.store.errors import SchemaUnknown
from agent.store.schema import MIGRATIONS, Migration, migrate, read_migrations, statements
from agent.store.sqlite import open_store


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        yield opened


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_that_the_shipped_migrations_are_numbered_without_gaps():
    steps = read_migrations()

    assert [step.name[:4] for step in steps] == [f"{number:04}" for number in range(1, len(steps) + 1)]


def test_that_only_missing_steps_are_applied(connection: sqlite3.Connection):
    one = Migration(1, "0001_one", "CREATE TABLE one (x);")
    two = Migration(2, "0002_two", "CREATE TABLE two (x); ")

    assert migrate(connection, "db", (one,)) == 1
    connection.execute("INSERT INTO one VALUES (7)")
    assert migrate(connection, "db", (one, two)) == 2
    assert migrate(connection, "db", (one, two)) == 2
    assert connection.execute("SELECT x FROM one").fetchall() == [(7,)]


def test_that_a_failing_step_leaves_the_database_as_it_was(connection: sqlite3.Connection):
    good = Migration(1, "0001_good", "CREATE TABLE one (x);")
    bad = Migration(2, "0002_bad", "CREATE TABLE two (x);\nCREATE NONSENSE;")

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, "db", (good, bad))

    assert _tables(connection) == set()


async def test_that_a_newer_schema_is_refused_with_what_to_do(tmp_path: Path):
    path = tmp_path / "store.db"
    await open_store(f"sqlite:///{path}").aclose()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("INSERT INTO schema_version VALUES (999, '0999_future', '')")

    with pytest.raises(SchemaUnknown, match=r"version 999 .* update the program"):
        open_store(f"sqlite:///{path}")


def test_that_a_database_of_another_program_is_left_alone(tmp_path: Path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("CREATE TABLE albums (title)")

    with pytest.raises(SchemaUnknown, match="another program"):
        open_store(f"sqlite:///{path}")


def test_that_a_gap_in_the_migrations_is_refused(tmp_path: Path):
    (tmp_path / "0001_one.sql").write_text("SELECT 1;")
    (tmp_path / "0003_three.sql").write_text("SELECT 1;")

    with pytest.raises(SchemaUnknown, match="numbered"):
        read_migrations(tmp_path)


def test_that_triggers_and_comments_stay_in_one_piece():
    script = "-- a; b\nCREATE TABLE t (x);\nCREATE TRIGGER g AFTER INSERT ON t BEGIN\nDELETE FROM t;\nEND;\nSELECT 1"

    assert len(list(statements(script))) == 3


def test_that_the_migrations_lie_beside_the_code():
    assert MIGRATIONS.is_dir()
