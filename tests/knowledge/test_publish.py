import fcntl
import json
from datetime import UTC, datetime
from threading import Thread

import pytest

from knowledge.build import build, contents_of
from knowledge.errors import PackError, PublishBusy, PublishRefused, ReleaseUnknown
from knowledge.history import HISTORY_FILE, read_history
from knowledge.lock import publish_lock
from knowledge.pack import load_pack
from knowledge.publish import Editor, kept_releases, publish, rollback
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.pointer import ReleaseStore

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
LI = Editor("li", reason="新规则")


@pytest.fixture
def root(tmp_path):
    return tmp_path / "releases" / "chashan"


def put(tea, root, editor=LI, **options):
    return publish(tea.folder, root, NgramEmbedder(), editor, now=NOW, **options)


def served(root):
    return ReleaseStore(root, NgramEmbedder()).current()


def test_that_a_release_holds_policies_goods_and_the_shop(tea, root):
    done = put(tea, root)
    release = served(root)
    assert release.release_id == done.release_id
    assert release.shop["assistant"] == "小茶"
    assert {passage.source_id for passage in release.passages} == {
        "tea-returns",
        "tea-shipping",
        "longjing",
        "biluochun",
    }
    assert dict(release.manifest.pack_hashes) == dict(load_pack(tea.folder).file_hashes)


def test_that_an_edit_embeds_only_its_own_texts(tea, root):
    first = build(load_pack(tea.folder), root, NgramEmbedder())
    assert first.cached == 0 and first.embedded == first.texts
    tea.change("policies/returns.md", "拆封后影响二次销售！", "")
    second = build(load_pack(tea.folder), root, NgramEmbedder())
    assert 0 < second.embedded <= 2
    again = build(load_pack(tea.folder), root, NgramEmbedder())
    assert (again.texts, again.embedded, again.release_id) == (0, 0, second.release_id)


def test_that_building_serves_nothing(tea, root):
    build(load_pack(tea.folder), root, NgramEmbedder())
    assert kept_releases(root)[0] is None


def test_that_publishing_moves_the_pointer_and_remembers_who_and_why(tea, root):
    first = put(tea, root)
    tea.change("policies/returns.md", "7天", "15天")
    tea.change("inventory/products.csv", "128.00", "118.00")
    second = put(tea, root)
    assert served(root).release_id == second.release_id != first.release_id
    last = read_history(root)[-1]
    assert (last.who, last.reason, last.previous, last.forced) == ("li", "新规则", first.release_id, False)
    assert last.difference == {"changed": ["policy:tea-returns"], "prices": 1}


def test_that_publishing_the_same_pack_twice_changes_nothing(tea, root):
    put(tea, root)
    assert put(tea, root).is_unchanged
    assert len(read_history(root)) == 1


def test_that_a_rollback_serves_what_was_served_before(tea, root):
    first = put(tea, root).release_id
    tea.change("policies/returns.md", "7天", "8天")
    put(tea, root)
    tea.change("policies/returns.md", "8天", "9天")
    third = put(tea, root).release_id
    second, was = rollback(root, NgramEmbedder(), LI)
    assert was == third and second not in (first, third)
    assert rollback(root, NgramEmbedder(), LI)[0] == first == served(root).release_id
    assert [entry.action for entry in read_history(root)][-2:] == ["rollback", "rollback"]


def test_that_a_rollback_can_name_its_release(tea, root):
    first = put(tea, root).release_id
    tea.change("policies/returns.md", "7天", "8天")
    put(tea, root)
    assert rollback(root, NgramEmbedder(), LI, first)[0] == first
    with pytest.raises(ReleaseUnknown, match="r-none"):
        rollback(root, NgramEmbedder(), LI, "r-none")


def test_that_there_is_nothing_to_roll_back_to_at_first(tea, root):
    put(tea, root)
    with pytest.raises(ReleaseUnknown, match="before the current"):
        rollback(root, NgramEmbedder(), LI)


