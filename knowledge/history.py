"""Who published what, when and why: one line a change, only ever added to; a crash loses none."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.whole_file import write_whole
from retrieval.journal import add_line, read_lines

HISTORY_FILE = "history.jsonl"
INTENT_FILE = "history.intent.json"
"""What somebody is about to do: written before the pointer moves, removed when the history has it."""
DIFFERENCES_FOLDER = "differences"


class Entry(BaseModel):
    """One change of the pointer."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    who: str
    action: Literal["publish", "rollback", "feed"]
    release_id: str
    previous: str | None = None
    """Served until then."""
    reason: str = ""
    forced: bool = False
    """Published in spite of findings."""
    overridden: tuple[str, ...] = ()
    """The findings that stood against it."""
    difference: dict[str, Any] = Field(default_factory=dict)
    """What changed, by kind of change."""


def intend(root: Path, entry: Entry, text: str) -> None:
    """Write down what is about to be done, before the pointer moves.

    Args:
        root: the shop's releases, whose lock is held.
        entry: the change.
        text: what it changes, line by line; kept beside the history.
    """
    if text:
        path = _difference_file(root, entry.previous, entry.release_id)
        path.parent.mkdir(exist_ok=True)
        write_whole(path, text.encode())
    write_whole(root / INTENT_FILE, entry.model_dump_json().encode())


def settle(root: Path) -> None:
    """Bring an intent to its end: into the history where the pointer was moved, away where it was not.

    Args:
        root: the shop's releases, whose lock is held.
    """
    entry = _carried_out(root)
    if entry is not None and entry not in read_lines(root / HISTORY_FILE, Entry):
        add_line(root / HISTORY_FILE, entry)
    (root / INTENT_FILE).unlink(missing_ok=True)


def read_history(root: Path) -> list[Entry]:
    """The history of a shop's releases.

    Args:
        root: the shop's releases.

    Returns:
        Entries, oldest first; a line torn by a crash is left out, a change whose line a crash kept from being written is told.
    """
    entries = read_lines(root / HISTORY_FILE, Entry)
    unwritten = _carried_out(root)
    if unwritten is not None and unwritten not in entries:
        entries.append(unwritten)
    return entries


def served_before(entries: Sequence[Entry]) -> tuple[str, ...]:
    """What was served before the current release, the latest first; a release that was taken back is not among them.

    Args:
        entries: of the history, oldest first.
    """
    served: list[str] = []
    for entry in entries:
        if entry.action == "rollback" and entry.release_id in served:
            while served[-1] != entry.release_id:
                served.pop()
        else:
            served.append(entry.release_id)
    return tuple(dict.fromkeys(one for one in reversed(served) if one != served[-1]))


def read_difference(root: Path, entry: Entry) -> str:
    """What one change changed, line by line; empty where nothing was kept, as for a shop's first release.

    Args:
        root: the shop's releases.
        entry: of the history.
    """
    path = _difference_file(root, entry.previous, entry.release_id)
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _difference_file(root: Path, previous: str | None, release_id: str) -> Path:
    return root / DIFFERENCES_FOLDER / f"{previous}..{release_id}.diff"


def _carried_out(root: Path) -> Entry | None:
    """The change that was intended, if the pointer was moved for it."""
    try:
        entry = Entry.model_validate_json((root / INTENT_FILE).read_bytes())
        served = (root / "current").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return entry if served == entry.release_id else None
