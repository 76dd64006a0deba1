"""Disk full or read-only: nothing is done that no durable intent stands for, and what was done is found again."""

import sqlite3

import pytest

from agent.errors import StoreError
from agent.store.errors import unavailable
from agent.store.sqlite import open_store


class FullDisk:
    """A store whose named write meets a full disk while `fails` is set."""

    def __init__(self, whole, what):
        self._whole = whole
        self._what = what
        self.fails = False

    def __getattr__(self, name):
        return self._refuse if name == self._what and self.fails else getattr(self._whole, name)

    async def _refuse(self, *args, **more):
        raise unavailable(sqlite3.OperationalError("database or disk is full"), self._what, "state.db")


@pytest.fixture
async def full(tea, counter_of):
    """Opens a counter with a proposal made and a disk that is full from then on."""
    opened = []

    async def open_counter(stack, what):
        store = FullDisk(open_store("sqlite:///:memory:"), what)
        opened.append(store)
        counter = await stack.enter_async_context(counter_of(tea, "tea-cust-a", store=store))
        await counter.say("取消订单TEA-88240")
        store.fails = True
        assert counter.requests
        return counter, store

    yield open_counter
    for store in opened:
        await store.aclose()


async def test_that_without_a_durable_intent_the_back_end_is_not_called(full, stack):
    counter, _ = await full(stack, "intend")
    with pytest.raises(StoreError):
        await counter.say("好的，取消吧")
    assert [request for request in counter.requests if request.startswith("POST")] == []
    assert counter.status("TEA-88240") == "paid"


async def test_that_a_write_whose_turn_was_not_stored_is_not_done_again(full, stack):
    counter, store = await full(stack, "commit")
    yes = counter.message("好的，取消吧")
    with pytest.raises(StoreError):
        await counter.assistant.handle(yes)
    store.fails = False
    reply = await counter.assistant.handle(yes)
    assert "已为您取消" in reply.reply
    assert len([request for request in counter.requests if request.startswith("POST /orders")]) == 1


async def test_that_a_read_only_disk_is_told_as_unavailable(tmp_path, tea, counter_of):
    place = tmp_path / "state.db"
    store = open_store(f"sqlite:///{place}")
    async with counter_of(tea, "tea-cust-a", store=store) as counter:
        await counter.say("取消订单TEA-88240")
        await store.aclose()
        with pytest.raises(StoreError):
            await counter.say("好的，取消吧")
        assert counter.status("TEA-88240") == "paid"
