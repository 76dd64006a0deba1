import csv
import io
import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from knowledge.cli import app
from knowledge.errors import PackError, PublishRefused
from knowledge.feed import FeedOrder, feed
from knowledge.history import read_history
from knowledge.pack import load_pack
from knowledge.publish import Editor, publish, rollback
from retrieval.catalogue import Catalogue
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.errors import ReleaseError, ReleaseMissing
from retrieval.pointer import ReleaseStore
from retrieval.release_format import check_files, read_manifest

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
ERP = FeedOrder("erp", most_dropped=0.5)
SILK = "scarf,scarf,桑蚕丝围巾,配饰,299.00,8,,材质=桑蚕丝,丝巾,\n"


@pytest.fixture
def root(tea, tmp_path):
    root = tmp_path / "releases" / "chashan"
    publish(tea.folder, root, NgramEmbedder(), Editor("li"), now=NOW)
    return root


@pytest.fixture
def goods(tea, tmp_path):
    """Writes a feed: the pack's own with some texts replaced, and rows added."""
    text = (tea.folder / "inventory/products.csv").read_text(encoding="utf-8")

    def write(*changes, more=""):
        said = text
        for old, new in changes:
            assert old in said
            said = said.replace(old, new, 1)
        path = tmp_path / "erp.csv"
        path.write_text(said + more, encoding="utf-8")
        return path

    return write


def served(root):
    return ReleaseStore(root, NgramEmbedder()).current()


def test_that_a_feed_serves_other_prices_and_stock(root, goods):
    done = feed(goods(("128.00,20", "118.00,3")), root, ERP)
    sku = served(root).catalogue.by_sku["longjing-50"][1]
    assert (str(sku.price), sku.stock) == ("118.00", 3)
    assert [one.as_json() for one in done.moves.prices] == [
        {"sku": "longjing-50", "before": "128.00", "after": "118.00"}
    ]
    assert [(one.before, one.after) for one in done.moves.stock] == [(20, 3)]


def test_that_policies_and_promotions_stay_as_they_are_served(root, goods):
    before = served(root)
    feed(goods(("128.00", "118.00")), root, ERP)
    after = served(root)
    assert after.passages == before.passages
    assert after.catalogue.promotions == before.catalogue.promotions
    assert after.release_id != before.release_id


def test_that_a_feed_leads_to_the_release_a_build_of_the_same_goods_leads_to(root, goods, tea):
    done = feed(goods(("128.00", "118.00")), root, ERP)
    tea.change("inventory/products.csv", "128.00", "118.00")
    assert publish(tea.folder, root, NgramEmbedder(), Editor("li"), now=NOW).release_id == done.release_id


def test_that_the_same_goods_change_nothing(root, goods):
    assert feed(goods(), root, ERP).is_unchanged
    assert [entry.action for entry in read_history(root)] == ["publish"]


def test_that_new_goods_are_found_and_spoken_of_at_once(root, goods):
    feed(goods(more=SILK), root, ERP)
    release = served(root)
    assert release.product_search.search("丝巾", k=1)[0][0].product_id == "scarf"
    assert release.retriever.sentences_of("scarf", "是什么材质")[0][0] == "材质：桑蚕丝。"


def test_that_goods_that_left_are_not_found_any_more(root, goods):
    row = "biluochun-50,biluochun,洞庭碧螺春,绿茶,108.00,5,50g,产地=苏州,碧螺春,longjing\n"
    feed(goods((row, "")), root, ERP)
    release = served(root)
    assert [one.product_id for one, _ in release.product_search.search("碧螺春")] == ["longjing"]
    assert release.retriever.sentences_of("biluochun", "产地") == ()


def test_that_goods_described_otherwise_lose_what_was_said_before(root, goods):
    feed(goods(("产地=苏州", "产地=无锡")), root, ERP)
    assert [said for said, _ in served(root).retriever.sentences_of("biluochun", "产地")] == ["产地：无锡。"]


def test_that_a_second_feed_keeps_what_the_first_brought(root, goods):
    feed(goods(more=SILK), root, ERP)
    feed(goods(("128.00", "118.00"), more=SILK), root, ERP)
    assert served(root).product_search.search("丝巾", k=1)[0][0].product_id == "scarf"


def test_that_a_feed_that_drops_too_many_goods_is_refused(root, goods):
    head = goods().read_text(encoding="utf-8").splitlines(keepends=True)[:2]
    path = goods()
    path.write_text("".join(head), encoding="utf-8")
    with pytest.raises(PublishRefused, match=r"2 of 3 SKUs \(67%\)") as refused:
        feed(path, root, ERP)
    assert refused.value.findings[0].kind == "dropped"
    assert served(root).catalogue == load_pack(root.parents[1] / "pack").catalogue


def test_that_a_forced_feed_is_remembered_with_its_reason(root, goods):
    path = goods()
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    feed(path, root, FeedOrder("li", reason="清仓", force=True))
    last = read_history(root)[-1]
    assert (last.action, last.who, last.reason, last.forced) == ("feed", "li", "清仓", True)
    assert last.difference["removed"] == 2


def test_that_leaps_of_price_and_stock_are_told_by_line(root, goods):
    done = feed(goods(("128.00,20", "12800,90000")), root, ERP)
    found = {one.kind: (one.place.line, one.severity) for one in done.findings}
    assert found == {"price_leap": (2, "warning"), "stock_leap": (2, "warning")}
    with pytest.raises(PublishRefused):
        feed(goods(("128.00,20", "1.28,20")), root, FeedOrder("erp", strict=True))


