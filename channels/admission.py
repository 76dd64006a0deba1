"""Admission: how many turns a customer, and the server as a whole, may take."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from channels.errors import TooManyTurns

_CUSTOMERS_KEPT = 10_000


class Admission:
    """Lets turns in at the pace that the settings allow.

    Args:
        per_minute: turns one customer may take in a minute, in one burst or spread; 0: no limit.
        at_once: turns in flight in this process.
        clock: seconds, monotonic.
    """

    def __init__(self, per_minute: int = 0, at_once: int = 256, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._at_once = at_once
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, customer_id: str, in_flight: int) -> None:
        """Let one turn in.

        Args:
            customer_id: whose turn it is.
            in_flight: turns running now.

        Raises:
            TooManyTurns: with the seconds to wait.
        """
        if in_flight >= self._at_once:
            raise TooManyTurns("this server", 1)
        if self._per_minute:
            self._spend(customer_id)

    def _spend(self, customer_id: str) -> None:
        now = self._clock()
        left, seen_at = self._buckets.pop(customer_id, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - seen_at) * self._per_minute / 60)
        enough = left >= 1
        self._buckets[customer_id] = (left - 1 if enough else left, now)
        if len(self._buckets) > _CUSTOMERS_KEPT:
            self._buckets.popitem(last=False)
        if not enough:
            raise TooManyTurns("this customer", math.ceil((1 - left) * 60 / self._per_minute))
