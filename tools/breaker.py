"""The breaker: stop calling a back-end that keeps failing, and try it again with one call."""

from collections import deque
from collections.abc import Callable
from typing import Literal

BreakerState = Literal["closed", "open", "half_open"]


class Breaker:
    """Counts the latest outcomes of one back-end and opens when at least half of them failed.

    Args:
        clock: seconds, monotonic.
        min_outcomes: outcomes needed before it may open, >= 1.
        window: how many of the latest outcomes count.
        window_s: outcomes older than this are forgotten, seconds.
        cool_off_s: how long it stays open before one probe is let through, seconds.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        min_outcomes: int = 5,
        window: int = 20,
        window_s: float = 30.0,
        cool_off_s: float = 10.0,
    ) -> None:
        self._clock = clock
        self._min_outcomes = min_outcomes
        self._window_s = window_s
        self._cool_off_s = cool_off_s
        self._outcomes: deque[tuple[float, bool]] = deque(maxlen=window)
        self._opened_at: float | None = None
        self._probe_sent_at: float | None = None

    @property
    def state(self) -> BreakerState:
        """``closed``: calls pass; ``open``: none does; ``half_open``: one probe may."""
        if self._opened_at is None:
            return "closed"
        return "open" if self._clock() - self._opened_at < self._cool_off_s else "half_open"

    def admits(self) -> bool:
        """Whether a call may be sent now; in the half-open state the first caller takes the one probe.

        A probe that never reports (its caller was cancelled) gives its place back after ``cool_off_s``.
        """
        state = self.state
        if state == "closed":
            return True
        now = self._clock()
        is_probing = self._probe_sent_at is not None and now - self._probe_sent_at < self._cool_off_s
        if state == "open" or is_probing:
            return False
        self._probe_sent_at = now
        return True

    def record(self, *, ok: bool) -> None:
        """Take note of one outcome: ``ok`` means that the back-end answered sensibly, be it with a refusal."""
        now = self._clock()
        if self._opened_at is not None:
            self._record_while_open(now, ok=ok)
            return
        self._outcomes.append((now, ok))
        recent = [good for at, good in self._outcomes if now - at <= self._window_s]
        if not ok and len(recent) >= self._min_outcomes and recent.count(False) * 2 >= len(recent):
            self._opened_at = now
            self._probe_sent_at = None

    def _record_while_open(self, now: float, *, ok: bool) -> None:
        if self.state == "open":
            return  # a straggler sent before it opened
        self._probe_sent_at = None
        if ok:
            self._opened_at = None
            self._outcomes.clear()
        else:
            self._opened_at = now
