"""Watching turns: whoever counts, logs and traces them is told here, whichever way a message came in."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from agent.messages import Reply
from agent.store.records import TurnRecord
from agent.turn.context import Turn


class TurnWatch(Protocol):
    """Is told of the turns of an assistant."""

    def turn(self, turn: Turn, waited_s: float) -> AbstractContextManager[None]:
        """Stand around the work on a turn, its commit included; what is raised through it failed the turn.

        Args:
            turn: opened, not worked.
            waited_s: from the acceptance of its message, in seconds.
        """
        ...

    def stored(self, record: TurnRecord, reply: Reply) -> None:
        """Take note of a turn that was stored; called inside `turn`.

        Args:
            record: as it is stored.
            reply: with all its times.
        """
        ...


class NoWatch:
    """Nobody watches."""

    @contextmanager
    def turn(self, turn: Turn, waited_s: float) -> Iterator[None]:
        """Let the turn be worked."""
        yield

    def stored(self, record: TurnRecord, reply: Reply) -> None:
        """Take no note."""
