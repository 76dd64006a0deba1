"""Gaps of a shop: read from its conversations, and asked again of the release that is served now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.editing.conversations import last_turns
from evaluation.editing.unanswered import unanswered_turns
from knowledge.gaps import Gap, find_gaps
from knowledge.progress import OpenBar, WatchedEmbedder, progress_bar
from knowledge.serving import open_releases
from knowledge.shop import ShopFile
from retrieval.embedders.port import Embedder, Vectors
from retrieval.errors import ReleaseMissing
from retrieval.release import Release
from retrieval.retriever import Query


@dataclass(frozen=True)
class AskedAgain:
    """A gap, and what the served release finds for it today."""

    gap: Gap
    finds: str | None
    """Id of the policy that likely answers it now; None: none does."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**self.gap.as_json(), "finds": self.finds}


@dataclass(frozen=True)
class FoundGaps:
    """The gaps of a shop."""

    gaps: tuple[AskedAgain, ...]
    """The commonest first."""
    turns: int
    """Looked through."""
    unanswered: int
    """Of these, how many went without an answer for want of knowledge."""

    def counts(self) -> dict[str, int]:
        """How many turns were looked through, and how many went without an answer."""
        return {"turns": self.turns, "unanswered": self.unanswered}


async def found_gaps(
    shop: ShopFile,
    root: Path,
    embedder: Embedder,
    state: str,
    turns: int,
    alike: float,
    bar: OpenBar = progress_bar,
) -> FoundGaps:
    """Find the gaps of a shop.

    Args:
        shop: the shop.
        root: the shop's releases.
        embedder: tells which questions are alike; the one of the releases.
        state: where conversations are kept.
        turns: so many of the last turns are looked through.
        alike: see ``knowledge.gaps.find_gaps``.
        bar: shows how far it is.

    Raises:
        StoreError: the conversations cannot be read.
        ReleaseError: the served release cannot be used.
    """
    records = await last_turns(state, shop.shop_id, turns)
    unanswered = unanswered_turns(records, shop.sensitive_words)
    with bar("comparing") as watch:
        watched = WatchedEmbedder(embedder, watch)

        def embed(texts: Sequence[str]) -> Vectors:
            return watched.embed(texts)

        gaps = find_gaps(unanswered, embed, alike)
    release = _served(root, embedder)
    asked = tuple(AskedAgain(gap, _finds(release, gap, shop) if release else None) for gap in gaps)
    return FoundGaps(asked, len(records), len(unanswered))


def _served(root: Path, embedder: Embedder) -> Release | None:
    try:
        return open_releases(root, embedder).current()
    except ReleaseMissing:
        return None  # nothing is published: nothing answers anything


def _finds(release: Release, gap: Gap, shop: ShopFile) -> str | None:
    hits = release.retriever.search(Query(gap.title, datetime.now(UTC).astimezone(shop.zone).date()), k=1).hits
    return hits[0].passage.source_id if hits else None
