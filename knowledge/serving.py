"""Moving the pointer to a release, so that no crash loses who moved it and why."""

from pathlib import Path

from knowledge.history import Entry, intend, read_history, served_before, settle
from retrieval.embedders.port import Embedder
from retrieval.errors import ReleaseError
from retrieval.pointer import ReleaseStore


def open_releases(root: Path, embedder: Embedder) -> ReleaseStore:
    """Open a shop's releases for serving: what the history says was served before stands in for a damaged release.

    Args:
        root: the shop's releases.
        embedder: encodes questions.
    """
    return ReleaseStore(root, embedder, earlier=lambda: served_before(read_history(root)))


def serve_release(store: ReleaseStore, root: Path, entry: Entry, text: str = "") -> None:
    """Move the pointer and write down who moved it; a crash in between is made good by ``settle`` or the next reading.

    Args:
        store: the shop's releases, whose lock is held.
        root: the same.
        entry: the change; its release is served.
        text: what it changes, line by line; kept beside the history.

    Raises:
        ReleaseError: the release cannot be served; nothing was changed.
    """
    settle(root)
    intend(root, entry, text)
    try:
        store.publish(entry.release_id)
    except ReleaseError:
        settle(root)
        raise
    settle(root)
