"""Opening a shop for a replay: its pack, a release built from it, and the understanding of messages."""

from pathlib import Path

from agent.understanding.opening import open_understander
from agent.understanding.understand import Understander
from knowledge.opening import open_release
from knowledge.pack import Pack
from retrieval.release import Release


def open_shop(
    folder: Path | None = None, releases: Path | None = None, embedder_name: str | None = None
) -> tuple[Pack, Release, Understander]:
    """Read a pack and build its release beside the one that is served; the pointer does not move.

    Args:
        folder: the shop pack; None: the embedded default.
        releases: where releases lie; None: under the user's data folder.
        embedder_name: a sentence-transformers model; None: the embedded one.

    Raises:
        PackError: the pack is not valid.
        ReleaseError: the release cannot be written or read.
    """
    pack, release = open_release(folder, releases, embedder_name)
    return pack, release, open_understander()
