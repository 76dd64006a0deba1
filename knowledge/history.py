"""Who published what, when and why: one line a change, only ever added to."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

HISTORY_FILE = "history.jsonl"


class Entry(BaseModel):
    """One change of the pointer."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    who: str
    action: Literal["publish", "rollback"]
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


def append_entry(root: Path, entry: Entry) -> None:
    """Add a line to the history and force it to the disk.

    Args:
        root: the shop's releases.
        entry: the change.
    """
    line = json.dumps(entry.model_dump(mode="json"), ensure_ascii=False).encode()
    with (root / HISTORY_FILE).open("ab+") as file:
        file.seek(0, os.SEEK_END)
        torn = False
        if file.tell():
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
        file.write((b"\n" if torn else b"") + line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_history(root: Path) -> list[Entry]:
    """The history of a shop's releases.

    Args:
        root: the shop's releases.

    Returns:
        Entries, oldest first; a line torn by a crash is left out.
    """
    path = root / HISTORY_FILE
    if not path.is_file():
        return []
    entries = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entries.append(Entry.model_validate_json(line))
        except ValidationError:
            continue
    return entries
