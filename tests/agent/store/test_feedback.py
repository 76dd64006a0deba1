from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.errors import RecordUnstorable
from agent.store.feedback import Rating, ShopEvent, StoredFeedback
from agent.store.opening import open_store
from agent.store.upkeep.customers import erase_customer, export_customer

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PAID = ShopEvent("e-1", "lanting", "U1001", "order_paid", NOW, Decimal("199.90"))


@pytest.fixture(params=["sqlite_url", "postgres_url"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[DurableStore]:
    opened = open_store(request.getfixturevalue(request.param))
    yield opened
    await opened.aclose()


@pytest.fixture
def feedback(store: DurableStore) -> StoredFeedback:
    return StoredFeedback(store.writer, store.reader)


async def test_that_a_customer_is_asked_once(feedback: StoredFeedback):
    assert await feedback.ask_rating("c-1", NOW)
    assert not await feedback.ask_rating("c-1", NOW)
    assert await feedback.ask_rating("c-2", NOW)


async def test_that_the_first_rating_stays(feedback: StoredFeedback):
    await feedback.ask_rating("c-1", NOW)
    assert await feedback.rate("c-1", 5, NOW + timedelta(minutes=1))
    assert not await feedback.rate("c-1", 1, NOW)
    assert await feedback.rating("c-1") == Rating("c-1", NOW, 5, NOW + timedelta(minutes=1))


async def test_that_who_has_rated_is_not_asked(feedback: StoredFeedback):
    assert await feedback.rate("c-1", 4, NOW)
    assert not await feedback.ask_rating("c-1", NOW)


@pytest.mark.parametrize("rating", [0, 6, -1])
async def test_that_other_numbers_are_no_ratings(feedback: StoredFeedback, rating: int):
    with pytest.raises(RecordUnstorable, match="1 to 5"):
        await feedback.rate("c-1", rating, NOW)


async def test_that_ratings_are_read_by_shop_and_time(feedback: StoredFeedback, store: DurableStore, make_turn):
    await store.commit(make_turn(), ConversationState(customer_id="U1001"), 0)
    await feedback.rate("c-1", 4, NOW)
    assert await feedback.ratings("lanting", NOW) == (Rating("c-1", None, 4, NOW),)
    assert await feedback.ratings("lanting", NOW + timedelta(seconds=1)) == ()
    assert await feedback.ratings("other", NOW) == ()


async def test_that_an_event_reported_twice_counts_once(feedback: StoredFeedback):
    assert await feedback.keep_event(PAID)
    assert not await feedback.keep_event(replace(PAID, amount=Decimal(7)))
    assert await feedback.events("lanting", NOW) == (PAID,)


async def test_that_events_are_read_by_shop_and_time(feedback: StoredFeedback):
    later = replace(PAID, event_id="e-2", at=NOW + timedelta(days=1), amount=None)
    for event in (later, PAID, replace(PAID, event_id="e-3", shop_id="other")):
        await feedback.keep_event(event)
    assert await feedback.events("lanting", NOW) == (PAID, later)
    assert await feedback.events("lanting", NOW + timedelta(hours=1)) == (later,)


async def test_that_the_turns_of_a_period_are_read_by_shop(store: DurableStore, make_turn):
    for number in range(3):
        turn = replace(make_turn(f"c-{number}"), created_at=NOW + timedelta(days=number))
        await store.commit(turn, ConversationState(customer_id="U1001"), 0)
    found = await store.turns_since("lanting", NOW + timedelta(days=1))
    assert [turn.conversation_id for turn in found] == ["c-1", "c-2"]
    assert await store.turns_since("other", NOW) == ()


async def test_that_ratings_and_events_are_exported_and_erased_with_their_customer(
    feedback: StoredFeedback, store: DurableStore, make_turn
):
    await store.commit(make_turn(), ConversationState(customer_id="U1001"), 0)
    await feedback.rate("c-1", 4, NOW)
    await feedback.keep_event(PAID)
    told = await export_customer(store, "U1001")
    assert (told["conversations"][0]["ratings"][0]["rating"], told["events"][0]["amount"]) == (4, "199.90")
    await erase_customer(store, "U1001")
    assert (await feedback.rating("c-1"), await feedback.events("lanting", NOW)) == (None, ())
    assert [one.rating for one in await feedback.ratings("lanting", NOW)] == [4]
