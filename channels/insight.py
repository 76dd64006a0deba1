"""How the agent does and would do: played, previewed and measured by a part of the program that channels do not know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from agent.store.durable import DurableStore
from knowledge.edits import Edit
from knowledge.progress import OpenBar
from knowledge.shop import ShopFile
from knowledge.trial import TranscriptTrial
from retrieval.embedders.port import Embedder

Json: TypeAlias = Mapping[str, Any]
"""Plain JSON."""
Step: TypeAlias = Literal["day", "week"]


class Rehearsal(Protocol):
    """Asks releases before and after customers do."""

    def open_trial(self) -> TranscriptTrial:
        """Open what plays a pack's transcripts before it is published."""
        ...

    def preview(
        self,
        folder: Path,
        root: Path,
        embedder: Embedder,
        edits: Sequence[Edit],
        state: str,
        now: datetime,
        bar: OpenBar,
    ) -> Json:
        """Say which answers an edited pack changes; see ``docs/preview.md``. Not in an event loop's thread."""
        ...

    def gaps(self, shop: ShopFile, root: Path, embedder: Embedder, state: str, bar: OpenBar) -> Json:
        """Find what customers ask in vain; see ``docs/gaps.md``. Not in an event loop's thread."""
        ...


class Figures(Protocol):
    """What came of conversations and of replays."""

    async def trend(self, store: DurableStore, shop: ShopFile, since: datetime, until: datetime, step: Step) -> Json:
        """Measure stored conversations, stretch by stretch; see ``docs/report.md``."""
        ...

    def newest_run(self, folder: Path) -> Json | None:
        """Read the newest replay of a folder of runs; None: there is none."""
        ...


class Insight(Rehearsal, Figures, Protocol):
    """Both."""
