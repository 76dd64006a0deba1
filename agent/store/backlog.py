"""The backlog: how much waits for people, and for channels to send it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent.store import codec
from agent.store.connection import Connection, Runner

_TICKETS = "SELECT status, count(*), min(created_at) FROM tickets WHERE status IN ('open', 'taken') GROUP BY status"
_UNSENT = "SELECT channel, count(*) FROM outgoing WHERE status IN ('waiting', 'released') GROUP BY channel"


@dataclass(frozen=True)
class Backlog:
    """What waits at one moment."""

    open: int = 0
    """Handoffs that nobody has taken."""
    taken: int = 0
    """Handoffs that a person works on."""
    oldest_wait_s: float = 0.0
    """How long the oldest of the open ones has waited, in seconds; 0: none waits."""
    unsent: Mapping[str, int] = field(default_factory=dict)
    """Messages of the outbox that are not sent, by channel."""


async def read_backlog(reader: Runner, now: datetime) -> Backlog:
    """Count what waits.

    Args:
        reader: of the store.
        now: the shop's time, aware.

    Raises:
        StoreError: it could not be read.
    """

    def count(connection: Connection) -> Backlog:
        tickets = {status: (int(many), str(first)) for status, many, first in connection.execute(_TICKETS)}
        many, first = tickets.get("open", (0, ""))
        waited = (now - codec.moment_from_text(first, "ticket")).total_seconds() if many else 0.0
        unsent = {str(channel): int(count) for channel, count in connection.execute(_UNSENT)}
        return Backlog(many, tickets.get("taken", (0, ""))[0], max(0.0, waited), unsent)

    return await reader.run("count what waits", count)
