"""One publisher at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import PublishBusy

LOCK_FILE = "publish.lock"


@contextmanager
def publish_lock(root: Path, who: str) -> Iterator[None]:
    """Hold the shop's releases for one publish or rollback; a crash releases them.

    Args:
        root: the shop's releases; made if absent.
        who: told to those who come while it is held.

    Raises:
        PublishBusy: somebody else holds them.
    """
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            raise PublishBusy(root, os.read(descriptor, 200).decode(errors="replace")) from cause
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{who}, process {os.getpid()}".encode())
        yield
    finally:
        os.close(descriptor)
