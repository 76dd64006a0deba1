"""A file of JSON lines that is only ever added to; a line torn by a crash is left out, and spoils no other."""

import json
import os
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Line = TypeVar("Line", bound=BaseModel)


def read_lines(path: Path, shape: type[Line]) -> list[Line]:
    """Read every whole line.

    Args:
        path: of the file; it may be missing.
        shape: of a line.

    Returns:
        The oldest first.

    Raises:
        OSError: the file is there and cannot be read.
    """
    if not path.is_file():
        return []
    lines = []
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            lines.append(shape.model_validate_json(line))
        except ValidationError:
            continue
    return lines


def add_line(path: Path, line: BaseModel) -> None:
    """Add a line and force it to the disk; one writer at a time.

    Args:
        path: its folder is there.
        line: what is added.

    Raises:
        OSError: it cannot be written; readers leave out what was begun.
    """
    said = json.dumps(line.model_dump(mode="json"), ensure_ascii=False)
    with path.open("ab+") as file:
        file.seek(0, os.SEEK_END)
        torn = False
        if file.tell():
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
        file.write((b"\n" if torn else b"") + said.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
