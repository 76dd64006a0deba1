import logging
from datetime import UTC, datetime

import pytest

from knowledge.history import Entry, intend, read_difference, read_history, served_before, settle
from knowledge.publish import Editor, publish, rollback
from knowledge.serving import open_releases
from retrieval.embedders.ngrams import NgramEmbedder

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "root"


@pytest.fixture
def put(tea, root):
    return lambda **more: publish(tea.folder, root, NgramEmbedder(), Editor("li", reason="更正"), now=NOW, **more)


def _entry(release_id, action="publish", **more):
    return Entry(at=NOW, who="li", action=action, release_id=release_id, **more)


def test_that_a_change_is_kept_line_by_line(put, tea, root):
    put()
    tea.change("policies/returns.md", "7天", "9天")
    tea.change("inventory/products.csv", "128.00", "118.00")
    tea.change("promotions.yaml", "discount: 20", "discount: 30")
    tea.change("shop.yaml", "0571-8888000", "0571-8888001")
    put()
    text = read_difference(root, read_history(root)[-1])
    for line in (
        "-未拆封的茶叶签收后7天内可以退货。",
        "+未拆封的茶叶签收后9天内可以退货。",
        "+discount: 30",
        "+++ new: shop",
    ):
        assert f"{line}\n" in text
    assert "price: 118.00" in text and "biluochun" not in text


def test_that_a_rollback_tells_the_change_the_other_way_round(put, tea, root):
    put()
    tea.change("policies/returns.md", "7天", "9天")
    put()
    rollback(root, NgramEmbedder(), Editor("wang", reason="错了"))
    last = read_history(root)[-1]
    assert (last.who, last.action, last.difference) == ("wang", "rollback", {"changed": ["policy:tea-returns"]})
    assert "+未拆封的茶叶签收后7天内可以退货。" in read_difference(root, last)


def test_that_the_text_of_a_change_outlives_its_releases(put, tea, root):
    for days in range(7, 12):
        put(keep=1)
        tea.change("policies/returns.md", f"{days}天", f"{days + 1}天")
    assert [bool(read_difference(root, entry)) for entry in read_history(root)] == [False, True, True, True, True]


def test_that_a_deleted_policy_is_shown_with_all_its_lines(put, tea, root):
    put()
    (tea.folder / "policies/more/shipping.md").unlink()
    put()
    text = read_difference(root, read_history(root)[-1])
    assert "--- served: policy tea-shipping" in text and "-每天15:00前付款的订单当天发货。" in text


def test_that_an_intent_counts_only_once_the_pointer_has_moved(root):
    root.mkdir()
    intend(root, _entry("r-2", previous="r-1"), "")
    (root / "current").write_text("r-1\n")
    assert read_history(root) == []
    (root / "current").write_text("r-2\n")
    assert [entry.release_id for entry in read_history(root)] == ["r-2"]
    settle(root)
    settle(root)
    assert [entry.release_id for entry in read_history(root)] == ["r-2"]


@pytest.mark.parametrize("reason", ["a\u2028b", 'q"\n', "\u0085"])
def test_that_any_reason_comes_back_as_it_was_given(root, reason):
    root.mkdir()
    (root / "current").write_text("r-1\n")
    intend(root, _entry("r-1", reason=reason), "")
    settle(root)
    assert [entry.reason for entry in read_history(root)] == [reason]


def test_that_what_was_taken_back_is_not_gone_back_to():
    published = [_entry("a"), _entry("b"), _entry("a"), _entry("c")]
    assert served_before(published) == ("a", "b")
    assert served_before([*published, _entry("a", "rollback")]) == ("b",)
    assert served_before([]) == ()


def test_that_a_server_that_starts_beside_a_damaged_release_serves_the_one_before(put, tea, root, caplog):
    first = put().release_id
    tea.change("policies/returns.md", "7天", "9天")
    second = put().release_id
    (root / "releases" / second / "dense.faiss").write_bytes(b"")
    with caplog.at_level(logging.ERROR):
        assert open_releases(root, NgramEmbedder()).current().release_id == first
    assert "dense.faiss" in caplog.text and f"release {first} stays in service" in caplog.text


def test_that_publishing_again_mends_a_damaged_release_for_a_server_that_fell_back(put, tea, root):
    put()
    tea.change("policies/returns.md", "7天", "9天")
    second = put().release_id
    (root / "releases" / second / "shop.json").unlink()
    server = open_releases(root, NgramEmbedder())
    assert server.current().release_id != second
    assert put().is_unchanged
    assert server.current().release_id == second
