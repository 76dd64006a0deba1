"""The last feed that was served, kept so that a later publish builds on it and not on the pack's older goods."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from knowledge.inventory import INVENTORY_FILE, parse_inventory
from knowledge.pack import Pack
from knowledge.source import read_source
from knowledge.whole_file import write_whole

FEEDS_FOLDER = "feeds"
_RECORD = "latest.json"


def keep_feed(root: Path, text: str, name: str, replaces: str | None) -> None:
    """Keep a feed in place of the one before.

    Args:
        root: the shop's releases.
        text: the feed.
        name: of its file, for messages.
        replaces: sha256 of the pack's own goods that it stands in for; None: the pack is unknown.
    """
    folder = root / FEEDS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = f"{sha256(text.encode()).hexdigest()[:16]}.csv"
    write_whole(folder / file, text.encode())
    record = {"file": file, "name": name, "replaces": replaces}
    write_whole(folder / _RECORD, json.dumps(record, ensure_ascii=False).encode())
    for older in folder.glob("*.csv"):
        if older.name != file:
            older.unlink(missing_ok=True)


def with_feed(pack: Pack, root: Path) -> Pack:
    """The pack with the goods of the last feed, where the pack's own have not been edited since.

    Args:
        pack: as its files are.
        root: the shop's releases.

    Returns:
        The pack to build; itself where there was no feed, or where its goods are newer.

    Raises:
        PackError: the kept feed was damaged.
    """
    record = _record(root / FEEDS_FOLDER)
    if record is None or record.get("replaces") != pack.file_hashes.get(INVENTORY_FILE):
        return pack
    text = read_source(root / FEEDS_FOLDER, str(record["file"]))
    return replace(pack, inventory=parse_inventory(text, str(record["name"])))


def _record(folder: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((folder / _RECORD).read_bytes())
    except (OSError, ValueError):
        return None  # no feed yet, or a record that nobody can use: the pack's own goods count
    return found if isinstance(found, dict) and (folder / str(found.get("file"))).is_file() else None
