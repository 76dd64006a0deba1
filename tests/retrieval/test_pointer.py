import json
import logging
from dataclasses import replace

import pytest

from retrieval.errors import ReleaseError, ReleaseFormatError, ReleaseMissing
from retrieval.pointer import ReleaseStore


@pytest.fixture
def store(tmp_path, ngrams):
    return ReleaseStore(tmp_path, ngrams)


@pytest.fixture
def two(store, tea_contents):
    first = store.add(tea_contents).release_id
    second = store.add(replace(tea_contents, shop={"name": "新茶铺"})).release_id
    return first, second


def test_that_nothing_is_served_before_a_publication(store):
    with pytest.raises(ReleaseMissing, match="publish"):
        store.current()


def test_that_a_publication_reaches_another_process(store, two, tmp_path, ngrams):
    serving = ReleaseStore(tmp_path, ngrams)
    store.publish(two[0])
    assert serving.current().release_id == two[0]
    store.publish(two[1])
    assert serving.current().release_id == two[1]


def test_that_a_rollback_points_back(store, two):
    store.publish(two[1])
    store.publish(two[0])
    assert store.current().release_id == store.current_id() == two[0]


def test_that_an_unchanged_pointer_gives_the_same_object(store, two):
    store.publish(two[0])
    assert store.current() is store.current()


def test_that_a_damaged_release_leaves_the_last_good_one_in_service(store, two, tmp_path, ngrams, caplog):
    store.publish(two[0])
    serving = ReleaseStore(tmp_path, ngrams)
    serving.current()
    store.publish(two[1])
    (store.folder(two[1]) / "passages.jsonl").write_text("{}")
    with caplog.at_level(logging.ERROR):
        assert serving.current().release_id == serving.current().release_id == two[0]
    assert len(caplog.records) == 1 and "passages.jsonl" in caplog.text


@pytest.mark.parametrize("damage", ["passages.jsonl", "manifest.json"])
def test_that_a_process_that_starts_anew_serves_the_last_intact_release(store, two, tmp_path, ngrams, caplog, damage):
    store.publish(two[1])
    (store.folder(two[1]) / damage).write_text("{}")
    starting = ReleaseStore(tmp_path, ngrams, earlier=lambda: ("gone", two[0]))
    with caplog.at_level(logging.ERROR):
        assert starting.current().release_id == starting.current().release_id == two[0]
    assert damage in caplog.text and f"release {two[0]} stays in service" in caplog.text


def test_that_a_release_of_another_format_is_refused_while_the_one_before_serves(store, two, tmp_path, ngrams, caplog):
    store.publish(two[1])
    path = store.folder(two[1]) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 1}))
    starting = ReleaseStore(tmp_path, ngrams, earlier=lambda: (two[0],))
    with caplog.at_level(logging.ERROR):
        assert starting.current().release_id == two[0]
    assert f"{two[1]}/manifest.json" in caplog.text and "format 1, this program reads" in caplog.text


def test_that_a_process_that_fell_back_comes_forward_when_the_release_is_mended(
    store, two, tmp_path, ngrams, tea_contents
):
    store.publish(two[0])
    (store.folder(two[0]) / "shop.json").unlink()
    starting = ReleaseStore(tmp_path, ngrams, earlier=lambda: (two[1],))
    assert starting.current().release_id == two[1]
    store.add(tea_contents)
    store.publish(two[0])
    assert starting.current().release_id == two[0]


def test_that_without_an_intact_release_the_damage_is_told(store, two, tmp_path, ngrams):
    store.publish(two[1])
    for release_id in two:
        (store.folder(release_id) / "shop.json").unlink()
    with pytest.raises(ReleaseError, match=f"{two[1]}/shop.json"):
        ReleaseStore(tmp_path, ngrams, earlier=lambda: (two[0],)).current()


def test_that_a_damaged_release_cannot_be_published(store, two):
    store.publish(two[0])
    (store.folder(two[1]) / "shop.json").unlink()
    with pytest.raises(ReleaseError):
        store.publish(two[1])
    assert store.current_id() == two[0]


def test_that_a_damaged_release_is_built_again(store, two, tea_contents):
    (store.folder(two[0]) / "shop.json").unlink()
    assert store.add(tea_contents).release_id == two[0]
    assert store.publish(two[0]).shop == tea_contents.shop


def test_that_the_same_content_is_built_once(store, two, tea_contents):
    assert store.add(tea_contents).release_id == two[0]
    assert [manifest.release_id for manifest in store.manifests()] == list(two)


def test_that_an_unknown_release_is_named_beside_the_known(store, two):
    with pytest.raises(ReleaseMissing, match=f"nope.*{two[0]}"):
        store.publish("nope")


@pytest.mark.parametrize("content", ["", "../../etc", "a b", "\x00"])
def test_that_a_pointer_with_something_else_is_refused(store, tmp_path, content):
    (tmp_path / "current").write_text(content)
    with pytest.raises(ReleaseFormatError, match="publish"):
        store.current()
