"""Findings: what is wrong in a shop pack, where, and what to do about it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Place:
    """A spot in a pack's file."""

    file: str
    """Relative to the pack's folder, with forward slashes."""
    line: int | None = None
    """From 1; None where the whole file is meant."""
    column: int | None = None
    """From 1; None where unknown."""

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True)
class BrokenTurn:
    """A turn of a transcript that the new release answers worse than the served one."""

    transcript_id: str
    number: int
    """Of the turn, from 1."""
    expectation: str
    """A key of the turn's ``expect``."""
    asked: str
    """The customer's words."""
    expected: str
    before: str
    """The reply of the served release."""
    after: str
    """The reply of the new one."""


@dataclass(frozen=True)
class Finding:
    """One thing an editor should look at."""

    kind: str
    """A stable word for the kind of finding, such as ``conflict`` or ``unknown_key``."""
    severity: Severity
    """``error`` keeps a pack from being published, ``warning`` does not, ``note`` is only worth knowing."""
    place: Place
    message: str
    """What is wrong, naming the thing."""
    advice: str
    """What to do next."""
    related: tuple[Place, ...] = ()
    """Other spots that belong to the finding, such as the second of two sentences that disagree."""
    broken: BrokenTurn | None = None
    """What a transcript shows; None: the finding is about the files."""

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message} {self.advice}"

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON, for machines."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "message": self.message,
            "advice": self.advice,
            "related": [{"file": spot.file, "line": spot.line, "column": spot.column} for spot in self.related],
            **({"broken": asdict(self.broken)} if self.broken else {}),
        }


def in_reading_order(findings: list[Finding]) -> list[Finding]:
    """Errors first, then by file and line.

    Args:
        findings: in any order.

    Returns:
        The same findings, the most urgent first.
    """
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(findings, key=lambda one: (rank[one.severity], one.place.file, one.place.line or 0, one.kind))
