import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest

from knowledge.history import read_history
from knowledge.publish import Editor, publish, rollback
from knowledge.serving import open_releases
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.retriever import Query

ROOT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
"""With threads of its own a program cannot be forked."""
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
LI = Editor("li", reason="neu")
OLD, NEW = "未拆封的茶叶签收后7天内可以退货。", "未拆封的茶叶签收后9天内可以退货。"


@pytest.fixture(scope="module")
def work():
    """A folder in memory where there is one: a crash of the program, unlike one of the machine, needs no disk."""
    folder = Path(mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def crashed(work):
    """The releases as a crash at each step of a publish left them, with the ids of the release before and the one meant."""
    (work / "pack/policies").mkdir(parents=True)
    (work / "pack/inventory").mkdir()
    (work / "pack/shop.yaml").write_text("shop_id: tee\nname: 茶铺\n", encoding="utf-8")
    goods = "sku,product_id,title,category,price,stock\na-1,a,杯,杯,1.00,1\n"
    (work / "pack/inventory/products.csv").write_text(goods, encoding="utf-8")
    before = _put(work, OLD, work / "root")
    meant = _put(work, NEW, Path(shutil.copytree(work / "root", work / "meant")))
    program = [sys.executable, str(ROOT / "tests/knowledge/crashing.py"), str(work)]
    done = subprocess.run(program, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 0, done.stderr
    return [work / f"root-{step}" for step in range(int(done.stdout.split()[-1]) + 1)], before, meant


def _put(work, text, root):
    policy = f"---\nid: tea-returns\ntitle: 茶叶退货\ncategory: returns\n---\n{text}\n"
    (work / "pack/policies/returns.md").write_text(policy, encoding="utf-8")
    return publish(work / "pack", root, NgramEmbedder(64), LI, now=NOW).release_id


def test_that_a_crash_at_any_step_leaves_a_serving_release(crashed):
    roots, before, meant = crashed
    assert len(roots) > 40
    for root in roots:
        release = open_releases(root, NgramEmbedder(64)).current()
        (hit,) = release.retriever.search(Query("茶叶几天内可以退货", NOW.date())).hits
        assert hit.sentences[0][0] == {before: OLD, meant: NEW}[release.release_id]


def test_that_a_crash_at_any_step_loses_no_line_of_the_history(crashed):
    for root in crashed[0]:
        served = [entry.release_id for entry in read_history(root)]
        assert served[-1] == (root / "current").read_text(encoding="utf-8").strip()
        assert len(served) == len(set(served))


def test_that_whoever_comes_next_publishes_and_takes_back_as_if_nothing_happened(crashed, work):
    roots, before, meant = crashed
    for root in roots:
        assert publish(work / "pack", root, NgramEmbedder(64), LI, now=NOW).release_id == meant
        assert [entry.release_id for entry in read_history(root)] == [before, meant]
        assert not [path for path in root.rglob(".*") if "vectors" not in path.parts]
    assert rollback(roots[0], NgramEmbedder(64), LI) == (before, meant)
