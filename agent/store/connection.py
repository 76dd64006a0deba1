"""What the SQL of the store needs from a database connection, so that one text serves every database.

The SQL keeps to what SQLite and PostgreSQL read alike: ``?`` for parameters, ``ON CONFLICT DO NOTHING`` in place of a
caught error (an error ends a PostgreSQL transaction), ``RETURNING`` in place of the last row's number, no ``rowid``.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """Rows written."""
        ...

    def fetchone(self) -> Any:
        """The next row; None when there is none left."""
        ...

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection inside a transaction."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run one statement with ``?`` for its parameters."""
        ...


class Runner(Protocol):
    """Runs jobs on a database, each as one transaction."""

    async def run(self, doing: str, job: Callable[[Any], T]) -> T:
        """Run a job and return its value once what it wrote is durable.

        Args:
            doing: what the job does, as a verb phrase for messages.
            job: statements that take effect together or not at all; gets a `Connection`; may run more than once.

        Raises:
            AgentError: what the job raised, with nothing of it stored.
            StoreUnavailable: nothing was acknowledged.
        """
        ...

    async def aclose(self) -> None:
        """Finish the jobs that wait, then close."""
        ...
