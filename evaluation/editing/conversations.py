"""The conversation store, read for editors: what customers asked lately."""

from agent.store.opening import is_absent, open_store
from agent.store.port import TurnRecord


async def last_turns(state: str, shop_id: str, limit: int) -> tuple[TurnRecord, ...]:
    """Read the last turns of a shop.

    Args:
        state: the store's address, such as ``sqlite:////var/lib/shop.db``.
        shop_id: the shop.
        limit: at most so many.

    Returns:
        The latest first; none where no conversation was kept yet. The store is not made for it.

    Raises:
        SettingsError: the address is of another kind.
        StoreError: the store cannot be read.
    """
    if is_absent(state):
        return ()
    store = open_store(state)
    try:
        return await store.recent_turns(limit, shop_id)
    finally:
        await store.aclose()
