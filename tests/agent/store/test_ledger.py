import pytest

from agent.store.durable import DurableStore
from agent.store.errors import ActionConflict
from agent.store.opening import open_store

ARGS = {"order_id": "A1001", "reason": "不想要了"}


async def _intend(store: DurableStore, key: str = "k-1", args: dict[str, object] | None = None):
    return await store.intend(key, "c-1", "t-1", "cancel_order", args or ARGS)


async def test_that_an_intent_survives_and_is_listed_until_it_is_settled(url: str):
    first = open_store(url)
    assert await _intend(first) is None
    await first.aclose()

    again = open_store(url)
    (left,) = await again.unsettled()
    assert (left.key, left.tool, left.args, left.outcome) == ("k-1", "cancel_order", ARGS, None)
    await again.settle("k-1", "done", {"receipt_id": "R9"})
    assert await again.unsettled() == ()
    await again.aclose()


async def test_that_an_intent_is_on_disk_before_the_back_end_is_called(store: DurableStore, url: str):
    await _intend(store)

    other = open_store(url)
    assert [action.key for action in await other.unsettled()] == ["k-1"]
    await other.aclose()


async def test_that_the_same_key_again_returns_what_is_stored(store: DurableStore):
    await _intend(store)
    await store.settle("k-1", "done", {"receipt_id": "R9"})

    stored = await _intend(store)
    assert stored is not None
    assert (stored.outcome, stored.receipt) == ("done", {"receipt_id": "R9"})


async def test_that_a_key_holds_for_its_arguments_only(store: DurableStore):
    await _intend(store)

    with pytest.raises(ActionConflict, match="was intended as cancel_order"):
        await _intend(store, args={"order_id": "A1002"})


async def test_that_an_unknown_end_stays_listed_and_may_be_settled_later(store: DurableStore):
    await _intend(store, "k-1")
    await _intend(store, "k-2")
    await store.settle("k-1", "unknown", None)

    assert [(action.key, action.outcome) for action in await store.unsettled()] == [("k-1", "unknown"), ("k-2", None)]
    await store.settle("k-1", "not_done", None)
    assert [action.key for action in await store.unsettled()] == ["k-2"]


async def test_that_an_end_is_final(store: DurableStore):
    await _intend(store)
    await store.settle("k-1", "done", {"receipt_id": "R9"})
    await store.settle("k-1", "done", {"receipt_id": "R9"})

    with pytest.raises(ActionConflict, match="ended as 'done'"):
        await store.settle("k-1", "refused", None)


async def test_that_nothing_is_settled_that_was_not_intended(store: DurableStore):
    with pytest.raises(ActionConflict, match="never intended"):
        await store.settle("k-1", "done", {})
