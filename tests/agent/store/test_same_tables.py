"""Both databases hold the same tables, so that one text of SQL serves both."""

import sqlite3
from contextlib import closing

import psycopg

from agent.store.opening import open_store
from agent.store.postgres.schema import MIGRATIONS, SCHEMA
from agent.store.schema import read_migrations
from agent.store.upkeep.tables import ALL

COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s"


async def test_that_both_databases_have_the_same_tables_and_columns(sqlite_url: str, postgres_url: str):
    await open_store(sqlite_url).aclose()
    await open_store(postgres_url).aclose()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as one:
        tables = [row[0] for row in one.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {(table, row[1]) for table in tables for row in one.execute(f"PRAGMA table_info({table})")}
    with psycopg.connect(postgres_url) as other:
        assert set(other.execute(COLUMNS, (SCHEMA,)).fetchall()) == found


async def test_that_upkeep_knows_every_table_and_column(sqlite_url: str):
    await open_store(sqlite_url).aclose()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as one:
        tables = [row[0] for row in one.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {name: {row[1] for row in one.execute(f"PRAGMA table_info({name})")} for name in tables}

    del found["schema_version"]
    assert {table.name: set(table.columns) for table in ALL} == found


def test_that_both_go_through_the_same_steps():
    assert [step.name for step in read_migrations(MIGRATIONS)] == [step.name for step in read_migrations()]
