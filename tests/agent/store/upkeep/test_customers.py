import json
from pathlib import Path

import pytest

from agent.state import ConversationState
from agent.store.channels import ChannelMemory
from agent.store.durable import DurableStore
from agent.store.errors import CustomerHeld
from agent.store.opening import open_store
from agent.store.upkeep.customers import Erased, conversations_of, erase_customer, export_customer
from agent.store.upkeep.health import look_over
from agent.store.upkeep.keeper import keeper_of
from agent.store.upkeep.tables import ALL, OF_CONVERSATIONS

SECRET, CUSTOMER = "住在梧桐路八号", "U100%_1"


async def _everything(store: DurableStore) -> str:
    """All rows of all tables as text."""

    def job(connection) -> list[object]:
        return [connection.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}").fetchall() for table in ALL]

    return repr(await store.reader.run("read all", job))


async def test_that_a_customers_conversations_are_found_and_nobody_elses(kept: DurableStore):
    assert await conversations_of(kept, CUSTOMER) == ("c-1", "c-2", "c-4")
    assert await conversations_of(kept, "U100xx1") == ("c-3",)
    assert await conversations_of(kept, "nobody") == ()


async def test_that_an_export_holds_everything_of_the_customer_and_is_plain_json(kept: DurableStore):
    found = await export_customer(kept, CUSTOMER)

    told = json.dumps(found, ensure_ascii=False)
    first = found["conversations"][0]
    assert told.count(SECRET) >= 10
    assert "别人的话" not in told
    assert first["turns"][0]["request"] == {"customer_id": CUSTOMER, "text": SECRET}
    assert [len(first[table.name]) for table in OF_CONVERSATIONS] == [1, 2, 1, 2, 1, 1, 1, 1, 1]


async def test_that_an_erasure_leaves_rows_without_personal_data(kept: DurableStore, url: str):
    assert await erase_customer(kept, CUSTOMER) == Erased(conversations=3, turns=3, tickets=1, actions=1)

    left = await _everything(kept)
    for personal in (SECRET, CUSTOMER, "c-1", "c-2", "c-4", "m-1", "R1", "event-1", "digest"):
        assert personal not in left
    assert "'change_address'" in left
    assert "'customer_asked'" in left
    found = (await look_over(kept, keeper_of(url))).findings
    assert [line for line in found if "fsync" not in line] == []


async def test_that_who_came_in_and_wrote_nothing_is_exported_and_erased(kept: DurableStore, vouch):
    await vouch(CUSTOMER, "wecom:kf:ext-9:aa")
    await vouch("U100xx1", "wecom:kf:ext-8:bb")
    found = await export_customer(kept, CUSTOMER)
    assert found["conversations"][-1]["channel_memory"][0]["name"] == "wecom/login/wecom:kf:ext-9:aa"

    assert (await erase_customer(kept, CUSTOMER)).conversations == 4
    left = await _everything(kept)
    assert "ext-9" not in left and CUSTOMER not in left
    assert "ext-8" in left


async def test_that_what_a_channel_keeps_of_an_unanswered_conversation_is_erased(kept: DurableStore):
    await ChannelMemory(kept.writer, kept.reader).remember("chatwoot", "standing/1/4", SECRET, "c-4")
    await erase_customer(kept, CUSTOMER)
    assert SECRET not in await _everything(kept)


async def test_that_other_customers_are_left_as_they_were(kept: DurableStore):
    before = (await kept.load("c-3"), await kept.turns("c-3"))
    await erase_customer(kept, CUSTOMER)

    assert (await kept.load("c-3"), await kept.turns("c-3")) == before
    assert await kept.load("c-1") is None


async def test_that_nothing_of_an_erased_customer_is_sent_or_answered(kept: DurableStore):
    await erase_customer(kept, CUSTOMER)

    assert [message.conversation_id for message in await kept.unsent()] == ["c-3"]
    assert await kept.waiting_conversations() == ()
    assert await kept.open_tickets() == ()


async def test_that_an_erased_customer_can_begin_anew(kept: DurableStore, make_turn):
    await erase_customer(kept, CUSTOMER)

    await kept.commit(make_turn("c-1", "m-1"), ConversationState(customer_id=CUSTOMER), 0)
    assert await conversations_of(kept, CUSTOMER) == ("c-1",)


async def test_that_a_write_whose_end_is_not_known_holds_the_erasure(kept: DurableStore):
    await kept.intend("key-2", "c-2", "t-c-2-m-1", "cancel_order", {"order_id": "A1"})

    with pytest.raises(CustomerHeld, match="key-2"):
        await erase_customer(kept, CUSTOMER)
    assert "c-2" in await conversations_of(kept, CUSTOMER)


async def test_that_the_file_does_not_hold_erased_words_any_more(sqlite_url: str, make_turn):
    store = open_store(sqlite_url)
    await store.commit(make_turn(text=SECRET), ConversationState(customer_id=CUSTOMER), 0)
    await erase_customer(store, CUSTOMER)
    await keeper_of(sqlite_url).scrub()

    path = Path(sqlite_url.removeprefix("sqlite:///"))
    assert not [file.name for file in path.parent.iterdir() if SECRET.encode() in file.read_bytes()]
    await store.aclose()
