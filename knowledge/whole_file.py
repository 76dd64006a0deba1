"""Files that are either the old one or the new one, whatever happens in between."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in place of the one before, forced to the disk; one writer at a time.

    Args:
        path: its folder is there.
        content: of the file.

    Raises:
        OSError: it cannot be written; the one before stays.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
