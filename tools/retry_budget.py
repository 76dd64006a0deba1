"""The retry budget: retries stay a small share of the calls, so that they never multiply an outage."""

from collections import deque
from collections.abc import Callable


class RetryBudget:
    """Grants retries up to a share of the calls of the last window.

    Over any window a back-end sees at most ``(1 + share) * calls`` requests, or ``calls + reserve`` where the window is so quiet that
    this is more.

    Args:
        clock: seconds, monotonic.
        share: retries granted per call, 0..1.
        reserve: retries granted to a quiet window, so that a shop with few customers is not left without any.
        window_s: length of the window, seconds.
    """

    def __init__(
        self, clock: Callable[[], float], *, share: float = 0.1, reserve: int = 2, window_s: float = 60.0
    ) -> None:
        self._clock = clock
        self._share = share
        self._reserve = reserve
        self._window_s = window_s
        self._calls: deque[float] = deque()
        self._retries: deque[float] = deque()

    def note_call(self) -> None:
        """Take note of a call (not of its retries)."""
        self._forget()
        self._calls.append(self._clock())

    def grants(self) -> bool:
        """Whether one more retry may be sent; a granted one is counted."""
        self._forget()
        if len(self._retries) + 1 > max(self._share * len(self._calls), self._reserve):
            return False
        self._retries.append(self._clock())
        return True

    def _forget(self) -> None:
        oldest = self._clock() - self._window_s
        for times in (self._calls, self._retries):
            while times and times[0] < oldest:
                times.popleft()
