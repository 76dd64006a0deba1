import json
import random
from datetime import date

import numpy as np
import pytest

from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.errors import EmbedderMismatch, ReleaseChecksumError, ReleaseError, ReleaseFormatError, ReleaseMissing
from retrieval.release import Release, ReleaseContents, write_release
from retrieval.retriever import Query
from retrieval.vector_cache import VectorCache

QUERY = Query("运费多少", date(2026, 11, 20))


@pytest.fixture
def folder(tmp_path, tea_contents, ngrams):
    write_release(tmp_path / "r1", tea_contents, ngrams)
    return tmp_path / "r1"


def test_that_a_release_comes_back_as_it_was_written(folder, tea_contents, ngrams):
    release = Release.load(folder, ngrams)
    assert release.passages == tea_contents.passages
    assert release.catalogue == tea_contents.catalogue
    assert release.shop == tea_contents.shop
    assert release.retriever.search(QUERY).hits[0].passage.source_id == "fee-2026"
    assert release.product_search.search("龙井")[0][0].product_id == "tea-green"


def test_that_the_same_content_has_the_same_id(folder, tmp_path, tea_contents, ngrams):
    assert write_release(tmp_path / "r2", tea_contents, ngrams).release_id == Release.load(folder, ngrams).release_id


def test_that_another_price_or_embedder_is_another_release(folder, tmp_path, tea_contents, ngrams):
    other = ReleaseContents({**tea_contents.shop, "name": "x"}, tea_contents.passages, tea_contents.catalogue)
    ids = {
        Release.load(folder, ngrams).release_id,
        write_release(tmp_path / "r2", other, ngrams).release_id,
        write_release(tmp_path / "r3", tea_contents, NgramEmbedder(64)).release_id,
    }
    assert len(ids) == 3


def test_that_one_flipped_bit_in_any_file_is_refused_by_name(folder, ngrams):
    chance = random.Random(7)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 12
    for path in files:
        whole = path.read_bytes()
        places = {0, len(whole) // 2, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(5))}
        for place in places:
            content = bytearray(whole)
            content[place] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
            with pytest.raises(ReleaseError) as refused:
                Release.load(folder, ngrams)
            assert path.name.removesuffix(".sha256") in str(refused.value)
        path.write_bytes(whole)
    assert Release.load(folder, ngrams).release_id


def test_that_a_missing_or_added_file_is_refused(folder, ngrams):
    (folder / "extra.txt").write_text("x")
    with pytest.raises(ReleaseChecksumError, match=r"extra\.txt.*not list"):
        Release.load(folder, ngrams)
    (folder / "extra.txt").unlink()
    (folder / "shop.json").unlink()
    with pytest.raises(ReleaseChecksumError, match=r"shop\.json.*missing"):
        Release.load(folder, ngrams)


def test_that_another_embedder_is_refused(folder):
    with pytest.raises(EmbedderMismatch, match=r"ngrams:256.*ngrams:64"):
        Release.load(folder, NgramEmbedder(64))


@pytest.mark.parametrize("change", [{"format": 99}, {"format": 1}, {"format": None}])
def test_that_another_format_is_refused(folder, ngrams, change):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **change}))
    with pytest.raises(ReleaseFormatError, match=r"manifest\.json"):
        Release.load(folder, ngrams)


@pytest.mark.parametrize("content", ["", "[]", "{", "null"])
def test_that_a_broken_manifest_is_refused(folder, ngrams, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ReleaseFormatError):
        Release.load(folder, ngrams)


def test_that_an_empty_folder_is_no_release(tmp_path, ngrams):
    with pytest.raises(ReleaseMissing, match="build a release"):
        Release.load(tmp_path, ngrams)


def test_that_a_release_is_never_written_over(folder, tea_contents, ngrams):
    with pytest.raises(ReleaseFormatError, match="not empty"):
        write_release(folder, tea_contents, ngrams)


def test_that_a_failed_build_leaves_nothing(tmp_path, tea_contents):
    class Broken(NgramEmbedder):
        def embed(self, texts):
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        write_release(tmp_path / "shop" / "r1", tea_contents, Broken())
    assert list((tmp_path / "shop").iterdir()) == []


def test_that_a_second_build_embeds_only_what_changed(tmp_path, tea_contents, ngrams):
    vectors = VectorCache(tmp_path / "vectors")
    first = write_release(tmp_path / "r1", tea_contents, ngrams, vectors)
    again = write_release(tmp_path / "r2", tea_contents, ngrams, vectors)
    fewer = ReleaseContents({}, tea_contents.passages[1:], tea_contents.catalogue)
    assert first.texts_embedded > 20 and again.texts_embedded == 0
    assert write_release(tmp_path / "r3", fewer, ngrams, vectors).texts_embedded == 0


def test_that_cached_vectors_are_the_models_own(tmp_path, use):
    vectors = VectorCache(tmp_path)
    vectors.embed(use, ["运费", "发票"])
    rows, embedded = vectors.embed(use, ["发票", "退货", "运费"])
    assert embedded == 1 and np.allclose(rows, use.embed(["发票", "退货", "运费"]), atol=1e-6)


def test_that_embedders_do_not_share_vectors(tmp_path, ngrams):
    vectors = VectorCache(tmp_path)
    vectors.embed(ngrams, ["运费"])
    rows, embedded = vectors.embed(NgramEmbedder(64), ["运费"])
    assert embedded == 1 and rows.shape == (1, 64)


def test_that_a_shop_without_goods_or_policies_is_a_release(tmp_path, tea_contents, ngrams):
    write_release(tmp_path / "r1", ReleaseContents({}, (), type(tea_contents.catalogue)(())), ngrams)
    release = Release.load(tmp_path / "r1", ngrams)
    assert release.retriever.search(QUERY).abstained and release.product_search.search("茶") == []
