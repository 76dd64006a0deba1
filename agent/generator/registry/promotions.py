"""Which version is served: one pointer file that holds the promotion itself, and the history of all of them.

The pointer is replaced as a whole and says who moved it, when and why. A crash between the pointer and the history's line loses
nothing: the line is told from the pointer, and written before the next one.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from agent.generator.registry.errors import RegistryError
from retrieval.journal import add_line, read_lines
from retrieval.pointer import replace_pointer

HISTORY = "history.jsonl"
POINTER = "current"
LOCK = "registry.lock"

Stamp = tuple[int, int, int]


class Promotion(BaseModel):
    """One change of what is served."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime
    who: str
    action: Literal["promote", "rollback"]
    version: str
    previous: str | None = None
    """Served until then; None: the base model."""
    reason: str = ""
    forced: bool = False
    overridden: tuple[str, ...] = ()
    """What stood against it."""


def read_current(root: Path) -> Promotion | None:
    """The promotion that is in force; None: none was made.

    Raises:
        RegistryError: the pointer holds something else.
    """
    try:
        return Promotion.model_validate_json((root / POINTER).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise RegistryError(f"{str(root / POINTER)!r} cannot be read: {error}; promote a version again") from error


def read_history(root: Path) -> tuple[Promotion, ...]:
    """Every promotion, oldest first; a line torn by a crash is left out, one that a crash kept from being written is told."""
    entries = read_lines(root / HISTORY, Promotion)
    try:
        current = read_current(root)
    except RegistryError:
        return tuple(entries)
    return (*entries, current) if current is not None and current not in entries else tuple(entries)


def served_before(entries: Sequence[Promotion]) -> str | None:
    """What a rollback leads to: served before the current version, and not itself taken back."""
    served: list[str] = []
    for entry in entries:
        if entry.action == "rollback" and entry.version in served:
            while served[-1] != entry.version:
                served.pop()
        elif not served or served[-1] != entry.version:
            served.append(entry.version)
    return next((one for one in reversed(served) if one != served[-1]), None)


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Wait until nobody else moves the pointer, and hold it; a crash lets go."""
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def move_pointer(root: Path, promotion: Promotion) -> None:
    """Serve another version; `one_at_a_time` is held."""
    settle(root)
    replace_pointer(root / POINTER, promotion.model_dump_json())
    settle(root)


def settle(root: Path) -> None:
    """Write the line of the promotion in force where a crash left it out; `one_at_a_time` is held."""
    written = read_lines(root / HISTORY, Promotion)
    for entry in read_history(root)[len(written) :]:
        add_line(root / HISTORY, entry)


def stamp(root: Path) -> Stamp | None:
    """Tells one pointer file from the next; None: there is none."""
    try:
        found = (root / POINTER).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
