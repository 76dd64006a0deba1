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


class SeededApis:
    """A pack's mocked back-ends, put back to the seed for each case; one case at a time.

    Args:
        pack: gives the data.

    Raises:
        NoBackEnds: the pack has no data for mocked back-ends.
    """

    def __init__(self, pack: Pack) -> None:
        if pack.backend is None:
            raise NoBackEnds(pack.shop.shop_id)
        self._now = pack.now
        quotas = {promotion.promotion_id: promotion.quota for promotion in pack.promotions}
        self._apis = MockApis(pack.backend, quotas)

    @contextmanager
    def open(self, case: Case) -> Iterator[MockApis]:
        """Lend the back-ends to one case.

        Args:
            case: gives the time and what is broken.
        """
        self._apis.reset(case.now or self._now or datetime.now(UTC))
        if case.prepare is not None:
            case.prepare(self._apis)
        yield self._apis

    def close(self) -> None:
        """Close the database."""
        self._apis.close()


def told_state(apis: MockApis) -> State:
    """What the back-ends hold, in the tables that a conversation may change."""
    held = apis.snapshot()
    return {table: held[table] for table in TABLES}
