from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.errors import QueryError
from retrieval.indexing import build_retriever
from retrieval.passages import Passage, Scope
from retrieval.retriever import Query

TODAY = date(2026, 11, 20)


@pytest.fixture
def tea(tea_policies, use):
    return build_retriever(tea_policies, use)


def ids(found):
    return [hit.passage.source_id for hit in found.hits]


def test_that_a_colloquial_question_finds_its_policy(tea):
    assert ids(tea.search(Query("专票能给开不", TODAY)))[0] == "invoice"


def test_that_an_elliptical_question_finds_its_sentence(tea):
    hit = tea.search(Query("退货邮费谁出", TODAY)).hits[0]
    assert hit.passage.source_id == "tea-return"
    assert hit.sentences[0][0] == "退货运费由买家承担。"


def test_that_the_version_in_force_answers(tea):
    found = tea.search(Query("运费多少", TODAY))
    assert ids(found)[0] == "fee-2026"
    assert ("fee-2025#0", "expired") in [(one.passage.passage_id, one.why) for one in found.dropped]


def test_that_a_question_about_last_year_gets_last_years_version(tea):
    assert ids(tea.search(Query("运费多少", date(2025, 6, 1))))[0] == "fee-2025"


def test_that_a_rule_decided_by_the_order_looks_at_the_orders_day(tea_policies, use):
    retriever = build_retriever([replace(one, decided_by="order") for one in tea_policies], use)
    found = retriever.search(Query("运费多少", TODAY, days={"order": date(2025, 12, 30)}))
    assert ids(found)[0] == "fee-2025"


def test_that_a_regional_policy_needs_its_region(tea):
    assert "overseas" not in ids(tea.search(Query("寄日本几天", TODAY)))
    assert ids(tea.search(Query("寄日本几天", TODAY, region="JP")))[0] == "overseas"


def test_that_a_policy_of_other_products_is_left_out(tea):
    assert ids(tea.search(Query("茶壶破损怎么办", TODAY, product_id="pot-1")))[0] == "pot-return"
    assert "pot-return" not in ids(tea.search(Query("茶壶破损怎么办", TODAY, product_id="tea-1")))


def test_that_a_question_of_another_world_is_not_answered(tea):
    found = tea.search(Query("世界杯冠军是哪个国家", TODAY))
    assert found.abstained and not found.hits and 0 < found.best_score < 0.25


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_that_an_empty_question_is_not_answered(tea, text):
    assert tea.search(Query(text, TODAY)).abstained


@pytest.mark.parametrize("text", ["???", "😀", "。", "a" * 3000, "退" * 2000])
def test_that_odd_questions_do_no_harm(tea, text):
    tea.search(Query(text, TODAY))


def test_that_less_than_one_hit_cannot_be_asked_for(tea):
    with pytest.raises(QueryError, match="k=0"):
        tea.search(Query("运费", TODAY), k=0)


def test_that_a_shop_without_passages_abstains(use):
    assert build_retriever([], use).search(Query("运费", TODAY)).abstained


def test_that_passages_of_one_source_make_one_hit(tea_policies, use):
    second = Passage("invoice#1", "invoice", "policy", "发票", "invoice", "重开", ("抬头错了可以重开发票。",))
    found = build_retriever([*tea_policies, second], use).search(Query("发票抬头错了能重开吗", TODAY))
    assert ids(found).count("invoice") == 1
    assert found.hits[0].passage == second
    assert {text for text, _ in found.hits[0].sentences} >= {*second.sentences, *tea_policies[-1].sentences}


def test_that_only_wanted_kinds_are_found(tea_policies, use):
    product = Passage("tea-1#0", "tea-1", "product", "龙井", "绿茶", "", ("运费说明：产地杭州。",))
    retriever = build_retriever([*tea_policies, product], use)
    assert "tea-1" not in ids(retriever.search(Query("龙井产地", TODAY)))
    assert ids(retriever.search(Query("龙井产地", TODAY, kinds=("product",)))) == ["tea-1"]


def test_that_a_number_or_code_is_told_from_its_neighbours(use):
    texts = ("优惠码AB12可减10元。", "优惠码AB13可减20元。", "优惠码CD77可减30元。")
    shop = [Passage(f"c{n}#0", f"c{n}", "policy", "优惠码", "promotion", "", (text,)) for n, text in enumerate(texts)]
    assert ids(build_retriever(shop, use).search(Query("ab13能减多少", TODAY)))[0] == "c1"


