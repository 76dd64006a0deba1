"""Opening a shop's pack with a release built from it, beside the one that is served; the pointer does not move."""

from pathlib import Path

from knowledge.build import build, default_releases, release_root
from knowledge.pack import Pack, default_pack, load_pack
from retrieval.embedders.opening import open_embedder
from retrieval.pointer import ReleaseStore
from retrieval.release import Release


def open_release(
    folder: Path | None = None, releases: Path | None = None, embedder_name: str | None = None
) -> tuple[Pack, Release]:
    """Read a pack and build its release.

    Args:
        folder: the shop pack; None: the embedded default.
        releases: where releases lie; None: under the user's data folder.
        embedder_name: a sentence-transformers model; None: the embedded one.

    Raises:
        PackError: the pack is not valid.
        ReleaseError: the release cannot be written or read.
    """
    pack = load_pack(folder or default_pack())
    embedder = open_embedder(embedder_name) if embedder_name else open_embedder()
    root = release_root(releases or default_releases(), pack.shop.shop_id)
    built = build(pack, root, embedder)
    return pack, Release.load(ReleaseStore(root, embedder).folder(built.release_id), embedder)
