"""One turn at a time per conversation, proven on each database with two stores as two processes have them."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from agent.errors import ConversationBusy
from agent.store.durable import DurableStore
from agent.store.opening import open_store


@pytest.fixture
async def pair(url: str) -> AsyncIterator[tuple[DurableStore, DurableStore]]:
    one, two = open_store(url), open_store(url)
    yield one, two
    await asyncio.gather(one.aclose(), two.aclose())


async def test_that_a_second_process_waits_for_its_turn(pair):
    one, two = pair
    order: list[str] = []

    async def second() -> None:
        async with two.turn_of("c-1", 5):
            order.append("second")

    async with one.turn_of("c-1", 5):
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.1)
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_that_waiting_has_an_end(pair):
    one, two = pair
    async with one.turn_of("c-1", 5):
        with pytest.raises(ConversationBusy):
            async with two.turn_of("c-1", 0.05):
                pass


async def test_that_other_conversations_do_not_wait(pair):
    one, two = pair
    async with one.turn_of("c-1", 5), two.turn_of("c-2", 0):
        pass


async def test_that_a_process_that_ends_gives_its_turns_back(url: str):
    one, two = open_store(url), open_store(url)
    held = one.turn_of("c-1", 5)
    await held.__aenter__()
    await one.aclose()

    async with two.turn_of("c-1", 5):
        pass
    await two.aclose()


async def test_that_turns_go_on_after_the_server_cut_the_connection(postgres_url: str):
    store = open_store(postgres_url)
    async with store.turn_of("c-1", 0):
        pass
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )

    async with store.turn_of("c-1", 0):
        pass
    await store.aclose()
