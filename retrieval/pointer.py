"""Which release is served: a folder of releases and one pointer file that is replaced as a whole."""

import logging
import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval import release_format
from retrieval.durable import sync
from retrieval.embedders.port import Embedder
from retrieval.errors import ReleaseError, ReleaseFormatError, ReleaseMissing
from retrieval.release import Release, ReleaseContents, write_release
from retrieval.release_format import Manifest, content_id
from retrieval.vector_cache import VectorCache

_LOG = logging.getLogger(__name__)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")

_Stamp = tuple[int, int, int]


class ReleaseStore:
    """The releases of one shop under one root: ``releases/<id>/`` and the pointer file ``current``.

    ``current()`` follows the pointer, so a publication or a rollback reaches a serving process at its next turn.

    Args:
        root: the folder; made when first written to.
        embedder: encodes questions for every release of the store.
        earlier: gives the ids of the releases that may be served where the pointer leads to one that cannot be, the best first.
    """

    def __init__(self, root: Path, embedder: Embedder, earlier: Callable[[], Sequence[str]] = tuple) -> None:
        self._root = root
        self._embedder = embedder
        self._earlier = earlier
        self._release: Release | None = None
        self._stamp: _Stamp | None = None

    @property
    def vectors(self) -> VectorCache:
        """The vectors kept between this store's builds."""
        return VectorCache(self._root / "vectors")

    def current(self) -> Release:
        """The release to serve now; one look at the pointer file a call while nothing changed.

        When the pointer leads to a release that cannot be used, the last good one goes on being served, in a process that has not
        served yet the first intact one of ``earlier``; the reason is logged once.

        Returns:
            The release.

        Raises:
            ReleaseError: when nothing was published, or neither the release the pointer names nor an earlier one can be used.
        """
        stamp = self._pointer_stamp()
        if self._release is not None and stamp == self._stamp:
            return self._release
        try:
            release_id = self.current_id()
            if self._release is None or self._release.release_id != release_id:
                self._release = Release.load(self.folder(release_id), self._embedder, self._release)
        except ReleaseError as error:
            self._release = self._release or self._fall_back(error)
            _LOG.error("release %s stays in service: %s", self._release.release_id, error)
        self._stamp = stamp
        return self._release

    def _fall_back(self, error: ReleaseError) -> Release:
        """The first earlier release that can be used, for a process that has served nothing yet."""
        for release_id in self._earlier():
            try:
                return Release.load(self.folder(release_id), self._embedder)
            except ReleaseError as other:
                _LOG.error("nor can an earlier release be served: %s", other)
        raise error

    def current_id(self) -> str:
        """The id the pointer names.

        Raises:
            ReleaseMissing: when nothing was published.
            ReleaseFormatError: when the pointer holds something else.
        """
        try:
            content = self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError as error:
            raise ReleaseMissing(self._root, "nothing is published; build and publish a release first") from error
        except (OSError, ValueError) as error:
            raise ReleaseFormatError(self._pointer, f"cannot be read ({error}); publish a release again") from error
        if not _ID.fullmatch(content):
            raise ReleaseFormatError(
                self._pointer, f"holds {content[:80]!r}, not a release id; publish a release again"
            )
        return content

    def folder(self, release_id: str) -> Path:
        """Where a release lies.

        Raises:
            ReleaseMissing: when there is none of that id.
        """
        path = self._root / "releases" / release_id
        if not _ID.fullmatch(release_id) or not (path / release_format.MANIFEST).exists():
            raise ReleaseMissing(
                path, f"no release {release_id!r}; known are {[one.release_id for one in self.manifests()]!r}"
            )
        return path

    def manifests(self) -> tuple[Manifest, ...]:
        """The manifests of all releases that can be read, oldest first."""
        found = []
        for path in (self._root / "releases").glob("[!.]*/" + release_format.MANIFEST):
            try:
                found.append(release_format.read_manifest(path.parent))
            except ReleaseError as error:
                _LOG.warning("left out of the list: %s", error)
        return tuple(sorted(found, key=lambda manifest: (manifest.built_at, manifest.release_id)))

    def add(self, contents: ReleaseContents, vectors: VectorCache | None = None) -> Manifest:
        """Build a release beside the others, without serving it.

        A release of the same content is not built twice; a damaged one is replaced.

        Args:
            contents: what the release holds.
            vectors: vectors of earlier builds; None: the store's own cache.

        Returns:
            Its manifest.
        """
        embedder = self._embedder
        release_id = content_id(contents.shop, contents.passages, contents.catalogue, embedder.identity)
        path = self._root / "releases" / release_id
        if path.exists():
            try:
                manifest = release_format.read_manifest(path)
                release_format.check_files(path, manifest)
                return manifest
            except ReleaseError as error:
                _LOG.warning("built again: %s", error)
                shutil.rmtree(path)
        return write_release(path, contents, embedder, vectors or self.vectors)

    def publish(self, release_id: str) -> Release:
        """Point to a release, after it was loaded once to prove that it can be served.

        Args:
            release_id: a release of this store; an older one is a rollback.

        Returns:
            The release now current.

        Raises:
            ReleaseError: when it cannot be used; the pointer stays as it was.
        """
        release = Release.load(self.folder(release_id), self._embedder, self._release)
        self.point_to(release_id)
        self._release, self._stamp = release, self._pointer_stamp()
        return release

    def point_to(self, release_id: str) -> None:
        """Point to a release that is known to be good; ``publish`` proves it first.

        Args:
            release_id: a release of this store.
        """
        replace_pointer(self._pointer, release_id)

    @property
    def _pointer(self) -> Path:
        return self._root / "current"

    def _pointer_stamp(self) -> _Stamp | None:
        try:
            found = self._pointer.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def replace_pointer(pointer: Path, content: str) -> None:
    """Write a pointer file as a whole, forced to the disk: readers find the old content or the new.

    Args:
        pointer: its folder is there.
        content: one line, without its end.
    """
    for unfinished in pointer.parent.glob(f".{pointer.name}.*"):
        unfinished.unlink(missing_ok=True)
    partial = pointer.with_name(f".{pointer.name}.{os.getpid()}")
    with partial.open("w", encoding="utf-8") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(pointer)
    sync(pointer.parent)
