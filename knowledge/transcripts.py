"""``transcripts/*.jsonl``: conversations to replay, with what is expected of each turn."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from knowledge.errors import PackError
from knowledge.findings import Finding, Place, in_reading_order
from knowledge.schema import Moment, Record
from knowledge.shop import Word
from knowledge.source import read_source
from knowledge.strict_json import parse_line

TRANSCRIPTS_FOLDER = "transcripts"

Outcome = Literal["answered", "clarify", "declined", "handoff"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ExpectedTool(Record):
    """A tool that must have been called."""

    name: Word
    args: dict[str, Any] = Field(default_factory=dict)
    """At least these arguments."""


class Expectation(Record):
    """What is expected of a turn; an absent key is not checked."""

    intent: Annotated[tuple[Word, ...], BeforeValidator(_listed), Field(min_length=1)] | None = None
    """The turn's intent is one of these."""
    outcome: Annotated[tuple[Outcome, ...], BeforeValidator(_listed), Field(min_length=1)] | None = None
    """The outcome is one of these."""
    tools: tuple[ExpectedTool, ...] | None = None
    """Each was called; empty: none was."""
    sources: tuple[Word, ...] | None = None
    """Each is among the sources cited."""
    include: tuple[Annotated[tuple[Word, ...], Field(min_length=1)], ...] | None = None
    """Of each group, one string stands in the reply."""
    exclude: tuple[Word, ...] | None = None
    """None of these stands in the reply."""


class TranscriptTurn(Record):
    """One message of the customer."""

    customer: str
    expect: Expectation = Expectation()
    reference: str | None = None
    """A person's reply, for the text-overlap scores alone."""


class Transcript(Record):
    """One conversation."""

    id: Word
    customer_id: str | None = None
    now: Moment | None = None
    """The time at which the conversation takes place."""
    region: str | None = None
    product_id: str | None = None
    """The product on whose page the customer is."""
    tags: tuple[Word, ...] = ()
    turns: Annotated[tuple[TranscriptTurn, ...], Field(min_length=1)]


def transcript_files(path: Path) -> list[Path]:
    """The transcript files at a path, sorted.

    Args:
        path: a ``.jsonl`` file, a folder of them, or a shop pack.
    """
    if path.is_file():
        return [path]
    folder = path / TRANSCRIPTS_FOLDER if (path / TRANSCRIPTS_FOLDER).is_dir() else path
    return sorted(file for file in folder.rglob("*.jsonl") if file.is_file())


def load_transcripts(paths: list[Path]) -> tuple[Transcript, ...]:
    """Read transcripts.

    Args:
        paths: files, folders or packs.

    Returns:
        Conversations, in the order of the files and lines.

    Raises:
        PackError: with the findings of all lines, also for an id used twice and for a path without transcripts.
    """
    return tuple(one for one, _ in place_transcripts(paths))


def place_transcripts(paths: list[Path]) -> tuple[tuple[Transcript, Place], ...]:
    """Read transcripts with where each stands; see ``load_transcripts``."""
    findings: list[Finding] = []
    found: list[tuple[Transcript, Place]] = []
    for path in paths:
        files = transcript_files(path)
        if not files:
            advice = "Name a .jsonl file, a folder of them or a shop pack."
            findings.append(Finding("file", "error", Place(str(path)), f"no transcripts at {str(path)!r}.", advice))
        for file in files:
            _read_file(file, found, findings)
    findings.extend(_repeated(found))
    if findings:
        raise PackError(in_reading_order(findings))
    return tuple(found)


def _read_file(file: Path, found: list[tuple[Transcript, Place]], findings: list[Finding]) -> None:
    try:
        text = read_source(file.parent.parent, f"{file.parent.name}/{file.name}")
    except PackError as error:
        findings.extend(error.findings)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = Place(f"{file.parent.name}/{file.name}", number)
        try:
            found.append((parse_line(line, place, Transcript), place))
        except PackError as error:
            findings.extend(error.findings)


def _repeated(found: list[tuple[Transcript, Place]]) -> list[Finding]:
    first: dict[str, Place] = {}
    findings = []
    for one, place in found:
        if first.setdefault(one.id, place) is not place:
            message = f"transcript id {one.id!r} is used in {first[one.id]} already."
            findings.append(Finding("duplicate_id", "error", place, message, "Give each conversation its own id."))
    return findings
