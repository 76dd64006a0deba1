"""What is played: one conversation, with the customer's side of it and what is expected."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from agent.messages import CustomerMessage, Reply
from evaluation.records import PlayedTurn, Split, State, Stopped, Trace
from knowledge.pack import Pack
from knowledge.transcripts import Expectation
from tools.mock_apis.apis import MockApis


@dataclass(frozen=True)
class Line:
    """One message of the customer, with what is expected of the answer."""

    text: str
    expect: Expectation | None = None
    reference: str | None = None
    """A person's reply, where one is known."""


class Script(Protocol):
    """The customer's side of one conversation, from its beginning; made anew for each trial."""

    async def next(self, turns: Sequence[PlayedTurn]) -> Line | Stopped:
        """Say the next thing.

        Args:
            turns: played so far; empty at the beginning. None of them crashed.

        Returns:
            The next message, or why the conversation is over.
        """
        ...


@dataclass(frozen=True)
class Case:
    """One conversation to play."""

    case_id: str
    """Unique in a run."""
    origin: str
    """The name of the file it was read from."""
    script: Callable[[int], Script]
    """Makes the customer's side of a trial (from 1)."""
    customer_id: str | None = None
    now: datetime | None = None
    """When it takes place, aware; None: the back-ends' own time."""
    region: str | None = None
    product_id: str | None = None
    family: str = ""
    split: Split | None = None
    tags: tuple[str, ...] = ()
    max_turns: int = 40
    """A script that goes on is cut off here."""
    expected_after: Callable[[State], State] | None = None
    """Makes of the back-ends before the first turn what they should hold after the last; None: nothing is expected."""
    task: Mapping[str, Any] | None = field(default=None, repr=False)
    """Plain JSON; kept with the played case for scorers that judge the whole task."""
    prepare: Callable[[MockApis], None] | None = field(default=None, repr=False)
    """Sets up the mocked back-ends before the first turn, such as switching faults on; a running server's cannot be."""


class CaseReader(Protocol):
    """Reads cases of one kind of file."""

    def reads(self, file: Path) -> bool:
        """Whether the file is of this kind."""
        ...

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the cases of a file, in its order.

        Raises:
            PackError: the file is wrong; with all findings.
        """
        ...


class Agent(Protocol):
    """Who answers in one case."""

    async def handle(self, message: CustomerMessage, line: Line) -> Reply:
        """Answer one message.

        Args:
            message: as a channel hands it over.
            line: the customer's line behind it; only a replay on recorded history looks at its reference.
        """
        ...

    async def trace(self, message: CustomerMessage) -> Trace:
        """Say why the message that was handled last was answered as it was; empty where that is not known."""
        ...

    def state(self) -> State | None:
        """What the back-ends hold now; None where they cannot be seen."""
        ...


class Stage(Protocol):
    """Where cases are played: gives each case an agent on back-ends of its own."""

    def open(self, case: Case, trial: int) -> AbstractAsyncContextManager[Agent]:
        """Open an agent for one case; the back-ends are fresh from the pack's seed and closed at the end."""
        ...
