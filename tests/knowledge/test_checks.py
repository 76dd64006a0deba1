from datetime import UTC, datetime

import pytest

from knowledge.checks.all import check_pack
from knowledge.checks.personal import is_card_number, is_citizen_id
from knowledge.checks.quantities import quantities
from knowledge.pack import default_pack, load_pack

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def found(tea, now=NOW):
    return check_pack(load_pack(tea.folder), now)


def kinds(tea, now=NOW):
    return [finding.kind for finding in found(tea, now)]


def test_that_the_default_pack_has_no_finding():
    assert check_pack(load_pack(default_pack()), NOW) == []


def test_that_years_later_only_the_presales_of_the_default_pack_are_stale():
    assert {finding.kind for finding in check_pack(load_pack(default_pack()), NOW.replace(year=2028))} == {"presale"}


def test_that_the_tea_shop_has_no_finding(tea):
    assert found(tea) == []


CONFLICTS = [
    ("未拆封的茶叶签收后7天内可以退货。", "未拆封的茶叶签收后15天内都可以退货。"),
    ("订单满99元包邮。", "全场订单满59元包邮。"),
    ("退货审核在24小时内完成。", "退货审核在3天内完成。"),
    ("发票在申请后3个工作日内开具。", "申请发票后7个工作日内开具。"),
    ("押金200元，归还后退回。", "押金为300元，归还后退回。"),
    ("钻石会员购物享88折。", "钻石会员购物享受9折。"),
    ("每个账户最多领取3次优惠券。", "优惠券每个账户只能领取一次。"),
    ("手机主机质保期为12个月。", "手机主机保修期是24个月。"),
    ("退货运费由小店补贴10元。", "退货运费小店补贴15元。"),
    ("商品降价后15天内可以申请补差价。", "商品降价后7天内可以申请补差价。"),
    ("退款在验收后48小时内发起，银行卡3个工作日内到账。", "验收后72小时内发起退款。"),
    ("每天18:00停止接单。", "每天20点停止接单。"),
    ("地区：江浙沪，时效1-2天。", "地区：江浙沪，时效2-4天。"),
]

NO_CONFLICTS = [
    ("退货审核在24小时内完成。", "退货审核在1天内完成。"),
    ("订单满99元包邮。", "海外订单满999元包邮。"),
    ("内地订单7天内送达。", "偏远地区订单15天内送达。"),
    ("现货订单48小时内发货。", "预售订单15天内发货。"),
    ("退货申请24小时内审核。", "退货质检48小时内完成。"),
    ("订单满99元包邮。", "单笔订单满500元可以申请分期。"),
    ("金卡会员购物享95折。", "钻石会员购物享9折。"),
    ("签收后7天内可以无理由退货。", "签收后30天内有质量问题可以退货。"),
    ("手机整机保修1年。", "充电器、数据线保修3个月。"),
    ("电子发票24小时内开具。", "纸质发票5个工作日内寄出。"),
    ("2026年3月1日起执行。", "2026年5月1日起执行。"),
    ("满200元减20元。", "满300元减40元。"),
    ("手机主机质保期为12个月。", "手机电池质保期为6个月。"),
    ("冷冻食品到货后24小时内反馈。", "常温食品到货后72小时内反馈。"),
    ("晒单奖励5元红包。", "邀请好友奖励10元红包。"),
    ("猫咪体检每次200元。", "狗狗体检每次260元。"),
    ("初级课程共12次。", "高级课程共24次。"),
    ("早餐7:00-10:00供应。", "晚餐17:00-21:00供应。"),
    ("尺码：XL，体重60-67kg。", "尺码：XXL，体重67-75kg。"),
]


@pytest.mark.parametrize(("one", "other"), CONFLICTS)
def test_that_rules_that_disagree_are_shown_side_by_side(tea, one, other):
    tea.policy("one", one, category="rules")
    tea.policy("other", other, category="rules")
    finding = found(tea)[0]
    assert finding.kind == "conflict" and finding.severity == "error"
    assert one in finding.message and other in finding.message
    assert (finding.place.file, finding.related[0].file) == ("policies/other.md", "policies/one.md")


@pytest.mark.parametrize(("one", "other"), NO_CONFLICTS)
def test_that_rules_for_different_things_do_not_contradict(tea, one, other):
    tea.policy("one", one, category="rules")
    tea.policy("other", other, category="rules")
    assert "conflict" not in kinds(tea)


@pytest.mark.parametrize(
    "apart",
    [
        ({"effective_to": "2026-06-30"}, {"effective_from": "2026-07-01"}),
        ({"regions": ["CN"]}, {"regions": ["US"]}),
        ({"products": ["longjing"]}, {"products": ["biluo*"]}),
        ({"category": "a"}, {"category": "b"}),
    ],
)
def test_that_rules_that_never_meet_do_not_contradict(tea, apart):
    for head, days, name in zip(apart, (7, 15), ("one", "other"), strict=True):
        tea.policy(name, f"未拆封的茶叶签收后{days}天内可以退货。", **{"category": "rules", **head})
    assert "conflict" not in kinds(tea)


