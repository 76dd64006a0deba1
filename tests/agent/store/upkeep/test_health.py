import sqlite3
from contextlib import closing

from agent.store.durable import DurableStore
from agent.store.opening import open_store
from agent.store.upkeep.health import look_over
from agent.store.upkeep.keeper import keeper_of

FSYNC_OFF = "a power cut can damage the database: set fsync = on"
"""The tests' own PostgreSQL server does not wait for the disk, and the check says so."""


async def _findings(store: DurableStore, url: str) -> list[str]:
    return [found for found in (await look_over(store, keeper_of(url))).findings if found != FSYNC_OFF]


async def _write(store: DurableStore, query: str) -> None:
    await store.writer.run("damage a row", lambda connection: connection.execute(query))


async def test_that_a_sound_store_has_no_findings(kept: DurableStore, url: str):
    health = await look_over(kept, keeper_of(url))

    assert await _findings(kept, url) == []
    assert (health.rows["turns"], health.rows["actions"]) == (4, 1)
    assert health.open == {
        "messages_waiting": 2,
        "messages_unsent": 3,
        "tickets_open": 1,
        "actions_unsettled": 0,
    }


async def test_that_damaged_rows_are_named(kept: DurableStore, url: str):
    await _write(kept, "UPDATE turns SET reply = '{' WHERE turn_id = 't-c-2-m-1'")
    await _write(kept, "UPDATE conversations SET stage = 'lost' WHERE conversation_id = 'c-3'")
    await _write(kept, "UPDATE actions SET outcome = 'perhaps'")
    await _write(kept, "UPDATE tickets SET package = '[]'")

    told = "\n".join(await _findings(kept, url))
    for what in (
        "turns 2: The stored reply",
        "conversations 'c-3': unknown stage 'lost'",
        "'perhaps'",
        "tickets 'k-1'",
    ):
        assert what in told


async def test_that_rows_that_point_nowhere_are_counted(kept: DurableStore, url: str):
    await _write(kept, "UPDATE conversations SET version = 1")
    await _write(kept, "UPDATE inbox SET turn_id = 't-nowhere'")

    assert await _findings(kept, url) == [
        "1 conversations with more turns than commits",
        "2 answered messages without their turn",
    ]


async def test_that_many_rows_are_read_in_batches(store: DurableStore, url: str):
    query = (
        "INSERT INTO handoff_log (conversation_id, from_stage, to_stage, actor, reason, note, at)"
        " VALUES ('c-1', 'bot', 'bot', 'bot', 'x', '', '')"
    )
    conversation = (
        "INSERT INTO conversations (conversation_id, shop_id, version, state, created_at, updated_at)"
        " VALUES ('c-1', 's', 1, '{}', '', '')"
    )

    def job(connection) -> None:
        connection.execute(conversation)
        for _ in range(1001):
            connection.execute(query)

    await store.writer.run("fill", job)
    assert (await look_over(store, keeper_of(url))).rows["handoff_log"] == 1001


async def test_that_a_damaged_file_is_found(sqlite_url: str, make_turn, state):
    store = open_store(sqlite_url)
    for number in range(50):
        await store.commit(make_turn(f"c-{number}"), state, 0)
    await store.aclose()
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as raw:
        root = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'inbox_waiting'").fetchone()[0]
        page = raw.execute("PRAGMA page_size").fetchone()[0]
    with open(path, "r+b") as file:  # noqa: PTH123, ASYNC230
        file.seek((root - 1) * page)
        file.write(b"\xff" * 64)

    assert await keeper_of(sqlite_url).damages() != ()
