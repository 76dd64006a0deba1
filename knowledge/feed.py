"""A product feed: the goods are swapped in the release that is served, all else stays as it is."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from knowledge.errors import PublishRefused
from knowledge.findings import Finding
from knowledge.goods_moves import GoodsMoves, goods_moves, slips
from knowledge.history import Entry, intend, read_history, settle
from knowledge.inventory import INVENTORY_FILE, Inventory, parse_inventory
from knowledge.kept_feed import keep_feed
from knowledge.lock import publish_lock
from knowledge.source import read_source
from knowledge.splitting import split_product
from retrieval import release_format
from retrieval.catalogue import Catalogue, Promotion
from retrieval.collecting import collecting_paused
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.errors import ReleaseFormatError
from retrieval.pointer import ReleaseStore
from retrieval.release_format import Manifest
from retrieval.swap import OtherGoods, swap_goods

MOST_DROPPED = 0.2
"""Share of the SKUs that may leave, or sell out, with one feed unless said otherwise."""
KEPT_FEEDS = 3
"""Releases made by feeds that are kept beside the current one; those that editors published are not touched."""


@dataclass(frozen=True)
class FeedOrder:
    """How a feed is to be taken."""

    who: str
    reason: str = ""
    force: bool = False
    """Take it in spite of findings; needs a reason."""
    strict: bool = False
    """Refuse it for warnings too."""
    most_dropped: float = MOST_DROPPED
    """Share of the SKUs that may leave, or sell out, with one feed, 0..1."""


@dataclass(frozen=True)
class Fed:
    """What a feed did."""

    release_id: str
    """The release served now."""
    previous: str
    """The release served until then."""
    moves: GoodsMoves
    findings: tuple[Finding, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether these goods were served already."""
        return self.release_id == self.previous

    def as_json(self) -> dict[str, Any]:
        """As plain JSON, with every move."""
        return {
            "release_id": self.release_id,
            "previous": self.previous,
            "unchanged": self.is_unchanged,
            "skus": self.moves.after,
            "added": list(self.moves.added),
            "removed": list(self.moves.removed),
            "prices": [move.as_json() for move in self.moves.prices],
            "stock": [move.as_json() for move in self.moves.stock],
            "otherwise": list(self.moves.otherwise),
            "retold_products": list(self.moves.retold),
            "findings": [finding.as_json() for finding in self.findings],
        }


def feed(file: Path, root: Path, order: FeedOrder) -> Fed:
    """Serve the goods of a feed, or leave everything as it was.

    Policies, promotions and indexes stay those of the release that is served. Goods that are new or described otherwise are found
    from the swap on; see ``retrieval.fresh_goods``. The feed is kept: a later publish builds on it as long as nobody edits the
    goods of the pack.

    Args:
        file: CSV in the format of the pack's goods.
        root: the shop's releases.
        order: how it is to be taken.

    Raises:
        PackError: the feed cannot be read; every finding names file, line and column.
        PublishRefused: it would drop too much, or looks like a slip, and is not forced.
        PublishBusy: somebody else publishes.
        ReleaseError: nothing is published, or the served release is damaged; nothing was changed.
    """
    with publish_lock(root, order.who), collecting_paused():
        settle(root)
        store = ReleaseStore(root, NgramEmbedder())  # nothing is searched, so no model is opened
        previous = store.current_id()
        base = store.folder(previous)
        manifest = release_format.read_manifest(base)
        with ThreadPoolExecutor(1, "checksums") as aside:
            intact = aside.submit(release_format.check_files, base, manifest)
            text = read_source(Path(), str(file))
            goods = parse_inventory(text, str(file))
            served = _served(base)
            intact.result()
        moves = goods_moves(served["products"], goods.products)
        findings = (*goods.notes, *slips(moves, goods, order.most_dropped))
        overridden = _gate(findings, order)
        swapped = swap_goods(base, _other_goods(base, served, goods, moves))
        if swapped.release_id != previous:
            keep_feed(root, text, file.name, manifest.pack_hashes.get(INVENTORY_FILE))
            intend(root, _entry(order, swapped, previous, moves, overridden), "")
            store.point_to(swapped.release_id)
            settle(root)
            _clear_feeds(root, {swapped.release_id, previous})
        return Fed(swapped.release_id, previous, moves, findings)


def _served(base: Path) -> dict[str, Any]:
    path = base / release_format.CATALOGUE
    try:
        served = from_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ReleaseFormatError(path, f"cannot be read ({error}); publish again") from error
    if not isinstance(served, dict) or not {"products", "promotions"} <= served.keys():
        raise ReleaseFormatError(path, "holds no goods and promotions; publish again")
    return served


def _gate(findings: tuple[Finding, ...], order: FeedOrder) -> tuple[str, ...]:
    against = [one for one in findings if one.severity == "error" or (order.strict and one.severity == "warning")]
    if against and not (order.force and order.reason.strip()):
        raise PublishRefused(against)
    return tuple(str(finding) for finding in against)


def _other_goods(base: Path, served: dict[str, Any], goods: Inventory, moves: GoodsMoves) -> OtherGoods:
    fresh_file = base / release_format.FRESH_GOODS
    earlier = {one.source_id for one in release_format.read_passages(fresh_file)} if fresh_file.exists() else set()
    wanted = earlier | set(moves.retold)
    fresh = tuple(split_product(product) for product in goods.products if product.product_id in wanted)
    promotions: tuple[Promotion, ...] = release_format.read_promotions(served["promotions"])
    return OtherGoods(Catalogue(goods.products, promotions), fresh)


def _entry(order: FeedOrder, swapped: Manifest, previous: str, moves: GoodsMoves, overridden: tuple[str, ...]) -> Entry:
    return Entry(
        at=datetime.now(UTC),
        who=order.who,
        action="feed",
        release_id=swapped.release_id,
        previous=previous,
        reason=order.reason,
        forced=bool(overridden),
        overridden=overridden,
        difference={name: count for name, count in moves.counts().items() if count},
    )


def _clear_feeds(root: Path, current: set[str]) -> None:
    """Clear away the oldest releases that only feeds made: they come often, and must not push out what editors published."""
    history = read_history(root)
    published = {entry.release_id for entry in history if entry.action != "feed"}
    made = dict.fromkeys(entry.release_id for entry in reversed(history) if entry.action == "feed")
    there = [one for one in made if one not in published and (root / "releases" / one).is_dir()]
    for one in [one for one in there if one not in current][KEPT_FEEDS - 1 :]:
        aside = root / "releases" / f".pruned-{one}"
        (root / "releases" / one).rename(aside)
        shutil.rmtree(aside)
