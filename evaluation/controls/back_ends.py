"""Mocked back-ends for agents that are not the assistant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from evaluation.errors import NoBackEnds
from evaluation.play.case import Case
from evaluation.play.in_process import TABLES
from evaluation.records import State
from knowledge.pack import Pack
from tools.mock_apis.apis import MockApis


@contextmanager
def open_back_ends(pack: Pack, case: Case) -> Iterator[MockApis]:
    """Open the back-ends of one case, fresh from the pack's seed.

    Args:
        pack: gives the data.
        case: gives the time and what is broken.

    Raises:
        NoBackEnds: the pack has no data for mocked back-ends.
    """
    if pack.backend is None:
        raise NoBackEnds(pack.shop.shop_id)
    quotas = {promotion.promotion_id: promotion.quota for promotion in pack.promotions}
    apis = MockApis(pack.backend, quotas, now=case.now or pack.now or datetime.now(UTC))
    if case.prepare is not None:
        case.prepare(apis)
    try:
        yield apis
    finally:
        apis.close()


def told_state(apis: MockApis) -> State:
    """What the back-ends hold, in the tables that a conversation may change."""
    held = apis.snapshot()
    return {table: held[table] for table in TABLES}