def test_that_a_broken_pack_leaves_the_served_release(tea, root):
    first = put(tea, root).release_id
    tea.change("shop.yaml", "name:", "nmae:")
    with pytest.raises(PackError):
        put(tea, root, Editor("li", reason="trotzdem", force=True))
    assert served(root).release_id == first


def test_that_an_error_refuses_and_force_with_a_reason_is_recorded(tea, root):
    tea.policy("contact", "有事请打13812345678。", category="service")
    with pytest.raises(PublishRefused, match="mobile number"):
        put(tea, root)
    with pytest.raises(PublishRefused):
        put(tea, root, Editor("li", force=True))
    assert kept_releases(root) == (None, ())
    put(tea, root, Editor("li", reason="店长同意", force=True))
    entry = read_history(root)[-1]
    assert entry.forced and "mobile number" in entry.overridden[0]


def test_that_a_question_that_does_not_lead_to_its_policy_refuses(tea, root):
    for number in range(5):
        tea.policy(f"copy{number}", f"第{number}条说明。", title=f"说明{number}", questions=["茶具碎了怎么办"])
    with pytest.raises(PublishRefused) as caught:
        put(tea, root)
    assert len(caught.value.findings) == 2
    assert all(one.kind == "question" and one.place.line == 5 for one in caught.value.findings)


def test_that_of_two_publishers_one_wins_and_the_other_is_told(tea, root):
    with publish_lock(root, "wang"), pytest.raises(PublishBusy, match="wang"):
        put(tea, root)
    assert put(tea, root).previous is None


def test_that_publishers_at_the_same_time_never_break_the_pointer(tea, root):
    told = []

    def run():
        try:
            told.append(put(tea, root).release_id)
        except PublishBusy:
            told.append("busy")

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(told) - {"busy"} == {served(root).release_id}
    assert len(read_history(root)) == 1


def test_that_a_crashed_publisher_leaves_no_lock_behind(tea, root):
    root.mkdir(parents=True)
    with (root / "publish.lock").open("w") as crashed:
        fcntl.flock(crashed, fcntl.LOCK_EX)
    put(tea, root)


def test_that_old_releases_are_cleared_away_but_not_the_one_before(tea, root):
    ids = []
    for days in range(7, 12):
        ids.append(put(tea, root, keep=2).release_id)
        tea.change("policies/returns.md", f"{days}天", f"{days + 1}天")
    current, manifests = kept_releases(root)
    assert current == ids[-1]
    assert {one.release_id for one in manifests} == set(ids[-3:])


def test_that_a_line_torn_by_a_crash_does_not_spoil_the_history(tea, root):
    put(tea, root)
    with (root / HISTORY_FILE).open("a") as file:
        file.write('{"at": "2026-')
    tea.change("policies/returns.md", "7天", "8天")
    put(tea, root)
    assert [entry.action for entry in read_history(root)] == ["publish", "publish"]


def test_that_a_damaged_previous_release_does_not_keep_the_next_from_being_published(tea, root):
    first = put(tea, root).release_id
    (root / "releases" / first / "passages.jsonl").write_text("{", encoding="utf-8")
    tea.change("policies/returns.md", "7天", "8天")
    assert put(tea, root).previous == first


def test_that_promotions_and_the_shop_are_part_of_the_difference(tea, root):
    put(tea, root)
    tea.change("promotions.yaml", "discount: 20", "discount: 30")
    tea.change("shop.yaml", "小茶", "阿茶")
    moved = put(tea, root).difference
    assert (moved.changed, moved.shop) == (("promotion:full200-20",), ("assistant",))
    assert json.dumps(moved.as_json())


def test_that_text_out_of_force_is_in_the_release_but_found_only_in_its_time(tea):
    tea.policy("old", "旧规则。", effective_to="2025-12-31")
    passages = {passage.source_id: passage for passage in contents_of(load_pack(tea.folder)).passages}
    assert passages["old"].scope.excludes(NOW.date(), None, None) == "expired"
