"""Watching a pack while somebody writes: what is done after each save."""

from collections.abc import Callable
from pathlib import Path

Stamp = dict[str, tuple[int, int, int]]
"""Inode, time of the last change in nanoseconds and size of each file."""


def stamp_of(folder: Path) -> Stamp:
    """How the files of a pack lie there now.

    Args:
        folder: the pack; hidden files and editors' backups do not count.
    """
    stamp: Stamp = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or name.name.endswith(("~", ".swp", ".tmp")):
            continue
        try:
            found = path.stat()
        except OSError:
            continue  # it went between the listing and the look: the next look tells
        if path.is_file():
            stamp[name.as_posix()] = (found.st_ino, found.st_mtime_ns, found.st_size)
    return stamp


def watch(folder: Path, look: Callable[[tuple[str, ...]], None], wait: Callable[[], bool]) -> None:
    """Look a pack over now, and again each time that files of it were saved.

    A save is taken up once nothing has changed from one look to the next: an editor that writes in several steps is not caught halfway.

    Args:
        folder: the pack.
        look: does the work; gets the files that changed, none at first.
        wait: waits a moment; False ends the watch.
    """
    seen = stamp_of(folder)
    look(())
    before = seen
    while wait():
        now = stamp_of(folder)
        if now != seen and now == before:
            changed = tuple(sorted(name for name in {*now, *seen} if now.get(name) != seen.get(name)))
            seen = now
            look(changed)
        before = now