def test_that_goods_selling_out_all_at_once_are_refused(tea, root, tmp_path):
    rows = ["sku,product_id,title,category,price,stock"]
    many = [*rows, *(f"s{n},p{n},茶具{n},茶具,10,5" for n in range(30))]
    (tmp_path / "many.csv").write_text("\n".join(many), encoding="utf-8")
    feed(tmp_path / "many.csv", root, FeedOrder("erp", most_dropped=1.0))
    (tmp_path / "none.csv").write_text("\n".join(many).replace(",10,5", ",10,0"), encoding="utf-8")
    with pytest.raises(PublishRefused, match="sell out at once"):
        feed(tmp_path / "none.csv", root, ERP)
    (tmp_path / "fen.csv").write_text("\n".join(many).replace(",10,5", ",1000,5"), encoding="utf-8")
    with pytest.raises(PublishRefused, match="factor of 100"):
        feed(tmp_path / "fen.csv", root, ERP)


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ("108.00", "免费", 4, 33),
        ("明前龙井,绿茶,128.00,20", '"龙井, 新",绿茶,128.00,-1', 2, 40),
        ("longjing-100", "longjing-50", 3, None),
    ],
)
def test_that_a_broken_feed_names_file_and_line_and_changes_nothing(root, goods, old, new, line, column):
    before = sorted(path.name for path in root.rglob("*"))
    with pytest.raises(PackError) as error:
        feed(goods((old, new)), root, ERP)
    place = error.value.first.place
    assert (place.file.endswith("erp.csv"), place.line, place.column) == (True, line, column)
    assert sorted(path.name for path in root.rglob("*")) == before


def test_that_a_feed_before_the_first_publish_is_told_so(tea, goods, tmp_path):
    with pytest.raises(ReleaseMissing, match="publish"):
        feed(goods(), tmp_path / "none", ERP)


def test_that_a_damaged_release_takes_no_feed(root, goods):
    release = root / "releases" / (root / "current").read_text().strip()
    (release / "passages.jsonl").write_bytes(b"{}")
    with pytest.raises(ReleaseError, match=r"passages\.jsonl"):
        feed(goods(("128.00", "118.00")), root, ERP)


def test_that_each_release_of_a_feed_is_whole(root, goods):
    done = feed(goods(("128.00", "118.00"), more=SILK), root, ERP)
    folder = root / "releases" / done.release_id
    check_files(folder, read_manifest(folder))
    assert read_manifest(folder).counts["skus"] == 4


def test_that_a_rollback_takes_a_feed_back(root, goods):
    before = served(root).release_id
    feed(goods(("128.00", "118.00")), root, ERP)
    assert rollback(root, NgramEmbedder(), Editor("li"))[0] == before


def test_that_a_later_publish_keeps_the_goods_of_the_feed(root, goods, tea):
    feed(goods(("128.00", "118.00")), root, ERP)
    tea.change("policies/returns.md", "7天", "8天")
    publish(tea.folder, root, NgramEmbedder(), Editor("li"), now=NOW)
    assert str(served(root).catalogue.by_sku["longjing-50"][1].price) == "118.00"


def test_that_goods_edited_in_the_pack_count_from_the_next_publish(root, goods, tea):
    feed(goods(("128.00", "118.00")), root, ERP)
    tea.change("inventory/products.csv", "128.00", "99.00")
    publish(tea.folder, root, NgramEmbedder(), Editor("li"), now=NOW)
    assert str(served(root).catalogue.by_sku["longjing-50"][1].price) == "99.00"


def test_that_many_feeds_push_out_no_published_release(root, goods):
    first = served(root).release_id
    for price in range(100, 108):
        feed(goods(("128.00", f"{price}.00")), root, ERP)
    kept = {path.name for path in (root / "releases").iterdir()}
    assert first in kept
    assert len(kept) == 5


def test_that_a_server_shares_the_indexes_of_both_releases(root, goods):
    store = ReleaseStore(root, NgramEmbedder())
    before = store.current()
    feed(goods(("128.00", "118.00")), root, ERP)
    after = store.current()
    assert after.index is before.index
    assert after.catalogue != before.catalogue


def test_that_rows_read_at_once_are_those_read_one_by_one(tea):
    text = (tea.folder / "inventory/products.csv").read_text(encoding="utf-8")
    blank_row = text.replace("\nbiluochun", "\n\nbiluochun")
    from knowledge.inventory import parse_inventory

    assert Catalogue(parse_inventory(text, "a").products) == Catalogue(parse_inventory(blank_row, "a").products)
    assert parse_inventory(blank_row, "a").lines["biluochun-50"] == 5


def test_that_the_command_tells_every_move(tea, root, goods):
    env = {"XIAOER_RELEASES": str(root.parent), "XIAOER_EDITOR": "erp"}
    arguments = ["feed", str(goods(("128.00,20", "118.00,19"), more=SILK)), "--shop", str(tea.folder)]
    told = json.loads(CliRunner().invoke(app, [*arguments, "--json"], env=env).stdout)
    assert (told["added"], told["removed"]) == (["scarf"], [])
    assert told["stock"] == [{"sku": "longjing-50", "before": 20, "after": 19}]
    assert "already" in CliRunner().invoke(app, arguments, env=env).stdout


def test_that_forcing_a_feed_needs_a_reason(goods):
    assert CliRunner().invoke(app, ["feed", str(goods()), "--force"]).exit_code == 2


def test_that_a_cell_is_read_as_the_strict_model_reads_it():
    from knowledge.inventory import SkuRow
    from knowledge.rows import QuickRows

    text = "sku,product_id,title,category,price,stock,aliases,restock_date,status\na,b, 茶 ,c,0.50,007,x; ;y,2026-02-28,presale\n"
    header, cells = csv.reader(io.StringIO(text))
    row = QuickRows(header).read(cells)
    assert row is not None
    said = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    assert row._asdict() == dict(SkuRow.model_validate(said))