def test_that_quantities_are_read_in_one_unit():
    text = "第2次付款满1,299.5元打八八折，2026年3月1日起七天内或48小时、3-5个工作日，最高10%。"
    assert [(one.kind, one.values) for one in quantities(text)] == [
        ("money", (1299.5,)),
        ("share", (88.0,)),
        ("time", (168.0,)),
        ("time", (48.0,)),
        ("workdays", (3.0, 5.0)),
        ("share", (10.0,)),
    ]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ({"effective_to": "2026-10-01"}, "expired"),
        ({"effective_to": "2026-11-30"}, "expiring"),
        ({"effective_to": "2027-11-30"}, None),
        ({"effective_from": "2026-09-01", "effective_to": "2026-10-01"}, None),
    ],
)
def test_that_rules_that_end_with_nothing_after_them_are_told(tea, head, kind):
    tea.policy("wrapping", "礼盒包装免费。", category="service", **head)
    assert kinds(tea) == ([kind] if kind else [])


def test_that_days_without_a_rule_between_two_versions_are_told(tea):
    tea.policy("wrap-2025", "礼盒包装5元。", category="service", title="礼盒包装（2025版）", effective_to="2025-12-31")
    tea.policy(
        "wrap-2026", "礼盒包装8元。", category="service", title="礼盒包装（2026版）", effective_from="2026-01-03"
    )
    [finding] = found(tea)
    assert finding.kind == "supersession_gap" and "2 day(s)" in finding.message


def test_that_an_old_version_that_still_holds_is_told(tea):
    tea.policy("wrap-1", "礼盒包装收费。", category="service", title="礼盒包装", version=1)
    tea.policy("wrap-2", "礼盒包装免费。", category="service", title="礼盒包装新规", version=2)
    assert "supersession_overlap" in kinds(tea)


def test_that_copies_are_told(tea):
    tea.policy("copy", "另一条规则。", title="发货时间", category="other", questions=["茶叶喝着不习惯能退吗"])
    assert sorted(kinds(tea)) == ["duplicate_question", "duplicate_title"]


@pytest.mark.parametrize(
    ("file", "old", "new", "kind"),
    [
        ("policies/returns.md", "version: 2", "products: [pu-er-*]", "dead_glob"),
        ("promotions.yaml", "threshold: 200", "threshold: 200\n  products: [longjin]", "unknown_product"),
        ("inventory/products.csv", ",,biluochun", ",,biluochuns", "unknown_product"),
        ("backend.json", '"longjing-50"', '"longjing-5"', "unknown_sku"),
        ("promotions.yaml", "discount: 20", "discount: 200", "below_cost"),
        ("promotions.yaml", "threshold: 200\n  discount: 20", "discount: 120", "below_cost"),
        ("promotions.yaml", "discount: 20", "rate: 0.12", "steep"),
        ("promotions.yaml", "name: 满200减20", "name: 全网最低价", "forbidden_word"),
        ("inventory/products.csv", "238.00,0", "2380.00,0", "price"),
        ("inventory/products.csv", "产地=苏州", "功效=包治百病", "forbidden_word"),
        ("policies/returns.md", "# 茶叶", "#茶叶", "layout"),
        ("policies/returns.md", "- 定制礼盒", "-定制礼盒", "layout"),
        ("policies/more/shipping.md", "| 1-2天 |", "| 1-2天 | 免费 |", "layout"),
        ("policies/more/shipping.md", "|---|---|\n", "", "layout"),
        ("policies/returns.md", "- 已经开封的散茶\n- 定制礼盒\n", "", "layout"),
        ("policies/returns.md", "未拆封", "![图](a.png)未拆封", "layout"),
        ("policies/returns.md", "未拆封", "客服微信13912345678，未拆封", "personal_data"),
        ("policies/returns.md", "未拆封", "联系li.lei@qq.com，未拆封", "personal_data"),
    ],
)
def test_that_a_slip_is_found(tea, file, old, new, kind):
    tea.change(file, old, new)
    findings = found(tea)
    assert kind in [one.kind for one in findings]
    assert all(one.place.file and one.advice for one in findings)


@pytest.mark.parametrize(
    "text", ["热线0571-8888000", "邮箱service@chashan.cn", "我们不承诺全网最低价", "订单号20261115001"]
)
def test_that_what_may_be_said_is_left_alone(tea, text):
    tea.change("policies/returns.md", "未拆封", f"{text}。未拆封")
    assert found(tea) == []


def test_that_promotions_that_meet_without_a_rule_are_told(tea):
    text = (tea.folder / "promotions.yaml").read_text(encoding="utf-8")
    tea.write("promotions.yaml", text + text.replace("full200-20", "full100-10").replace("  stackable: false\n", ""))
    assert kinds(tea) == ["overlap"]
    tea.write("promotions.yaml", text + text.replace("full200-20", "full100-10").replace("false", "true"))
    assert kinds(tea) == []


def test_that_check_digits_are_computed_as_the_standards_say():
    assert is_citizen_id("11010519491231002X") and not is_citizen_id("110105194912310021")
    assert is_card_number("4111111111111111") and not is_card_number("4111111111111112")
