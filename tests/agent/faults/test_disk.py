"""Disk full or read-only, as SQLite and the kernel report it: nothing is done that no durable intent stands for, and what was done
is found again."""

import os
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from agent.store.errors import StoreUnavailable
from agent.store.sqlite import SqliteStore, open_store

NOBODY = 65534


@pytest.fixture
def place(tmp_path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
async def counter(tea, counter_of, place):
    """A counter whose conversations are kept in a file, with a proposal made."""
    store = open_store(f"sqlite:///{place}")
    async with counter_of(tea, "tea-cust-a", store=store) as opened:
        await opened.say("取消订单TEA-88240")
        assert opened.requests
        yield opened
    await store.aclose()


class Watched(list[str]):
    """Requests to a back-end; something happens as soon as one of them writes."""

    def __init__(self, then: Callable[[], object]) -> None:
        super().__init__()
        self._then = then

    def append(self, request: str) -> None:
        super().append(request)
        if request.startswith("POST"):
            self._then()


@contextmanager
def no_room(place: Path) -> Iterator[None]:
    """The kernel lets no file grow beyond the write-ahead log as it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (place.with_name(f"{place.name}-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder and its files may not be written; root, whom no mode stops, becomes somebody else meanwhile."""
    uid = os.geteuid()
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555)
    if uid == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(uid)
        folder.chmod(0o755)


async def fill(store: SqliteStore, place: Path) -> None:
    """Give the database no further page, and fill the pages of the ledger of actions."""
    row = "INSERT INTO actions VALUES (hex(randomblob(4)), 'c', 't', 't', '{}', '', 'done', NULL, '')"
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        (pages,) = other.execute("PRAGMA page_count").fetchone()
        other.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            while True:
                other.execute(row)
    await limit(store, pages)


async def limit(store: SqliteStore, pages: int) -> None:
    """So many pages the store's database may have."""
    await store.writer.run("limit", lambda on: on.execute(f"PRAGMA max_page_count = {pages}").fetchone())


def cancellations(counter) -> list[str]:
    return [request for request in counter.apis.orders_faults.requests if request.startswith("POST")]


async def test_that_on_a_full_disk_the_back_end_is_not_called(counter, place):
    await fill(counter.store, place)
    yes = counter.message("好的，取消吧")
    with pytest.raises(StoreUnavailable, match=r"record an intended action .* the disk is full: free some space"):
        await counter.assistant.handle(yes)
    assert cancellations(counter) == []
    assert counter.status("TEA-88240") == "paid"

    await limit(counter.store, 100_000)
    assert "已为您取消" in (await counter.assistant.handle(yes)).reply
    assert len(cancellations(counter)) == 1


async def test_that_where_files_may_not_grow_the_back_end_is_not_called(counter, place):
    yes = counter.message("好的，取消吧")
    with (
        no_room(place),
        pytest.raises(StoreUnavailable, match=r"record an intended action .* check free space, limits"),
    ):
        await counter.assistant.handle(yes)
    assert cancellations(counter) == []
    assert counter.status("TEA-88240") == "paid"

    assert "已为您取消" in (await counter.assistant.handle(yes)).reply
    assert len(cancellations(counter)) == 1


async def test_that_what_was_done_before_the_disk_was_full_is_not_done_again(counter, place):
    yes = counter.message("好的，取消吧")
    with ExitStack() as disk, pytest.raises(StoreUnavailable, match="check free space"):
        counter.apis.orders_faults.requests = Watched(lambda: disk.enter_context(no_room(place)))
        await counter.assistant.handle(yes)
    assert counter.status("TEA-88240") == "cancelled"

    assert "已为您取消" in (await counter.assistant.handle(yes)).reply
    assert len(cancellations(counter)) == 1


async def test_that_nothing_is_accepted_on_a_full_disk(counter, place):
    with no_room(place), pytest.raises(StoreUnavailable, match="accept a message"):
        await counter.assistant.accept(counter.message("好的，取消吧"))
    assert await counter.store.waiting("c-1") == ()
    assert cancellations(counter) == []


async def test_that_a_read_only_database_says_so_and_calls_no_back_end(counter, counter_of, tea, place):
    file = sqlite3.connect(f"file:{place}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    store = SqliteStore(file, None, str(place))
    async with counter_of(tea, "tea-cust-a", store=store, apis=counter.apis) as later:
        with pytest.raises(StoreUnavailable, match="the database is read-only: make the file and its folder writable"):
            await later.say("好的，取消吧", message_id="m-yes")
    await store.aclose()
    assert cancellations(counter) == []
    assert counter.status("TEA-88240") == "paid"


@pytest.mark.parametrize("is_there", [True, False])
async def test_that_no_shop_is_opened_on_a_read_only_folder(is_there):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/state.db"
        if is_there:
            await open_store(url).aclose()
        with read_only(Path(folder)), pytest.raises(StoreUnavailable, match="its folder are writable"):
            open_store(url)
