import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.releases import current_release
from knowledge.build import release_root
from knowledge.pack import load_pack
from knowledge.publish import Editor, rollback
from knowledge.trial import Verdict
from retrieval.embedders.ngrams import NgramEmbedder

PACK = Path(__file__).parents[1] / "packs" / "chaye"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def _open(folder, tmp_path, trial=None):
    said: list[str] = []
    shop = (tmp_path / "releases", load_pack(folder), NgramEmbedder(), NOW, "somebody", said.append)
    store = current_release(*shop, None if trial is None else lambda: trial)
    return store.current().release_id, "\n".join(said)


def _edit(folder):
    policy = sorted((folder / "policies").rglob("*.md"))[0]
    policy.write_text(policy.read_text(encoding="utf-8") + "\n退货请附上发货单。\n", encoding="utf-8")


def test_that_the_pack_is_built_only_when_it_changed(folder, tmp_path):
    first, said_first = _open(folder, tmp_path)
    second, said_second = _open(folder, tmp_path)
    assert first == second
    assert "building" in said_first
    assert said_second == f"release: {first}, up to date"


def test_that_a_changed_pack_is_published(folder, tmp_path):
    before, _ = _open(folder, tmp_path)
    _edit(folder)
    after, said = _open(folder, tmp_path)
    assert after != before
    assert after in said


def test_that_a_rollback_stands(folder, tmp_path):
    first, _ = _open(folder, tmp_path)
    _edit(folder)
    _open(folder, tmp_path)
    root = release_root(tmp_path / "releases", load_pack(folder).shop.shop_id)
    rollback(root, NgramEmbedder(), Editor("editor"))
    served, said = _open(folder, tmp_path)
    assert served == first
    assert "rolled back to by editor" in said


class WorseEachTime:
    """Plays transcripts that hold on the first release it is given, and never again."""

    def __init__(self):
        self.met = 1.0

    def run(self, pack, release, watch):
        verdict = Verdict("t", 1, "include", self.met, "7天", "said")
        self.met = 0.0
        return (verdict,)


def test_that_a_changed_pack_that_breaks_a_transcript_is_told_and_not_served(folder, tmp_path):
    before, said_first = _open(folder, tmp_path, WorseEachTime())
    assert "transcripts" not in said_first
    _edit(folder)
    after, said = _open(folder, tmp_path, WorseEachTime())
    assert after == before
    assert "playing the pack's transcripts" in said and "transcript 't', turn 1" in said
