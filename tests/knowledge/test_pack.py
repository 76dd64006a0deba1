import json
from datetime import date
from decimal import Decimal

import pytest

from knowledge.errors import PackError
from knowledge.pack import default_pack, load_pack


def findings_of(tea):
    with pytest.raises(PackError) as caught:
        load_pack(tea.folder)
    return caught.value.findings


def test_that_a_tea_shop_needs_no_code_change(tea):
    pack = load_pack(tea.folder)
    assert (pack.shop.shop_id, pack.shop.assistant, pack.shop.style.max_chars) == ("chashan", "小茶", 160)
    assert [policy.policy_id for policy in pack.policies] == ["tea-shipping", "tea-returns"]
    assert pack.catalogue.by_sku["longjing-50"][1].price == Decimal("128.00")
    assert pack.backend is not None and pack.backend.orders[0].order_id == "T1"


def test_that_the_default_pack_loads():
    pack = load_pack(default_pack())
    assert len(pack.policies) >= 25
    assert sum(len(product.skus) for product in pack.products) >= 60


def test_that_a_byte_order_mark_and_crlf_are_accepted(tea):
    for file in ("shop.yaml", "policies/returns.md", "inventory/products.csv", "promotions.yaml", "backend.json"):
        raw = (tea.folder / file).read_bytes()
        tea.write(file, b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"))
    pack = load_pack(tea.folder)
    assert pack.policies[1].scope.effective_from == date(2026, 1, 1)
    assert len(pack.products) == 2


def test_that_optional_files_may_be_missing(tea):
    (tea.folder / "promotions.yaml").unlink()
    (tea.folder / "backend.json").unlink()
    pack = load_pack(tea.folder)
    assert (pack.promotions, pack.backend, pack.transcripts) == ((), None, ())


@pytest.mark.parametrize(
    "file", ["shop.yaml", "policies/returns.md", "inventory/products.csv", "promotions.yaml", "backend.json"]
)
def test_that_broken_utf8_is_told_with_file_line_and_byte(tea, file):
    tea.write(file, b"first\nsecond \xff\n")
    [finding] = [one for one in findings_of(tea) if one.place.file == file]
    assert (finding.kind, finding.place.line, finding.place.column) == ("encoding", 2, 8)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "near"),
    [
        ("shop.yaml", "hotline:", "hot_line:", 7, "hotline"),
        ("policies/returns.md", "category:", "categroy:", 4, "category"),
        ("promotions.yaml", "threshold:", "treshold:", 4, "threshold"),
        ("inventory/products.csv", "stock", "stok", 1, "stock"),
        ("backend.json", '"status"', '"statu"', 13, "status"),
    ],
)
def test_that_an_unknown_key_names_its_line_and_the_nearest_known_one(tea, file, old, new, line, near):
    tea.change(file, old, new)
    found = [one for one in findings_of(tea) if "unknown" in one.message]
    assert found[0].place.line == line and found[0].place.file == file
    assert repr(near) in str(found[0])


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("shop.yaml", "shop_id: chashan", "shop_id: Tea Shop", 1),
        ("shop.yaml", "mon-fri", "mon-friday", 5),
        ("shop.yaml", "name: 茶山小铺", "name: [茶山小铺", 3),
        ("policies/returns.md", "2026-01-01", "2026/01/01", 5),
        ("policies/returns.md", "2026-01-01", "2026-02-30", 5),
        ("policies/returns.md", "version: 2", "version: two", 6),
        ("policies/returns.md", "version: 2", "version: 2\nversion: 3", 7),
        ("promotions.yaml", "discount: 20", "discount: 20\n  rate: 0.9", 1),
        ("promotions.yaml", "discount: 20", "quota: 3", 1),
        ("promotions.yaml", "2026-11-01T00:00:00+08:00", "2026-11-01", 7),
        ("promotions.yaml", "full_reduction", "full_discount", 3),
        ("inventory/products.csv", "108.00", "免费", 4),
        ("inventory/products.csv", ",5,50g", ",-5,50g", 4),
        ("inventory/products.csv", "产地=苏州", "产地苏州", 4),
        ("inventory/products.csv", "biluochun-50", "longjing-50", 4),
        ("backend.json", '"paid"', '"payed"', 13),
        ("backend.json", '"C1",\n', '"C1"\n', 6),
    ],
)
def test_that_a_broken_value_is_told_with_its_line(tea, file, old, new, line):
    tea.change(file, old, new)
    found = findings_of(tea)
    assert {one.place.file for one in found} == {file}
    assert found[0].place.line == line and found[0].advice


