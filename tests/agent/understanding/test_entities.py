from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.entities import KnownNames, extract_entities
from agent.understanding.entities.numerals import read_numeral
from agent.understanding.folding import fold


def entities(text, **known):
    return extract_entities(fold(text), KnownNames(**known))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三百五", 350),
        ("三百零五", 305),
        ("两千零八", 2008),
        ("一百二十", 120),
        ("十五", 15),
        ("一万二", 12000),
        ("39.9", Decimal("39.9")),
        ("一二三", 123),
    ],
)
def test_that_numerals_are_read(text, number):
    assert read_numeral(text) == number


@given(st.integers(min_value=0, max_value=9999))
def test_that_digits_are_read_as_they_stand(number):
    assert read_numeral(str(number)) == number


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("我那个订单20261115001发货了吗", ("20261115001",)),
        ("TB-88231-X 申请退货", ("TB-88231-X",)),
        ("订单号ORD_2026_7788到哪了", ("ORD_2026_7788",)),
        ("我电话13812345678", ()),
        ("身高165体重110", ()),
        ("165-100穿什么", ()),
        ("2026-11-15买的", ()),
        ("100000mah的充电宝", ()),
        ("111111111", ()),
    ],
)
def test_that_order_numbers_are_told_from_other_numbers(text, ids):
    assert entities(text).order_ids == ids


def test_that_an_own_order_of_any_format_is_found():
    assert entities("帮我看下 甲7-9 那单", own_order_ids=("甲7-9", "甲8-1")).order_ids == ("甲7-9",)


def test_that_a_tail_names_an_own_order():
    found = entities("尾号5001的单子", own_order_ids=("20261115001", "20261116002"))
    assert (found.order_ids, found.order_suffixes) == (("20261115001",), ("5001",))


def test_that_a_sku_is_no_order():
    assert entities("dress-001-cream还有吗", ids=frozenset({"dress-001-cream"})).order_ids == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("SF1234567890123到哪了", ("SF1234567890123",)),
        ("yt8812345678901", ("YT8812345678901",)),
        ("快递773312345678901", ("773312345678901",)),
    ],
)
def test_that_tracking_numbers_are_found(text, numbers):
    assert entities(text).tracking_nos == numbers


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("预算200以内", None, 200),
        ("三百左右的", 240, 360),
        ("100到300之间", 100, 300),
        ("500以上的", 500, None),
        ("110斤左右", None, None),
        ("身高160左右", None, None),
    ],
)
def test_that_budgets_are_found(text, low, high):
    found = entities(text)
    assert (found.budget_min, found.budget_max) == (low, high)


def test_that_amounts_are_found():
    assert entities("39块9的和三百元的,还有¥88").amounts == (Decimal("39.9"), Decimal(300), Decimal(88))


@pytest.mark.parametrize(
    ("text", "count"), [("买3件多少钱", 3), ("我要两双", 2), ("这件多少钱", None), ("第二件半价吗", None)]
)
def test_that_counts_are_found(text, count):
    assert entities(text).quantity == count


@pytest.mark.parametrize(
    ("text", "height", "weight"),
    [
        ("165/100穿什么", 165, 50),
        ("一米六五 110斤", 165, 55),
        ("身高163体重112斤", 163, 56),
        ("我170 130斤", 170, 65),
        ("165cm 52kg", 165, 52),
        ("1.7米,体重98", 170, 49),
        ("68kg 172", 172, 68),
        ("儿子130cm 50斤", 130, 25),
        ("裙长115cm", None, None),
        ("10kg装的猫粮", None, None),
    ],
)
def test_that_measures_of_a_body_are_found(text, height, weight):
    found = entities(text)
    assert (found.height_cm, found.weight_kg) == (height, weight)


