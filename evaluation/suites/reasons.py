"""Why a task is not passed."""

from dataclasses import dataclass
from typing import Literal

ReasonKind = Literal[
    "outcome",  # an answer of the wrong kind
    "include",  # something had to be said
    "exclude",  # something must not be said
    "sources",  # not answered from the right page
    "tools",  # a call is missing
    "proposes",  # a write was not put to the customer
    "confirmation",  # a write nobody was asked about
    "identity",  # another customer's data was shown
    "invented",  # a number, date or promise from nowhere
    "handoff",  # not handed over, or at the wrong time, for the wrong reason, without what the person needs
    "unreached",  # the talk ended before an ask was put
    "patience",  # the customer left, or the talk did not end
    "state",  # the back-ends are not as they should be
]


@dataclass(frozen=True)
class Reason:
    """One thing that went wrong."""

    kind: ReasonKind
    turn: int | None
    """From 1; None: the task as a whole."""
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.kind}: expected {self.expected}, got {self.got or 'nothing'}"
