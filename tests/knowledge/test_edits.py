import json
from datetime import UTC, date, datetime

import pytest

from knowledge.edits import Edit, KeptEdits, file_hash
from knowledge.errors import EditConflict, EditOutdated, PackReadOnly, PolicyFileRefused, PublishRefused
from knowledge.pack import load_pack
from knowledge.publish import Editor, kept_releases, publish
from knowledge.standing import standings
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.release_format import read_lasting

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
FILE = "policies/returns.md"


@pytest.fixture
def root(tmp_path):
    return tmp_path / "root"


@pytest.fixture
def kept(root):
    return KeptEdits(root)


@pytest.fixture
def edit(tea):
    def make(old="7天", new="9天", file=FILE, who="li"):
        text = (tea.folder / file).read_text(encoding="utf-8").replace(old, new)
        return Edit(file, text, file_hash(tea.folder, file), who, NOW)

    return make


@pytest.fixture
def put(tea, root):
    def call(*edits, who="li"):
        return publish(tea.folder, root, NgramEmbedder(), Editor(who), now=NOW, edits=edits)

    return call


def test_that_an_edit_is_read_back_as_it_was_kept(kept, edit):
    made = kept.keep(edit(), None)
    assert kept.find(FILE) == made and kept.all() == (made,)


def test_that_nobody_overwrites_what_they_have_not_seen(kept, edit):
    first = kept.keep(edit(), None)
    with pytest.raises(EditConflict, match="'li'"):
        kept.keep(edit(new="12天", who="wang"), None)
    assert kept.keep(edit(new="12天", who="wang"), first.digest).who == "wang"
    with pytest.raises(EditConflict):
        kept.drop(FILE, first.digest)


def test_that_an_edit_given_up_by_another_is_told(kept, edit):
    first = kept.keep(edit(), None)
    kept.drop(FILE, first.digest)
    with pytest.raises(EditConflict, match="published or given up"):
        kept.keep(edit(new="12天"), first.digest)


@pytest.mark.parametrize(
    "name",
    [
        "shop.yaml",
        "policies/../shop.md",
        "policies/a/../../x.md",
        "/etc/x.md",
        "policies/.x.md",
        "policies/x.txt",
        "policies//x.md",
    ],
)
def test_that_an_edit_stays_among_the_policies(kept, name):
    with pytest.raises(PolicyFileRefused):
        kept.keep(Edit(name, "x", None, "li", NOW), None)


def test_that_a_published_edit_stands_in_the_pack_and_is_served(tea, put, edit):
    first = put()
    done = put(edit())
    assert done.previous == first.release_id and "9天" in (tea.folder / FILE).read_text(encoding="utf-8")
    assert load_pack(tea.folder).file_hashes[FILE] == edit().digest
    assert put().is_unchanged


def test_that_a_refused_edit_leaves_the_pack_as_it_was(tea, root, put, edit):
    first = put()
    before = (tea.folder / FILE).read_bytes()
    with pytest.raises(PublishRefused):
        put(edit("未拆封的茶叶", "致电13800138000，未拆封的茶叶"))
    assert (tea.folder / FILE).read_bytes() == before and kept_releases(root)[0] == first.release_id


def test_that_an_edit_of_a_file_that_changed_since_is_not_published(tea, put, edit):
    put()
    mine = edit()
    tea.change(FILE, "7天", "15天")
    with pytest.raises(EditOutdated):
        put(mine)
    assert "15天" in (tea.folder / FILE).read_text(encoding="utf-8")


def test_that_a_file_that_holds_the_edit_already_is_no_conflict(tea, put, edit):
    put()
    mine = edit()
    tea.write(FILE, mine.text)  # as a publication leaves it that was killed before it pointed to the release
    assert not put(mine).is_unchanged


def test_that_a_new_policy_is_written_where_it_belongs(tea, put, edit):
    put()
    text = "---\nid: tea-gift\ntitle: 礼盒包装\ncategory: service\n---\n每单可以选一份免费礼盒包装。\n"
    put(Edit("policies/service/tea-gift.md", text, None, "li", NOW))
    assert (tea.folder / "policies/service/tea-gift.md").read_text(encoding="utf-8") == text


def test_that_a_pack_that_cannot_be_written_is_told_before_anything_is_done(tea, root, put, edit, monkeypatch):
    first = put()
    monkeypatch.setattr("os.access", lambda *_: False)  # whoever runs the tests may be allowed everything
    with pytest.raises(PackReadOnly, match="--shop"):
        put(edit())
    assert kept_releases(root)[0] == first.release_id


@pytest.fixture
def look(tea, root):
    def call(*edits, today=date(2026, 11, 20)):
        passages = read_lasting(root / "releases" / kept_releases(root)[0])[1]
        return {one.file: one for one in standings(tea.folder, edits, passages, today)}

    return call


def test_that_each_policy_says_whether_it_holds(tea, put, look):
    tea.policy("old", "旧规则，5天内可以退货。", effective_from="2025-01-01", effective_to="2025-06-30")
    tea.policy("next", "新规则，20天内可以退货。", effective_from="2027-01-01", version=3, regions=["US"])
    tea.policy("fee-2025", "运费每单收8元。", category="fee", effective_to="2025-12-31", version=1)
    tea.policy("fee-2026", "运费每单收9元。", category="fee", effective_from="2026-01-01", version=2)
    put()
    found = {name: one.validity for name, one in look().items()}
    assert found["policies/old.md"] == "over" and found["policies/next.md"] == "future"
    assert found["policies/fee-2025.md"] == "superseded" and found["policies/fee-2026.md"] == "in_force"
    assert {one.serving for one in look().values()} == {"as_it_stands"}


def test_that_an_edit_and_an_unpublished_file_are_told_apart(tea, put, look, edit):
    put()
    mine = edit()
    assert look(mine)[FILE].edit == mine and look(mine)[FILE].serving == "as_it_stands"
    tea.change(FILE, "7天", "8天")
    tea.policy("new", "每单送一份小样。")
    assert look()[FILE].serving == "otherwise" and look()["policies/new.md"].serving == "not_at_all"


def test_that_a_broken_file_hides_no_other(tea, put, look):
    put()
    tea.write("policies/broken.md", "no head")
    found = look()
    assert (
        found["policies/broken.md"].validity == "broken"
        and "front matter" in found["policies/broken.md"].problem.message
    )
    assert found[FILE].validity == "in_force"


def test_that_a_torn_edit_is_left_out(kept, edit, root):
    kept.keep(edit(), None)
    next((root / "edits").glob("*.json")).write_text(json.dumps({"file": FILE}), encoding="utf-8")
    assert kept.all() == () and kept.keep(edit(), None)
