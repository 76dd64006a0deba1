"""Numbers trace to the evidence in any spelling, and only there."""

import random
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audit import Auditor
from agent.audit.claims import find_claims
from agent.audit.figures import check_figures
from agent.audit.fold import fold
from agent.audit.numerals import read_number
from agent.audit.trace import Draft, Evidence
from agent.evidence import Answer, Brief, Fact
from agent.profile import ShopProfile

PROFILE = ShopProfile("s", "小店", "小二", "小店技术部", ZoneInfo("Asia/Shanghai"))


def figures(draft, *facts, kind="policy"):
    brief = Brief((Answer("product_info", "answered", "inform", tuple(Fact(kind, fact) for fact in facts)),))
    return [finding.kind for finding in check_figures(Draft.of(draft, PROFILE), Evidence(brief, PROFILE))]


@pytest.mark.parametrize(
    ("fact", "draft"),
    [
        ("运费50元。", "运费¥50。"),
        ("运费50元。", "运费五十元。"),
        ("运费50元。", "运费50.00元。"),
        ("运费５０元。", "运费50块钱。"),
        ("售价1,299元。", "售价1299元。"),
        ("售价1299元。", "售价一千二百九十九元。"),
        ("满300减50。", "满300元减50元。"),
        ("11月16日发货。", "11-16发货。"),
        ("11月16日发货。", "11/16发货。"),
        ("11月16日发货。", "2026-11-16发货。"),
        ("2026-11-16发货。", "十一月十六号发货。"),
        ("活动为11月1日至11月30日。", "活动到11月30日,整个11月都有。"),
        ("活动为11月1日-30日。", "活动11月30日结束。"),
        ("7天内可退。", "七天内可退。"),
        ("7天内可退。", "7日内可退。"),
        ("3-5个工作日到账。", "3到5个工作日到账。"),
        ("3至5个工作日到账。", "最多五个工作日到账。"),
        ("打8.8折。", "打88折。"),
        ("打8.8折。", "打八八折。"),
        ("占20%。", "占百分之二十。"),
        ("14:00发出。", "下午2点发出。"),
        ("14:30发出。", "下午两点半发出。"),
        ("22:00下班。", "晚上10点下班。"),
        ("热线400-800-1234。", "热线4008001234。"),
        ("单号SF1234567890123。", "单号sf1234567890123。"),
        ("单号SF1234567890123。", "顺丰1234567890123。"),
        ("订单20261115001。", "尾号5001的订单。"),
        ("尺码有2XL。", "有XXL码。"),
        ("当日发货。", "当天发货。"),
        ("次日达。", "第二天就到。"),
        ("限购2件。", "限购两件。"),
        ("长度165厘米。", "长165cm。"),
    ],
)
def test_that_a_figure_is_known_in_another_spelling(fact, draft):
    assert figures(draft, fact) == []


@pytest.mark.parametrize(
    ("fact", "draft", "kind"),
    [
        ("运费50元。", "运费500元。", "amount"),
        ("运费50元。", "运费50美元。", "amount"),
        ("满50件。", "优惠50元。", "amount"),
        ("7天内可退。", "7个工作日内可退。", "duration"),
        ("7天内可退。", "7小时内可退。", "duration"),
        ("11月16日发货。", "11月6日发货。", "date"),
        ("2026年11月16日发货。", "2027年11月16日发货。", "date"),
        ("11月16日发货。", "明天发货。", "date"),
        ("周一至周五上班。", "周六上班。", "date"),
        ("14:00发出。", "下午4点发出。", "time"),
        ("打8.8折。", "打八折。", "discount"),
        ("占20%。", "占2%。", "percent"),
        ("订单20261115001。", "订单20261115010。", "id"),
        ("订单20261115001。", "尾号5002的订单。", "number"),
        ("尺码有M、L。", "有S码。", "size"),
        ("长165厘米。", "长156厘米。", "number"),
    ],
)
def test_that_a_changed_figure_is_found(fact, draft, kind):
    assert figures(draft, fact) == [kind]


@pytest.mark.parametrize(
    "draft",
    [
        "十分抱歉。",
        "万一有问题，一起看看。",
        "这两款都行。",
        "一般来说一件就好。",
        "早一点晚一点都行。",
        "1、先申请；2、再寄回。",
        "一年四季都能穿。",
    ],
)
def test_that_manner_is_no_figure(draft):
    assert figures(draft) == []


def test_that_an_amount_the_customer_named_is_no_evidence():
    assert figures("可以退您500元。", "您说要退500元。", kind="echo") == ["amount"]


def test_that_a_full_width_comma_separates_two_numbers():
    values = [claim.accepts[0][-1] for claim in find_claims(fold("买2，300元"))]
    assert sorted(map(Decimal, values)) == [2, 300]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二", 12),
        ("一百零二", 102),
        ("一百二", 120),
        ("两千三百", 2300),
        ("一万二", 12000),
        ("三点五", "3.5"),
        ("1.5万", 15000),
        ("八八", 88),
        ("半", "0.5"),
    ],
)
def test_that_chinese_numerals_are_read(text, value):
    assert read_number(text) == Decimal(value)


NUMBERS = st.one_of(
    st.integers(0, 99999).map(str), st.decimals(0, 9999, places=2).map(str), st.sampled_from("一两三七十")
)
UNITS = st.sampled_from([*"元 天 个工作日 件 % 折 cm 公斤 小时 月 号 点 年 周 码 块 米 ml 分钟 次".split(), ""])
WORDS = st.text("商品退货可以支持运费订单至到第满减约-~、，,.:/·（）ABsfx0123456789 ", max_size=12)
SENTENCES = st.tuples(WORDS, NUMBERS, UNITS, WORDS).map(lambda parts: "".join(parts) + "。")


@given(st.lists(SENTENCES, min_size=1, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_that_facts_joined_word_for_word_always_pass(facts, order):
    said = list(facts)
    order.shuffle(said)
    assert figures("亲，" + "".join(said), *facts) == []


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_that_any_text_can_be_read(text):
    assert isinstance(Auditor(PROFILE).audit(text, Brief(())), tuple)


PLANTS = (
    "{}元",
    "¥{}",
    "{}天",
    "{}个工作日",
    "{}%",
    "{}件",
    "{}小时",
    "{}折",
    "满{}减",
    "{}",
    "{}厘米",
    "{}号",
    "{}分钟",
    "编号{}",
)
FAITHFUL = [
    ("亲，商品签收后7天内可以申请退货，运费12元由买家承担。", "签收后7天内可以申请退货。", "运费12元由买家承担。"),
    ("满300元减50元，活动到11月30日结束。", "满300元减50元，有效期至11月30日。"),
    ("订单20261115001已于11月16日15:00发货。", "订单20261115001已于11月16日15:00发货。"),
    ("这双鞋有36到40码，脚长245毫米选39码。", "有36、37、38、39、40码。", "脚长245毫米选39码。"),
]


def test_that_nearly_every_planted_number_is_found():
    chance = random.Random(7)
    missed = []
    for _ in range(600):
        draft, *facts = chance.choice(FAITHFUL)
        known = {str(key[-1]) for fact in facts for claim in find_claims(fold(fact)) for key in claim.gives}
        number = str(chance.choice([chance.randint(2, 99), chance.randint(100, 9999)]))
        at = chance.choice([index + 1 for index, char in enumerate(draft) if char in "，。"])
        plant = chance.choice(PLANTS).format(number)
        if number not in known and not figures(draft[:at] + plant + "，" + draft[at:], *facts):
            missed.append(draft[:at] + plant + draft[at:])
    assert len(missed) / 600 <= 0.005, missed
