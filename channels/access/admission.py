"""Admission: how many turns a customer, a key, and the server as a whole may take. Decided before any work."""

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

from channels.errors import ServerBusy, TooManyTurns

_KEPT = 10_000


def line_of(address: str) -> str:
    """The line that an address belongs to: of IPv6 its first 64 bits, for one line has all addresses below them.

    Args:
        address: of a client; what is no IP address stands for itself.
    """
    try:
        told = ip_address(address)
    except ValueError:
        return address
    if told.version == 4 or told.ipv4_mapped is not None:
        return address
    return str(ip_network(f"{told}/64", strict=False)) if told.scope_id is None else address


class Pace:
    """A bucket of turns for each of many, refilled steadily.

    Args:
        per_minute: turns each may take in a minute, in one burst or spread; 0: no limit.
        clock: seconds, monotonic.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, name: str) -> int:
        """Take one turn.

        Returns:
            0 when it was there, else the seconds until the next one.
        """
        if not self._per_minute:
            return 0
        now = self._clock()
        left, seen_at = self._buckets.pop(name, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - seen_at) * self._per_minute / 60)
        enough = left >= 1
        self._buckets[name] = (left - 1 if enough else left, now)
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return 0 if enough else math.ceil((1 - left) * 60 / self._per_minute)


class Admission:
    """Lets turns in at the pace that the settings allow.

    Args:
        per_minute: turns one customer may take in a minute; 0: no limit.
        at_once: turns in flight in this process, >= 1.
        clock: seconds, monotonic.
        per_key: turns one API key may take in a minute; 0: no limit.
        each_at_once: turns of one customer in flight, >= 1: the others are not crowded out.
    """

    def __init__(
        self,
        per_minute: int = 0,
        at_once: int = 256,
        clock: Callable[[], float] = time.monotonic,
        *,
        per_key: int = 0,
        each_at_once: int = 16,
    ) -> None:
        self._customers = Pace(per_minute, clock)
        self._keys = Pace(per_key, clock)
        self._at_once = at_once
        self._each_at_once = each_at_once
        self._running: Counter[str] = Counter()

    @contextmanager
    def admit(self, customer_id: str, key: str | None = None) -> Iterator[Callable[[], None]]:
        """Let one turn in.

        Args:
            customer_id: whose turn it is.
            key: holder of the API key that the request came with; None: none.

        Yields:
            What is called once the turn has ended; leaving the block with an error ends it too.

        Raises:
            ServerBusy: as many turns run as the server takes.
            TooManyTurns: the customer or the key is at its limit; with the seconds to wait.
        """
        self._check(customer_id, key)
        self._running[customer_id] += 1
        try:
            yield lambda: self._end(customer_id)
        except BaseException:
            self._end(customer_id)
            raise

    def _check(self, customer_id: str, key: str | None) -> None:
        if self._running.total() >= self._at_once:
            raise ServerBusy()
        if self._running[customer_id] >= self._each_at_once:
            raise TooManyTurns("this customer", 1)
        wait = self._keys.spend(key) if key is not None else 0
        if wait:
            raise TooManyTurns("this key", wait)
        wait = self._customers.spend(customer_id)
        if wait:
            raise TooManyTurns("this customer", wait)

    def _end(self, customer_id: str) -> None:
        self._running[customer_id] -= 1
        if not self._running[customer_id]:
            del self._running[customer_id]
