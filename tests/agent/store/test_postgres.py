import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from agent.errors import SettingsError
from agent.state import ConversationState
from agent.store.errors import RecordUnstorable, SchemaUnknown, StoreUnavailable
from agent.store.opening import open_store
from agent.store.port import TurnRecord
from agent.store.postgres.opening import address
from agent.store.postgres.schema import MIGRATIONS, SCHEMA, migrate
from agent.store.schema import Migration, read_migrations
from benchmarks.postgres_server import PostgresServer

MakeTurn = Callable[..., TurnRecord]
CUT_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


def test_that_its_migrations_are_numbered_without_gaps():
    assert [step.number for step in read_migrations(MIGRATIONS)] == list(range(1, len(read_migrations(MIGRATIONS)) + 1))


def test_that_only_missing_steps_are_applied(connection: psycopg.Connection):
    one = Migration(1, "0001_one", "CREATE TABLE one (x int);")
    two = Migration(2, "0002_two", "CREATE TABLE two (x int);")

    assert migrate(connection, "db", (one,)) == 1
    connection.execute(f"INSERT INTO {SCHEMA}.one VALUES (7)")
    assert migrate(connection, "db", (one, two)) == 2
    assert connection.execute(f"SELECT x FROM {SCHEMA}.one").fetchall() == [(7,)]


def test_that_a_failing_step_leaves_the_database_as_it_was(connection: psycopg.Connection):
    bad = Migration(1, "0001_bad", "CREATE TABLE one (x int); CREATE NONSENSE;")

    with pytest.raises(psycopg.errors.SyntaxError):
        migrate(connection, "db", (bad,))

    assert connection.execute("SELECT to_regnamespace(%s)", (SCHEMA,)).fetchone() == (None,)


async def test_that_a_newer_schema_is_refused_with_what_to_do(postgres_url: str, connection: psycopg.Connection):
    await open_store(postgres_url).aclose()
    connection.execute(f"INSERT INTO {SCHEMA}.schema_version VALUES (999, '0999_future', now())")

    with pytest.raises(SchemaUnknown, match=r"version 999 .* update the program"):
        open_store(postgres_url)


def test_that_a_schema_of_another_program_is_left_alone(postgres_url: str, connection: psycopg.Connection):
    connection.execute(f"CREATE SCHEMA {SCHEMA}")
    connection.execute(f"CREATE TABLE {SCHEMA}.albums (title text)")

    with pytest.raises(SchemaUnknown, match="another program"):
        open_store(postgres_url)


async def test_that_tables_of_others_in_the_database_do_not_matter(postgres_url: str, connection: psycopg.Connection):
    connection.execute("CREATE TABLE public.turns (title text)")

    store = open_store(postgres_url)
    assert await store.turns("c-1") == ()
    await store.aclose()


async def test_that_processes_that_open_it_at_once_make_its_tables_once(postgres_url: str):
    stores = await asyncio.gather(*(asyncio.to_thread(open_store, postgres_url) for _ in range(6)))

    assert [await store.load("c-1") for store in stores] == [None] * 6
    await asyncio.gather(*(store.aclose() for store in stores))


async def test_that_a_lost_connection_costs_no_turn(
    postgres_url: str, connection: psycopg.Connection, make_turn: MakeTurn, state: ConversationState
):
    store = open_store(postgres_url)
    await store.commit(make_turn(message="m-1"), state, 0)
    connection.execute(CUT_ALL)

    await store.commit(make_turn(message="m-2"), state, 1)
    assert len(await store.turns("c-1")) == 2
    await store.aclose()


async def test_that_rows_held_by_another_program_are_waited_for(
    postgres_url: str, make_turn: MakeTurn, state: ConversationState
):
    store = open_store(postgres_url)
    await store.commit(make_turn(message="m-1"), state, 0)
    with psycopg.connect(postgres_url) as other:
        other.execute(f"SELECT 1 FROM {SCHEMA}.conversations FOR UPDATE")
        waiting = asyncio.create_task(store.commit(make_turn(message="m-2"), state, 1))
        await asyncio.sleep(0.2)
        assert not waiting.done()

    await waiting
    await store.aclose()


async def test_that_an_id_with_a_null_character_is_refused(
    postgres_url: str, make_turn: MakeTurn, state: ConversationState
):
    store = open_store(postgres_url)
    with pytest.raises(RecordUnstorable):
        await store.commit(make_turn("c\0"), state, 0)
    await store.aclose()


async def test_that_a_read_only_database_says_what_to_do(
    postgres_url: str, connection: psycopg.Connection, make_turn: MakeTurn, state: ConversationState
):
    await open_store(postgres_url).aclose()
    connection.execute(f"ALTER DATABASE {connection.info.dbname} SET default_transaction_read_only = on")
    store = open_store(postgres_url)

    with pytest.raises(StoreUnavailable, match="the database is read-only"):
        await store.commit(make_turn(), state, 0)
    await store.aclose()


def test_that_a_missing_database_says_what_to_do(postgres: PostgresServer):
    with pytest.raises(StoreUnavailable, match="nowhere"):
        open_store(postgres.url("nowhere"))


def test_that_a_server_that_is_not_there_says_what_to_do(tmp_path: Path):
    with pytest.raises(StoreUnavailable, match="check that it runs"):
        open_store(f"postgresql://someone:secret@/shop?host={tmp_path}")


@pytest.mark.parametrize("url", ["postgresql://u:secret@db.example:5433/shop?connect_timeout=3"])
def test_that_no_message_tells_the_password(url: str):
    assert address(url) == "postgresql://db.example:5433/shop"


def test_that_an_unreadable_url_is_refused_without_telling_it():
    with pytest.raises(SettingsError, match="use 'postgresql://user") as refused:
        open_store("postgresql://u:secret@db/shop?nonsense=1")
    assert "secret" not in str(refused.value)
