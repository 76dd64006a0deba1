"""The shop pack: one folder that holds everything that makes the agent this shop's agent."""

import hashlib
import importlib.resources
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from knowledge.backend import load_backend
from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.inventory import INVENTORY_FILE, Inventory, load_inventory
from knowledge.policies import NOT_EDITED, Policy, load_policies, policy_files
from knowledge.promotions import PROMOTIONS_FILE, Promotions, load_promotions
from knowledge.shop import SHOP_FILE, ShopFile, load_shop
from knowledge.transcripts import TRANSCRIPTS_FOLDER, Transcript, place_transcripts
from retrieval.catalogue import Catalogue, Product, Promotion
from tools.mock_apis.seed import Seed

Part = TypeVar("Part")

_DEFAULT_SHOP = "lanting"


@dataclass(frozen=True)
class Pack:
    """A shop pack, read and valid."""

    folder: Path
    shop: ShopFile
    policies: tuple[Policy, ...]
    inventory: Inventory
    offers: Promotions
    """The promotions with their places."""
    backend: Seed | None = None
    """Seed data of the mocked APIs; None: the pack has none."""
    file_hashes: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file that a release depends on, by its name relative to the pack."""

    @property
    def products(self) -> tuple[Product, ...]:
        """The goods, in the order of the inventory."""
        return self.inventory.products

    @property
    def promotions(self) -> tuple[Promotion, ...]:
        """Coupons and campaigns, in the order of the file."""
        return self.offers.entries

    @property
    def catalogue(self) -> Catalogue:
        """Goods and promotions together."""
        return Catalogue(self.products, self.promotions)

    @property
    def now(self) -> datetime | None:
        """The fixed time of a replay; None: the pack has none."""
        return self.backend.now if self.backend else None

    @property
    def transcripts(self) -> tuple[Transcript, ...]:
        """The pack's own conversations, read at first use.

        Raises:
            PackError: with the findings of all lines.
        """
        return tuple(one for one, _ in self._placed_transcripts)

    @property
    def transcript_places(self) -> Mapping[str, Place]:
        """Where each conversation stands, by its id."""
        return {one.id: place for one, place in self._placed_transcripts}

    @cached_property
    def _placed_transcripts(self) -> tuple[tuple[Transcript, Place], ...]:
        if not (self.folder / TRANSCRIPTS_FOLDER).is_dir():
            return ()
        files = sorted((self.folder / TRANSCRIPTS_FOLDER).rglob("*.jsonl"))
        return place_transcripts(files)


def default_pack() -> Path:
    """The folder of the pack that ships with the program."""
    return Path(str(importlib.resources.files("knowledge"))) / "shops" / _DEFAULT_SHOP


def load_pack(folder: Path, edited: Mapping[str, str] = NOT_EDITED) -> Pack:
    """Read a shop pack, every file of it, before telling what is wrong.

    Args:
        folder: the pack.
        edited: texts of policies that count instead of their files, or beside them, by their names relative to the pack.

    Raises:
        PackError: with the findings of all files.
    """
    if not folder.is_dir():
        advice = "Name a folder that holds shop.yaml."
        raise PackError([Finding("file", "error", Place(str(folder)), f"there is no folder {str(folder)!r}.", advice)])
    findings: list[Finding] = []
    shop = _attempt(lambda: load_shop(folder), findings)
    policies = _attempt(lambda: load_policies(folder, edited), findings)
    inventory = _attempt(lambda: load_inventory(folder), findings)
    promotions = _attempt(lambda: load_promotions(folder), findings)
    backend = _attempt(lambda: load_backend(folder), findings)
    if shop is None or policies is None or inventory is None or promotions is None or findings:
        raise PackError(findings)
    hashes = {**_hashes(folder), **{file: text_hash(text) for file, text in edited.items()}}
    return Pack(folder, shop, policies, inventory, promotions, backend, hashes)


def _attempt(load: Callable[[], Part], findings: list[Finding]) -> Part | None:
    """Read one part; what is wrong with it is noted, so that the other parts are read too."""
    try:
        return load()
    except PackError as error:
        findings.extend(error.findings)
        return None


def text_hash(text: str) -> str:
    """The SHA-256 of a file that holds a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hashes(folder: Path) -> dict[str, str]:
    files = [SHOP_FILE, INVENTORY_FILE, PROMOTIONS_FILE, *policy_files(folder)]
    return {
        file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files if (folder / file).is_file()
    }
