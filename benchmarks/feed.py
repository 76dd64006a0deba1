"""Measures how long a product feed takes: the whole command, and a serving process that follows it.

    python -m benchmarks.feed                      100,000 SKUs of 20,000 goods; building the first release takes minutes
    python -m benchmarks.feed --skus 10000
    python -m benchmarks.feed --keep DIR           keep the first release there, or use the one that lies there

Goods are invented by a fixed seed. The first release is built with the n-gram embedder, for a feed opens none. Each feed is run as a
command of its own, as a scheduler would; half of the SKUs get another stock and a tenth another price, and in the second series a
hundred goods are new and a hundred have left.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from knowledge.inventory import parse_inventory
from knowledge.splitting import split_product
from retrieval.catalogue import Catalogue
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.pointer import ReleaseStore
from retrieval.release import ReleaseContents

SHOP = "shop_id: warehouse\nname: 大仓\n"
HEADER = ["sku", "product_id", "title", "category", "price", "stock", "color", "size", "aliases", "attributes", "url"]
VARIANTS = 5
ROUNDS = 5
SWAPPED = 100

Rows = list[list[str]]


def invented_goods(skus: int, name: str = "p") -> Rows:
    """Rows of a feed."""
    dice = random.Random(f"{name}{skus}")
    rows = []
    for number in range(skus // VARIANTS):
        color, kind = dice.choice("红橙黄绿蓝黑白灰"), dice.choice(["连衣裙", "衬衫", "外套", "长裤", "短靴"])
        product = f"{name}{number:06d}"
        attributes = f"材质=棉{dice.randint(1, 100)}%;产地={dice.choice(['杭州', '苏州', '广州'])}"
        for variant in range(VARIANTS):
            price, stock = f"{dice.randint(30, 900)}.00", str(dice.randint(1, 300))
            texts = f"{color}色{kind}{number}号", kind
            about = f"{kind}{number};新款{number}", attributes, f"https://shop.example/{product}"
            rows.append([f"{product}-{variant}", product, *texts, price, stock, f"{color}色", "SMLXY"[variant], *about])
    return rows


def moved(rows: Rows, seed: int) -> Rows:
    """The same goods a while later."""
    dice = random.Random(seed)
    found = []
    for row in rows:
        price = f"{float(row[4]) * 0.95:.2f}" if dice.random() < 0.1 else row[4]
        found.append([*row[:4], price, str(dice.randint(1, 300)) if dice.random() < 0.5 else row[5], *row[6:]])
    return found


def write_feed(path: Path, rows: Rows) -> None:
    """Write rows as a feed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


def first_release(root: Path, text: str) -> None:
    """Build and publish a release of all goods, unless one lies there."""
    if (root / "current").exists():
        return
    products = parse_inventory(text, "goods.csv").products
    store = ReleaseStore(root, NgramEmbedder())
    passages = tuple(split_product(product) for product in products)
    shop = {"shop_id": "warehouse", "name": "大仓"}
    store.point_to(store.add(ReleaseContents(shop, passages, Catalogue(products))).release_id)


def run_feed(path: Path, pack: Path, releases: Path) -> float:
    """Seconds of the whole command, from start to exit."""
    command = [sys.executable, "-m", "xiaoer", "knowledge", "feed", str(path), "--shop", str(pack)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "XIAOER_RELEASES": str(releases)})
    return time.perf_counter() - started


def report(name: str, seconds: list[float]) -> None:
    """Print one line of the table."""
    print(
        f"{name:42s} median {median(seconds):.2f} s, from {min(seconds):.2f} to {max(seconds):.2f} s, n={len(seconds)}"
    )


def measure(skus: int, folder: Path) -> None:
    """Print the table."""
    rows = invented_goods(skus)
    pack, releases, path = folder / "pack", folder / "releases", folder / "feed.csv"
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "shop.yaml").write_text(SHOP, encoding="utf-8")
    write_feed(path, rows)
    text = path.read_text(encoding="utf-8")
    first_release(releases / "warehouse", text)
    reading = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        parse_inventory(text, "goods.csv")
        reading.append(time.perf_counter() - started)
    report(f"reading {skus} rows", reading)
    store = ReleaseStore(releases / "warehouse", NgramEmbedder())
    store.current()
    fresh = invented_goods(SWAPPED * VARIANTS, "n")
    for name, goods in (("moves", rows), ("moves, 100 goods new, 100 gone", [*rows[len(fresh) :], *fresh])):
        commands, following = [], []
        for seed in range(ROUNDS):
            write_feed(path, moved(goods, seed + len(name)))
            commands.append(run_feed(path, pack, releases))
            started = time.perf_counter()
            store.current()
            following.append(time.perf_counter() - started)
        report(f"feed command: {name}", commands)
        report(f"a server follows: {name}", following)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        measure(arguments.skus, arguments.keep or Path(temporary))


if __name__ == "__main__":
    main()
