import pytest

from agent.facts.rows import is_unlisted, rows_of, seen_as_row, seen_as_unlisted
from agent.understanding.entities.regions import country_names, find_places, wider_names

TABLE = (
    "目的地：韩国，运费35元。",
    "目的地：美国、加拿大，运费98元。",
    "海外订单付款后3个工作日内发货。",
    "注意：节假日不发货，敬请谅解。",
)


def test_that_sentences_with_a_label_in_common_are_rows():
    labels = {sentence: row.label for sentence, row in rows_of(TABLE).items()}
    assert labels == {TABLE[0]: "目的地", TABLE[1]: "目的地"}


def test_that_a_row_that_is_named_gains_and_another_loses():
    rows = rows_of(TABLE)
    korea, america, rule = (seen_as_row(0.6, rows.get(text), "寄美国多少钱") for text in TABLE[:3])
    assert korea < rule == 0.6 < america


def test_that_what_two_rows_have_in_common_names_neither():
    rows = rows_of(("等级：金卡会员，9折", "等级：银卡会员，95折"))
    assert [row.is_named("会员打几折") for row in rows.values()] == [False, False]


def test_that_a_whole_name_that_another_row_holds_as_a_part_still_names_its_row():
    rows = rows_of(("支付方式：信用卡，3天", "支付方式：国际信用卡，7天", "支付方式：储蓄卡，1天"))
    assert [row.is_named("我刷信用卡付的") for row in rows.values()] == [True, False, False]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("寄到长沙", {"湖南", "华中"}),
        ("苏州几天", {"江苏", "华东", "江浙沪皖", "长三角"}),
        ("发首尔", {"韩国", "日韩"}),
        ("巴黎能寄吗", {"法国", "欧洲"}),
    ],
)
def test_that_a_city_stands_for_its_province_or_country_and_their_groups(said, names):
    (place,) = find_places(said, said)
    assert set(wider_names(place)) == names


def test_that_a_country_is_known_by_its_code():
    assert country_names("KR") == ("韩国", "日韩") and country_names("XX") == ()


@pytest.mark.parametrize(
    ("asked", "unlisted"),
    [("寄西班牙行吗", True), ("寄美国多少钱", False), ("首尔呢 韩国", False), ("寄成都呢", True), ("运费多少", False)],
)
def test_that_a_table_by_countries_lacks_the_one_that_is_named(asked, unlisted):
    assert is_unlisted(tuple(rows_of(TABLE).values()), asked) == unlisted


def test_that_the_sentence_on_all_other_countries_comes_before_the_rows_for_some():
    rows = rows_of(TABLE)
    others = "表中以外的国家暂不支持配送。"
    korea = seen_as_unlisted(0.9, TABLE[0], rows[TABLE[0]], "寄西班牙")
    assert korea < seen_as_unlisted(0.6, TABLE[2], None, "寄西班牙") < seen_as_unlisted(0.4, others, None, "寄西班牙")
    assert seen_as_unlisted(0.4, others, None, "寄成都") == 0.4
