"""Watch mode: what an editor sees after each save."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from evaluation.editing.preview_run import PreviewDesk
from evaluation.editing.preview_table import print_preview
from knowledge.checks.all import check_pack
from knowledge.errors import PackError, PublishBusy
from knowledge.options import pack_folder
from knowledge.pack import load_pack
from knowledge.printing import print_findings
from knowledge.watch import watch
from retrieval.errors import ReleaseError

Preview = Callable[[], None]


class Watching:
    """Looks a pack over after each save.

    Args:
        shop: the pack, as given to the command.
        releases: the folder of all releases, as given.
        embedder_name: as given.
        now: the time of checks and conversations, aware; None: the pack's own, else the clock's at each look.
        show: so many changes are shown.
    """

    def __init__(
        self, shop: Path | None, releases: Path | None, embedder_name: str | None, now: datetime | None, show: int
    ) -> None:
        self._options = shop, releases, embedder_name
        self._folder = pack_folder(shop)
        self._now = now
        self._show = show
        self._preview: Preview | None = None

    def with_preview(self, state: str, customers: int, transcripts: bool) -> None:
        """Show what changes for customers too.

        Args:
            state: where conversations are kept.
            customers: so many of the last turns are asked.
            transcripts: whether the pack's transcripts are played.
        """
        desk = PreviewDesk.open(*self._options)

        def preview() -> None:
            made = asyncio.run(desk.preview(self._now, state, customers, transcripts))
            print_preview(made, self._show)

        self._preview = preview

    def run(self, every_s: float) -> None:
        """Watch until the process is told to stop.

        Args:
            every_s: seconds from one look at the files to the next.
        """

        def wait() -> bool:
            time.sleep(every_s)
            return True

        watch(self._folder, self.look, wait)

    def look(self, changed: tuple[str, ...]) -> None:
        """Check the pack, and preview it where that was asked for and the pack can be read.

        Args:
            changed: the files saved since the last look; empty at the first.
        """
        print(f"— {datetime.now().astimezone():%H:%M:%S} {', '.join(changed) or self._folder}", flush=True)
        try:
            pack = load_pack(self._folder)
            print_findings(check_pack(pack, self._now or pack.now or datetime.now(UTC)))
            if self._preview is not None:
                self._preview()
        except PackError as error:
            print_findings(error.findings)
        except (PublishBusy, ReleaseError) as error:
            print(f"No preview: {error}", flush=True)