_day = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
_scope = st.builds(
    Scope,
    effective_from=st.none() | _day,
    effective_to=st.none() | _day,
    regions=st.sampled_from([(), ("CN",), ("US", "CA")]),
    products=st.sampled_from([(), ("dress-*",)]),
)
_text = st.text("运费退货发票会员积分保修天元可以不能提供", min_size=4, max_size=16)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(_text, _scope), min_size=1, max_size=6, unique_by=lambda one: one[0]),
    st.sampled_from([None, "CN", "US"]),
    st.sampled_from([None, "dress-1", "shoe-1"]),
)
def test_that_what_holds_is_found_by_its_own_text_and_what_does_not_is_never_returned(rules, region, product):
    shop = [
        Passage(f"p{n}#0", f"p{n}", "policy", text, "x", "", (text,), (), scope)
        for n, (text, scope) in enumerate(rules)
    ]
    retriever = build_retriever(shop, NgramEmbedder(), floor=0.0)
    for passage in shop:
        found = retriever.search(Query(passage.text, TODAY, region, product), k=len(shop))
        holds = {one.passage_id for one in shop if one.scope.excludes(TODAY, region, product) is None}
        assert {hit.passage.passage_id for hit in found.hits} == holds
        assert all(hit.score >= other.score for hit, other in zip(found.hits, found.hits[1:], strict=False))
        if passage.passage_id in holds:
            best = next(hit for hit in found.hits if hit.passage == passage)
            assert best.dense == pytest.approx(1, abs=1e-5)
        else:
            assert {one.why for one in found.dropped} <= {"not_yet", "expired", "region", "product"}


def test_that_shares_tell_a_clear_winner_from_a_close_race(tea):
    clear = tea.search(Query("可以开增值税专用发票吗", TODAY)).hits
    close = tea.search(Query("茶", TODAY), k=4).hits
    assert clear[0].share > 0.8
    assert sum(hit.share for hit in clear) <= 1.0001
    assert not close or close[0].share < clear[0].share


def test_that_a_short_question_is_answered_in_the_light_of_the_message_before(use):
    rules = Passage("fee#0", "fee", "policy", "运费", "shipping", "", ("寄往海岛每单加收20元。",))
    times = Passage("time#0", "time", "policy", "时效", "shipping", "", ("寄往海岛一般7天送达。",))
    shop = build_retriever([rules, times], use)
    after_fee = shop.search(Query("那海岛呢", TODAY, before="运费怎么收"))
    after_time = shop.search(Query("那海岛呢", TODAY, before="几天能送到"))
    assert (after_fee.hits[0].passage.source_id, after_time.hits[0].passage.source_id) == ("fee", "time")


def test_that_a_short_question_on_another_topic_is_read_by_itself(tea):
    alone = tea.search(Query("能开专票吗", TODAY)).hits
    after_fee = tea.search(Query("能开专票吗", TODAY, before="寄到新疆运费多少")).hits
    assert after_fee[0].passage.source_id == "invoice"
    assert after_fee[0].score >= alone[0].score


def test_that_a_message_that_may_open_a_topic_or_go_on_brings_the_source_of_either_reading(use):
    fee = Passage("fee#0", "fee", "policy", "运费", "shipping", "", ("退换货的运费由买家承担。",))
    repair = Passage("fix#0", "fix", "policy", "维修", "service", "", ("保修期内维修的来回运费由本店承担。",))
    shop = build_retriever([fee, repair], use)
    first, other = shop.search(Query("来回运费怎么算", TODAY, before="手表能保修吗"), k=1).hits
    assert {first.passage.source_id, other.passage.source_id} == {"fee", "fix"}
    assert [hit.is_other_reading for hit in (first, other)] == [False, True]


def test_that_a_message_after_none_has_one_reading(tea):
    assert not any(hit.is_other_reading for hit in tea.search(Query("能开专票吗", TODAY)).hits)


def test_that_the_message_before_counts_more_for_the_source_than_for_the_sentence(tea):
    alone, leaning = tea.matches("要几天"), tea.matches("要几天", before="新疆能送吗")
    assert (alone.found == alone.quoted).all()
    drawn = leaning.found[:, 0] - leaning.quoted[:, 0]
    assert drawn.argmax() != alone.found[:, 0].argmax()
    assert drawn.max() > 0


def test_that_a_rule_for_a_while_comes_before_its_like_for_every_day(use):
    daily = Passage("daily#0", "daily", "policy", "退货期限", "returns", "", ("签收后7天内可以退货。",))
    festive = replace(daily, passage_id="festive#0", source_id="festive", scope=Scope(effective_to=TODAY))
    shop = build_retriever([daily, festive], use)
    assert ids(shop.search(Query("几天内能退", TODAY))) == ["festive", "daily"]
    assert ids(shop.search(Query("几天内能退", TODAY + timedelta(days=1)))) == ["daily"]
