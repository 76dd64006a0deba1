"""Problems of rows and settings: what is wrong, where, and what to do."""

from dataclasses import dataclass
from typing import Literal

ProblemKind = Literal[
    "format",  # the file or the row is not of a known format
    "encoding",  # not UTF-8
    "figure",  # a number, date, amount or id that the row's context does not hold
    "slot",  # a slot of the answer that names no fact of the row
    "control",  # a control token in a text
    "wording",  # an answer that the audit would stop when it is served
    "duplicate",  # the same row again
    "long",  # more tokens than allowed
    "setting",  # a setting that does not fit the data, the model or the machine
]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """Where a row begins."""

    file: str
    line: int
    """Counted from 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    kind: ProblemKind
    severity: Severity
    place: Place | None
    """None: it is about the whole run."""
    message: str
    """What is wrong, what was expected, and what to do."""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def errors_of(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems that forbid to go on."""
    return tuple(problem for problem in problems if problem.severity == "error")