def test_that_findings_of_all_files_are_told_together(tea):
    tea.change("shop.yaml", "hotline:", "hot_line:")
    tea.change("policies/returns.md", "title:", "titel:")
    tea.change("promotions.yaml", "kind:", "kinds:")
    assert {one.place.file for one in findings_of(tea)} == {"shop.yaml", "policies/returns.md", "promotions.yaml"}


def test_that_two_policies_cannot_share_an_id(tea):
    tea.policy("copy", "正文。", id="tea-returns")
    [finding] = findings_of(tea)
    assert finding.kind == "duplicate_id"
    assert {finding.place.file, finding.related[0].file} == {"policies/copy.md", "policies/returns.md"}


@pytest.mark.parametrize(
    "text", ["正文没有头。\n", "---\nid: a\ntitle: b\ncategory: c\n正文", "---\nid: a\ntitle: b\ncategory: c\n---\n \n"]
)
def test_that_a_policy_needs_a_closed_head_and_a_body(tea, text):
    tea.write("policies/odd.md", text)
    assert [one.place.file for one in findings_of(tea)] == ["policies/odd.md"]


def test_that_plain_scalars_mean_what_the_editor_wrote(tea):
    tea.change("policies/returns.md", "version: 2", "regions: [NO, CN]\nowner: 0571")
    policy = load_pack(tea.folder).policies[1]
    assert (policy.scope.regions, policy.owner) == (("NO", "CN"), "0571")


def test_that_days_may_be_joined_by_commas_and_hours_must_not_pass_midnight(tea):
    tea.change("shop.yaml", "mon-fri:", "Mon,sat-SUN:")
    assert load_pack(tea.folder).shop.as_release()["service_hours"] == {"mon": "09:00-18:00", "sat-sun": "09:00-18:00"}
    tea.change("shop.yaml", "09:00-18:00", "18:00-02:00")
    assert "24:00" in findings_of(tea)[0].message


def test_that_endless_aliases_are_refused(tea):
    tea.write("promotions.yaml", "- &a [*a]\n")
    assert findings_of(tea)[0].kind == "yaml"


def test_that_attributes_of_variants_are_told_together(tea):
    tea.change("inventory/products.csv", "238.00,0,100g,产地=杭州;年份=2026", "238.00,0,100g,产地=杭州;年份=2025")
    assert load_pack(tea.folder).products[0].attributes == {"产地": "杭州", "年份": "2026、2025"}


def test_that_a_missing_folder_is_told(tmp_path):
    with pytest.raises(PackError, match="no folder"):
        load_pack(tmp_path / "nowhere")


def test_that_a_files_hash_changes_with_it(tea):
    before = load_pack(tea.folder).file_hashes
    assert load_pack(tea.folder).file_hashes == before
    tea.change("policies/returns.md", "7天", "8天")
    now = load_pack(tea.folder).file_hashes
    assert {name for name in before if before[name] != now[name]} == {"policies/returns.md"}


def test_that_transcripts_are_read_strictly(tea):
    turn = {"customer": "在吗", "expect": {"intent": ["greeting"], "outcome": "answered", "tools": []}}
    good = json.dumps({"id": "t1", "turns": [turn]}, ensure_ascii=False)
    tea.write("transcripts/a.jsonl", good + "\n\n")
    [transcript] = load_pack(tea.folder).transcripts
    assert transcript.turns[0].expect.outcome == ("answered",)
    tea.write("transcripts/a.jsonl", good + "\n" + good.replace("outcome", "outcom") + "\n{\n")
    with pytest.raises(PackError) as caught:
        _ = load_pack(tea.folder).transcripts
    assert [(one.place.file, one.place.line) for one in caught.value.findings] == [
        ("transcripts/a.jsonl", 2),
        ("transcripts/a.jsonl", 3),
    ]
