import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.state import ConversationState
from agent.store.sqlite import open_store
from evaluation.editing.answering import Said
from evaluation.editing.asked import customer_questions, policy_questions
from evaluation.editing.conversations import last_turns
from evaluation.editing.preview import Change, Preview, compare
from evaluation.editing.preview_page import marked_differences, preview_page
from evaluation.editing.preview_run import PreviewDesk
from knowledge.build import release_root
from knowledge.masking import masked
from knowledge.pack import load_pack
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.errors import ReleaseMissing

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
NONE = "sqlite:////nowhere/at/all.db"


@pytest.fixture
def desk(books, releases, use, understander):
    return PreviewDesk(books.folder, release_root(releases, "shuju"), use, understander)


def said(reply, outcome="answered", cited=("a",), **found):
    return Said(reply, outcome, cited, found)


async def test_that_an_unchanged_pack_changes_no_answer(desk):
    assert (await desk.preview(NOW, NONE, 10, True)).changes == ()


async def test_that_another_number_of_days_is_a_flip_and_comes_first(desk, books):
    books.change("policies/returns.md", "7天", "15天")
    books.change("policies/wrapping.md", "提供", "可以提供")
    made = await desk.preview(NOW, NONE, 0, True)
    first = made.changes[0]
    assert (first.kind, first.text, first.why) == ("flip", "书不喜欢能退吗", ("7天 → 15天",))
    assert "7天" in first.before.reply and "15天" in first.after.reply
    assert {change.origin for change in made.of("flip")} == {"question", "transcript"}


async def test_that_a_policy_taken_out_is_still_asked_for(desk, books):
    (books.folder / "policies/wrapping.md").unlink()
    change = next(one for one in (await desk.preview(NOW, NONE, 0, True)).changes if one.text == "可以包装成礼物吗")
    assert change.before.cited == ("book-wrapping",)
    assert change.after.cited == ()


async def test_that_a_transcript_is_asked_with_its_own_history(desk, books):
    books.change("policies/returns.md", "7天", "15天")
    made = await desk.preview(NOW, NONE, 0, True)
    assert [(one.name, one.number) for one in made.changes if one.origin == "transcript"] == [("talk-1", 2)]


async def test_that_customers_own_questions_are_asked_and_masked(desk, books, tmp_path, turn_of):
    store = open_store(f"sqlite:///{tmp_path}/state.db")
    text = "我的电话13812345678，书不喜欢能退吗"
    await store.commit(turn_of(text), ConversationState(customer_id="c"), 0, None)
    await store.aclose()
    books.change("policies/returns.md", "7天", "15天")
    made = await desk.preview(NOW, f"sqlite:///{tmp_path}/state.db", 5, False)
    assert [one.text for one in made.changes if one.origin == "customer"] == ["我的电话13***78，书不喜欢能退吗"]


async def test_that_a_second_preview_asks_the_served_release_nothing_again(desk, books):
    books.change("policies/returns.md", "7天", "15天")
    first = await desk.preview(NOW, NONE, 0, True)
    books.change("policies/returns.md", "15天", "30天")
    second = await desk.preview(NOW, NONE, 0, True)
    assert (second.changes[0].before, second.changes[0].why) == (first.changes[0].before, ("7天 → 30天",))


async def test_that_a_preview_without_a_served_release_says_so(books, tmp_path, understander):
    desk = PreviewDesk(books.folder, tmp_path / "none", NgramEmbedder(), understander)
    with pytest.raises(ReleaseMissing, match="publish"):
        await desk.preview(NOW, NONE, 0, True)


async def test_that_a_store_that_is_not_there_is_not_made(tmp_path):
    assert await last_turns(f"sqlite:///{tmp_path}/none.db", "shuju", 5) == ()
    assert list(tmp_path.iterdir()) == []


def test_that_a_policy_to_come_is_asked_on_its_first_day(books):
    books.change("policies/returns.md", "category: returns", "category: returns\neffective_from: 2027-01-01")
    asked = policy_questions(load_pack(books.folder), (), NOW)
    assert {one.now.date().isoformat() for one in asked if one.name == "book-returns"} == {"2027-01-01"}


def test_that_a_question_asked_often_is_put_once(turn_of):
    turns = [turn_of("能退吗", 1), turn_of("能退吗", 2), turn_of("人工说的", 3, worded_by="human")]
    assert [one.texts for one in customer_questions(turns, NOW)] == [("能退吗",)]


@pytest.mark.parametrize(
    ("before", "after", "kind", "why"),
    [
        ("可以退货。", "不可以退货。", "flip", ("yes → no",)),
        ("满99元包邮。", "满199元包邮。", "flip", ("99元 → 199元",)),
        ("打8折。", "打9折。", "flip", ("8折 → 9折",)),
        ("会收取10%的费用。", "会收取20%的费用。", "flip", ("10% → 20%",)),
        ("7天内可以退。", "7天内可以退，15天内可以换。", "wording", ()),
        ("由买家承担。", "由顾客承担。", "wording", ()),
        ("可以退。", "可以退。", None, ()),
    ],
)
def test_that_a_flip_is_another_answer_and_not_other_words(before, after, kind, why):
    assert compare(said(before), said(after)) == (kind, why)


def test_that_changes_are_told_by_what_weighs_most():
    one = said("可以。", found="x")
    assert compare(one, replace(one, outcome="declined"))[0] == "outcome"
    assert compare(one, replace(one, cited=("b",)))[0] == "source"
    assert compare(one, said("可以。", found="y"))[0] == "passages"


def test_that_the_page_stands_alone_and_escapes_what_customers_write():
    change = Change(
        "flip", "customer", "t-1", 1, "<script>alert(1)</script>", said("7天", p="旧文"), said("<b>", p="新文")
    )
    page = preview_page(Preview("r1", "r2", 3, (change,)), "书<局", NOW)
    assert "<script" not in page and "&lt;b&gt;" in page
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)|https?://|@import|url\(", page)
    assert 'name="viewport"' in page and 'lang="zh-CN"' in page and "旧文" in page and "新文" in page


def test_that_a_page_without_changes_says_so():
    assert "没有任何变化" in preview_page(Preview("r1", "r1", 3, ()), "书局", NOW)


def test_that_numbers_are_marked_as_a_whole():
    assert marked_differences("15天内", "10天内") == ("<del>15</del>天内", "<ins>10</ins>天内")


def test_that_a_preview_is_plain_json():
    change = Change("flip", "question", "a", 1, "能退吗", said("能"), said("不能"), ("yes → no",))
    told = json.loads(json.dumps(Preview("r1", "r2", 1, (change,)).as_json(), ensure_ascii=False))
    assert (told["counts"]["flip"], told["changes"][0]["after"]["reply"]) == (1, "不能")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打13812345678", "打13***78"),
        ("订单20261115001到哪了", "订单20***01到哪了"),
        ("发到li.lei@example.com", "发到l***"),
        ("寄到文三路1号3单元", "寄***"),
        ("满300减50，7天内", "满300减50，7天内"),
    ],
)
def test_that_what_may_name_a_person_is_masked(text, shown):
    assert masked(text) == shown
