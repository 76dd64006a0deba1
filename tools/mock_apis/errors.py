"""What can go wrong with the mocked back-ends.

Exception
├── SeedError       the seed data is wrong: every finding with its line
├── Missing         no such thing for this customer (answered 404)
├── Refusal         a rule of the shop forbids it (answered 409)
│   └── KeyReused   one idempotency key, two different requests
└── Unnamed         the request lacks its customer or its key (answered 401 or 400)
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SeedFinding:
    """One thing wrong in the seed data."""

    line: int
    """1-based."""
    where: str
    """Path of the value: ``orders[3].status``; empty: the whole file."""
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.where + ': ' if self.where else ''}{self.message}"


class SeedError(Exception):
    """The seed data cannot be used."""

    def __init__(self, source: str, findings: Sequence[SeedFinding]) -> None:
        lines = "\n".join(f"  {finding}" for finding in findings)
        super().__init__(f"{source!r} is not usable as seed of the mocked back-ends; correct:\n{lines}")
        self.source = source
        self.findings = tuple(findings)


class Missing(Exception):
    """No such thing for this customer."""


class Refusal(Exception):
    """A rule of the shop forbids it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        """Chinese words for the customer."""


class KeyReused(Refusal):
    """The idempotency key was used before with other arguments."""

    def __init__(self) -> None:
        super().__init__("key_reused", "系统没有受理这次操作")


class Unnamed(Exception):
    """The request lacks a header without which it cannot be served."""

    def __init__(self, header: str, status: int) -> None:
        super().__init__(f"header {header!r} is missing")
        self.status = status
