"""The files of a shop pack, written from what a set brings along."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.inventory import INVENTORY_FILE
from knowledge.rows import TITLE_CHARS
from knowledge.shop import SHOP_FILE

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_TITLE = 100
"""Characters of a policy's title."""
_COLUMNS = ("sku", "product_id", "title", "category", "price", "stock", "color", "size", "attributes", "similar")


def write_pack(files: Mapping[str, str], folder: Path) -> None:
    """Write a pack.

    Args:
        files: text by name relative to the pack.
        folder: of the pack; it need not be there.
    """
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def shop_file(kind: str, name: str, source: str, **more: Any) -> dict[str, str]:
    """The ``shop.yaml`` of a set.

    Args:
        kind: of the set, such as ``tau``; begins the shop's id.
        name: the shop's.
        source: all of the set's data; another text gives another shop id.
        more: other keys of the file.
    """
    shop_id = f"{kind}-{hashlib.sha256(source.encode()).hexdigest()[:10]}"
    return {SHOP_FILE: json.dumps({"shop_id": shop_id, "name": name, **more}, ensure_ascii=False, indent=1)}


def policy_file(policy_id: str, title: str, category: str, body: str, products: Sequence[str] = ()) -> dict[str, str]:
    """One policy.

    Args:
        policy_id: unique in the pack; letters, digits and ``-``.
        title: of any length; cut to what a pack takes.
        category: free text.
        body: Markdown.
        products: ids of the goods that it is about; empty: all.
    """
    head = {"id": policy_id, "title": title[:_TITLE], "category": category}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    lines += [f"products: {json.dumps(list(products), ensure_ascii=False)}"] if products else []
    return {f"policies/{policy_id}.md": "\n".join(["---", *lines, "---", body.strip(), ""])}


def goods_file(rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """The inventory.

    Args:
        rows: one a SKU, by the columns of a pack; titles of any length.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "title": str(row["title"])[:TITLE_CHARS]})
    return {INVENTORY_FILE: text.getvalue()}


def pairs(values: Mapping[str, str]) -> str:
    """Attributes as one cell of the inventory."""
    plain = ((_plain(name), _plain(value)) for name, value in values.items())
    return ";".join(f"{name}={value}" for name, value in plain if name and value)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a Markdown page: each heading with what stands under it; a part without text is passed over.

    Args:
        text: the page.
    """
    title, lines = "", list[str]()
    for line in [*text.split("\n"), "# "]:
        heading = _HEADING.match(line)
        if heading is None and line != "# ":
            lines.append(line)
            continue
        body = "\n".join(lines).strip()
        if body:
            yield title or body.split("\n")[0][:_TITLE], body
        title, lines = heading[1] if heading else "", []


def _plain(text: str) -> str:
    return re.sub(r"[;=\s]+", " ", str(text)).strip()
