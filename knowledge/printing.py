"""What the editors' commands print, for people and for machines."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from knowledge.errors import PackError, PublishRefused
from knowledge.findings import Finding, Severity
from knowledge.history import Entry

FAILED = 1

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def print_json(value: Any) -> None:
    """Print one JSON value.

    Args:
        value: plain data.
    """
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def print_findings(findings: Sequence[Finding]) -> None:
    """Print findings, one paragraph each, and how many there are.

    Args:
        findings: the most urgent first.
    """
    console = _console()
    for finding in findings:
        head = Text.assemble(f"{finding.place}: ", (finding.severity, _STYLES[finding.severity]), f" [{finding.kind}]")
        console.print(head, soft_wrap=True)
        related = f" (see {', '.join(str(place) for place in finding.related)})" if finding.related else ""
        console.print(Text(f"    {finding.message}{related}"), soft_wrap=True)
        console.print(Text(f"    {finding.advice}"), soft_wrap=True)
    counts = [(sum(one.severity == severity for one in findings), severity) for severity in _STYLES]
    told = ", ".join(f"{count} {severity}(s)" for count, severity in counts if count)
    console.print(Text(told or "Nothing to mend."), soft_wrap=True)


def print_history(entries: Sequence[Entry]) -> None:
    """Print who changed what is served.

    Args:
        entries: the oldest first.
    """
    table = Table("when", "who", "what", "release", "before", "why", "changed")
    for entry in entries:
        table.add_row(
            entry.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            Text(entry.who),
            entry.action + (" (forced)" if entry.forced else ""),
            entry.release_id,
            entry.previous or "",
            Text(entry.reason),
            Text("\n".join(f"{key}: {_shown(value)}" for key, value in entry.difference.items())),
        )
    _console().print(table)


def print_differences(entries: Sequence[Entry], texts: Sequence[str]) -> None:
    """Print what each change changed, line by line.

    Args:
        entries: the oldest first.
        texts: of each entry; fewer: the others have none.
    """
    console = _console()
    for entry, text in zip(entries, texts, strict=False):
        head = f"{entry.at.astimezone():%Y-%m-%d %H:%M} {entry.who}: {entry.previous or 'none'} to {entry.release_id}"
        console.print(Text(head, style="bold"), soft_wrap=True)
        for line in text.splitlines() or ["    nothing to compare with"]:
            style = {"+": "green", "-": "red"}.get(line[:1], "") if line[:3] not in ("+++", "---") else "bold"
            console.print(Text(line, style=style), soft_wrap=True)


@contextmanager
def findings_told(as_json: bool) -> Iterator[None]:
    """Tell the findings of a pack that cannot be read or published, and leave with status 1.

    Args:
        as_json: tell them as JSON.
    """
    try:
        yield
    except (PackError, PublishRefused) as error:
        if as_json:
            print_json({"error": type(error).__name__, "findings": [one.as_json() for one in error.findings]})
        else:
            print_findings(error.findings)
            if isinstance(error, PublishRefused):
                print("Not published. Mend the errors, or use --force --reason WHY, which is recorded.")
        raise typer.Exit(FAILED) from error


def _shown(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    return ", ".join(value[:5]) + (f" and {len(value) - 5} more" if len(value) > 5 else "")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=200)
