"""The conversation store, read for editors: what customers asked lately."""

from pathlib import Path

from agent.store.opening import open_store
from agent.store.port import TurnRecord
from agent.store.sqlite import MEMORY, SCHEME


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
    if _is_absent(state):
        return ()
    store = open_store(state)
    try:
        return await store.recent_turns(limit, shop_id)
    finally:
        await store.aclose()


def _is_absent(state: str) -> bool:
    place = state.removeprefix(SCHEME)
    return state.startswith(SCHEME) and place != MEMORY and not Path(place).expanduser().exists()