def test_that_foot_and_age_are_found():
    assert (entities("脚长24.5").foot_mm, entities("三岁半").age_months, entities("宝宝6个月").age_months) == (
        245,
        42,
        6,
    )


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("M码还有吗", ("M",)),
        ("160/84A有吗", ("160/84A",)),
        ("36码白色", ("36",)),
        ("选S还是XXL", ("S", "XXL")),
        ("有均码吗", ("均码",)),
        ("11月15号发吗", ()),
        ("15号能到吗", ()),
        ("it's fine", ()),
        ("165/100", ()),
    ],
)
def test_that_sizes_are_found(text, sizes):
    assert entities(text).sizes == sizes


def test_that_the_catalogue_tells_a_bare_size():
    assert entities("38有吗", sizes={"37", "38"}).size == "38" and entities("38有吗").size is None


def test_that_the_size_wanted_is_told_from_the_size_owned():
    assert entities("我拍的M 想换L 之前买过S").size == "L"


@pytest.mark.parametrize(
    ("text", "colors"),
    [
        ("黑色卖完了吗", ("黑色",)),
        ("雾霾蓝有吗", ("雾霾蓝",)),
        ("黑的换白的", ("黑", "白")),
        ("会不会掉色", ()),
        ("红包怎么领", ()),
        ("in black?", ("黑色",)),
    ],
)
def test_that_colours_are_found(text, colors):
    assert entities(text).colors == colors


def test_that_a_shops_own_colour_is_found():
    assert entities("远山黛还有吗", colors={"远山黛"}).color == "远山黛"


@pytest.mark.parametrize(
    ("text", "region", "remote"),
    [
        ("寄到加拿大多久", "CA", False),
        ("新疆包邮吗", "CN", True),
        ("能发 US 吗", "US", False),
        ("国外能寄吗", "ZZ", False),
        ("日本进口的吗", None, False),
        ("发香港", "HK", False),
        ("寄到蒙古多久", "MN", False),
        ("寄到内蒙古多久", "CN", True),
        ("寄到开封要几天", "CN", False),
        ("茶叶开封了可以退吗", None, False),
        ("未开封的能换吗", None, False),
        ("有加大连衣裙吗", None, False),
        ("大理石托盘有货吗", None, False),
    ],
)
def test_that_places_are_found(text, region, remote):
    found = entities(text)
    assert (found.region, found.is_remote) == (region, remote)


TODAY = date(2026, 11, 20)  # a Friday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天买的", date(2026, 11, 19)),
        ("11月15号下的单", date(2026, 11, 15)),
        ("2026-10-01", date(2026, 10, 1)),
        ("上周三", date(2026, 11, 11)),
        ("三天前", date(2026, 11, 17)),
        ("双十一买的", date(2026, 11, 11)),
        ("1月3号", date(2027, 1, 3)),
        ("25号能到吗", date(2026, 11, 25)),
        ("2月30号", None),
    ],
)
def test_that_days_are_resolved_against_today(text, day):
    assert entities(text).days[0].resolve(TODAY) == day


def test_that_a_new_delivery_is_read():
    found = entities("改到浙江省杭州市西湖区文三路1号2栋301,收件人改成王芳 电话138 0000 1111")
    assert (found.address, found.phone, found.receiver) == ("浙江省杭州市西湖区文三路1号2栋301", "13800001111", "王芳")


@pytest.mark.parametrize("text", ["改到公司", "地址写错了", "寄到我家", "换个地址可以吗"])
def test_that_a_vague_place_is_no_address(text):
    assert entities(text).address is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("太大了想退", "尺码不合"),
        ("开线了", "质量问题"),
        ("发错颜色了", "发错货"),
        ("少发了一件", "少件漏发"),
        ("杯子碎了", "商品破损"),
        ("跟图片不一样", "与描述不符"),
        ("不喜欢", "不喜欢"),
        ("不是质量问题", None),
        ("我要退货", None),
    ],
)
def test_that_the_reason_of_a_return_is_found(text, reason):
    assert entities(text).return_reason == reason


@given(st.text(max_size=40))
def test_that_no_message_breaks_extraction(text):
    assert extract_entities(fold(text)) is not None
