"""How long a call may take and how much it may bring back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one back-end. Times are seconds."""

    read_s: float = 3.0
    """A whole read with its retries."""
    attempt_s: float = 1.2
    """One attempt of a read, so that a hang leaves time for a retry."""
    attempts: int = 3
    """Attempts of a read, the first included, >= 1."""
    backoff_s: float = 0.1
    """The pause before the first retry is drawn between 0 and this; the bound doubles with each further retry."""
    connect_s: float = 0.8
    """Setting up a connection."""
    write_s: float = 4.0
    """A whole write, which is sent once."""
    status_pauses_s: tuple[float, ...] = (0.0, 0.3, 0.9)
    """Pauses before each time the status of a lost write is asked."""
    max_bytes: int = 1024 * 1024
    """The longest answer that is read."""
