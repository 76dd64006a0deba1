"""Forcing what was written to the disk, so that a power cut cannot take it back."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Force a file's content to the disk, or the names in a folder.

    Args:
        path: of a file, whose writer has closed it, or of a folder.

    Raises:
        OSError: it cannot be opened or written.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Force a folder's files and names to the disk, down to the last one.

    Args:
        folder: nobody else writes in it.
    """
    for path in [*folder.rglob("*"), folder]:
        sync(path)
