"""Both mocked services of one shop, over the same data."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tools.backends import BackEnds, join
from tools.limits import Limits
from tools.mock_apis.faults import FaultyApp, Switchboard
from tools.mock_apis.logistics_app import logistics_app
from tools.mock_apis.orders_app import orders_app
from tools.mock_apis.seed import Seed
from tools.mock_apis.store import MockStore, Row


class MockApis:
    """A shop's mocked back-ends.

    Args:
        seed: what is there at the start.
        quotas: how many coupons each promotion may issue, by promotion_id; None: no limit. A promotion that is not
            listed cannot be issued.
        now: the shop's clock; None: the seed's time, or the real clock where the seed has none.
        database: a file, or ``:memory:``; what a file holds is replaced by the seed.
    """

    def __init__(
        self,
        seed: Seed,
        quotas: Mapping[str, int | None] | None = None,
        *,
        now: datetime | Callable[[], datetime] | None = None,
        database: str | Path = ":memory:",
    ) -> None:
        self._seed = seed
        self._clock = _clock(now if now is not None else seed.now)
        self._store = MockStore(seed, quotas or {}, lambda: self._clock(), database)
        self.orders_faults = Switchboard()
        self.logistics_faults = Switchboard()
        self.orders_app = FaultyApp(orders_app(self._store), self.orders_faults)
        """ASGI app of the orders service."""
        self.logistics_app = FaultyApp(logistics_app(self._store), self.logistics_faults)
        """ASGI app of the logistics service."""

    def snapshot(self) -> dict[str, list[Row]]:
        """Dump orders, returns, coupons, subscriptions and actions as they are now: plain JSON in a fixed order."""
        return self._store.snapshot()

    def reset(self, now: datetime | Callable[[], datetime] | None = None) -> None:
        """Put everything back to the seed and switch all faults off; ``now`` sets the clock, None leaves it."""
        if now is not None:
            self._clock = _clock(now)
        self._store.reset()
        self.orders_faults.clear()
        self.logistics_faults.clear()

    def in_process(self, limits: Limits | None = None) -> BackEnds:
        """Clients that call the services directly, without a socket."""
        return join(_direct("orders", self.orders_app), _direct("logistics", self.logistics_app), limits)

    def close(self) -> None:
        """Close the database."""
        self._store.close()


def _clock(now: datetime | Callable[[], datetime] | None) -> Callable[[], datetime]:
    if now is None:
        return lambda: datetime.now(UTC)
    if isinstance(now, datetime):
        moment = now
        return lambda: moment
    return now


def _direct(name: str, app: FaultyApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{name}.mock", trust_env=False)
