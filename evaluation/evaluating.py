"""What the program's other parts get from here without knowing this folder: the command hands it to them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.store.durable import DurableStore
    from evaluation.online.trend import Step
    from knowledge.edits import Edit
    from knowledge.progress import OpenBar
    from knowledge.shop import ShopFile
    from knowledge.trial import TranscriptTrial
    from retrieval.embedders.port import Embedder

CUSTOMERS = 200
"""So many of the customers' last messages are asked in a preview."""
GAP_TURNS = 10_000
"""So many of the last turns are looked through for questions asked in vain."""


class Evaluating:
    """Plays, previews and measures; each part is loaded at its first use."""

    def open_trial(self) -> "TranscriptTrial":
        """Open what plays a pack's transcripts before it is published."""
        from evaluation.trial import ReplayTrial

        return ReplayTrial()

    def preview(
        self,
        folder: Path,
        root: Path,
        embedder: "Embedder",
        edits: Sequence["Edit"],
        state: str,
        now: datetime,
        bar: "OpenBar",
    ) -> Mapping[str, Any]:
        """Say which answers an edited pack changes; takes its time, so not in an event loop's thread.

        Args:
            folder: the pack.
            root: the shop's releases.
            embedder: the one of the releases.
            edits: not published yet.
            state: where conversations are kept.
            now: the time of the conversations, aware.
            bar: told each part of the work and how far it is.

        Returns:
            The preview as plain JSON.

        Raises:
            KnowledgeError: the pack cannot be read, or somebody publishes.
            ReleaseError: nothing is published, or a release cannot be used.
        """
        from agent.understanding.opening import open_understander
        from evaluation.editing.preview_run import PreviewDesk

        desk = PreviewDesk(folder, root, embedder, open_understander())
        made = asyncio.run(desk.preview(now, state, CUSTOMERS, transcripts=True, edits=edits, bar=bar))
        return made.as_json()

    def gaps(self, shop: "ShopFile", root: Path, embedder: "Embedder", state: str, bar: "OpenBar") -> Mapping[str, Any]:
        """Find what customers ask in vain; as `preview`, not in an event loop's thread.

        Args:
            shop: the shop.
            root: its releases.
            embedder: tells which questions are alike.
            state: where conversations are kept.
            bar: told how far it is.

        Returns:
            Counts and gaps as plain JSON, each gap with the stub of its policy.
        """
        from evaluation.editing.gaps_run import found_gaps
        from knowledge.drafts import stub
        from knowledge.gaps import ALIKE

        found = asyncio.run(found_gaps(shop, root, embedder, state, GAP_TURNS, ALIKE, bar))
        told = [{**one.as_json(), "stub": stub(one.gap, "")} for one in found.gaps]
        return {**found.counts(), "gaps": told}

    async def trend(
        self, store: "DurableStore", shop: "ShopFile", since: datetime, until: datetime, step: "Step"
    ) -> Mapping[str, Any]:
        """Measure what came of conversations, day by day or week by week.

        Args:
            store: holds them.
            shop: the shop.
            since: aware.
            until: aware.
            step: the length of one stretch.

        Returns:
            The trend as plain JSON.

        Raises:
            StoreError: the store cannot be read.
        """
        from evaluation.online.report import read_period
        from evaluation.online.trend import trend

        period = await read_period(store, shop.shop_id, since, until)
        return (await asyncio.to_thread(trend, period, step, shop.zone)).as_json()

    def newest_run(self, folder: Path) -> Mapping[str, Any] | None:
        """Read the newest replay of a folder of runs; None: there is none that can be read."""
        from evaluation.report.newest import newest_run

        return newest_run(folder)
