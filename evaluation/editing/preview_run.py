"""Everything a preview needs, opened once: previews made one after another, as in watch mode, share it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from agent.understanding.opening import open_understander
from agent.understanding.understand import Understander
from evaluation.editing.answering import Said
from evaluation.editing.asked import Asked, customer_questions, policy_questions, transcript_talks
from evaluation.editing.conversations import last_turns
from evaluation.editing.preview import Preview, preview
from knowledge.build import build
from knowledge.edits import Edit, texts_of
from knowledge.kept_feed import with_feed
from knowledge.lock import publish_lock
from knowledge.options import editor_name, embedder_of, pack_folder, root_of
from knowledge.pack import Pack, load_pack
from knowledge.progress import OpenBar, progress_bar
from knowledge.serving import open_releases
from retrieval.embedders.port import Embedder
from retrieval.pointer import ReleaseStore
from retrieval.release import Release
from tools.mock_apis.seed import Seed


class PreviewDesk:
    """Makes previews of one pack.

    Args:
        folder: the pack.
        root: the shop's releases.
        embedder: the one that the releases are built with.
        understander: reads messages.
    """

    def __init__(self, folder: Path, root: Path, embedder: Embedder, understander: Understander) -> None:
        self._folder = folder
        self._root = root
        self._embedder = embedder
        self._understander = understander
        self._store: ReleaseStore = open_releases(root, embedder)
        self._coming: Release | None = None
        self._known: dict[tuple[str, Asked], tuple[Said, ...]] = {}
        self.pack: Pack | None = None

    @classmethod
    def open(cls, shop: Path | None, releases: Path | None, embedder_name: str | None) -> "PreviewDesk":
        """Open what the command's options name; see ``knowledge.options``.

        Raises:
            PackError: the pack's shop.yaml cannot be read.
            EmbedderError: the embedder cannot be opened.
        """
        root = root_of(releases, shop)
        embedder = embedder_of(embedder_name)
        return cls(pack_folder(shop), root, embedder, open_understander())

    async def preview(
        self,
        now: datetime | None,
        state: str,
        customers: int,
        transcripts: bool,
        edits: Sequence[Edit] = (),
        bar: OpenBar = progress_bar,
    ) -> Preview:
        """Build the pack beside the release that is served, and compare what the two answer.

        Args:
            now: the time of the conversations, aware; None: the pack's own, else the clock's.
            state: where conversations are kept.
            customers: so many of the last turns are asked.
            transcripts: whether the pack's transcripts are played.
            edits: not in the pack's files yet.
            bar: shows how far it is.

        Raises:
            PackError: a file of the pack cannot be read.
            PublishBusy: somebody publishes.
            ReleaseError: nothing is published, or a release cannot be used.
        """
        served = self._store.current()
        pack = with_feed(load_pack(self._folder, texts_of(edits)), self._root)
        pack = replace(pack, backend=pack.backend or Seed())
        coming = self._build(pack, bar)
        at = now or pack.now or datetime.now(UTC)
        asked: list[Asked] = policy_questions(pack, served.passages, at)
        asked += transcript_talks(pack, at) if transcripts else []
        asked += customer_questions(await last_turns(state, pack.shop.shop_id, customers), at) if customers else []
        self.pack = pack
        # Of the releases built on the way to this one, nothing is asked again.
        self._known = {key: said for key, said in self._known.items() if key[0] == served.release_id}
        with bar("asking") as watch:
            return await preview(pack, (served, coming), self._understander, asked, watch, self._known)

    def _build(self, pack: Pack, bar: OpenBar) -> Release:
        with publish_lock(self._root, editor_name(None)), bar("embedding") as watch:
            built = build(pack, self._root, self._embedder, watch)
        known = self._coming or self._store.current()
        self._coming = Release.load(self._store.folder(built.release_id), self._embedder, known)
        return self._coming

    @property
    def shop_name(self) -> str:
        """The shop's name."""
        return self.pack.shop.name if self.pack else ""

    def local(self, moment: datetime) -> datetime:
        """A moment in the shop's time zone."""
        return moment.astimezone(self.pack.shop.zone) if self.pack else moment
