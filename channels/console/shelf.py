"""What an editor works on: the pack, its releases, and the edits kept beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from agent.settings import Settings
from channels.console.work import WorkBoard
from channels.opening import OpenShop
from knowledge.build import release_root
from knowledge.edits import Edit, KeptEdits
from knowledge.shop import ShopFile
from retrieval.embedders.port import Embedder
from retrieval.pointer import ReleaseStore


@dataclass(frozen=True)
class Shelf:
    """One shop's knowledge, as the console holds it."""

    folder: Path
    """The pack."""
    root: Path
    """The shop's releases."""
    shop: ShopFile
    releases: ReleaseStore
    embedder: Embedder
    """The one of the releases."""
    board: WorkBoard
    clock: Callable[[], datetime]
    """The shop's time, aware."""
    state: str
    """Where conversations are kept."""

    @classmethod
    def of(cls, settings: Settings, shop: OpenShop) -> "Shelf":
        """The shelf of an open shop.

        Args:
            settings: of the program.
            shop: open as long as the shelf is used.
        """
        about = shop.pack.shop
        root = release_root(settings.releases, about.shop_id)
        return cls(shop.pack.folder, root, about, shop.releases, shop.embedder, shop.work, shop.clock, settings.state)

    @property
    def edits(self) -> KeptEdits:
        """Edits that are not published yet."""
        return KeptEdits(self.root)

    @property
    def today(self) -> date:
        """The day in the shop's time zone."""
        return self.clock().astimezone(self.shop.zone).date()

    def edits_of(self, files: list[str]) -> tuple[Edit, ...]:
        """The edits of some files; a file without one is left out.

        Args:
            files: relative to the pack.
        """
        wanted = set(files)
        return tuple(edit for edit in self.edits.all() if edit.file in wanted)
