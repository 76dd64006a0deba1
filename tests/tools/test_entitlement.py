import pytest

from tools.entitlement import CouponState, decide_entitlement, is_vip


def state(**changes):
    facts = {"promotion_id": "p", "quota": 10, "left": 3, "held": False, "paid_orders": 1, "level": ""}
    return CouponState(**{**facts, **changes})


def code(audience, coupon, is_hesitating=False, vip_levels=()):
    return decide_entitlement(audience, coupon, is_hesitating=is_hesitating, vip_levels=vip_levels).code


def test_that_everybody_may_have_a_coupon_for_all():
    verdict = decide_entitlement(["all"], state(), is_hesitating=False)
    assert verdict.is_allowed


@pytest.mark.parametrize(("changes", "expected"), [({"held": True}, "already_held"), ({"left": 0}, "quota_exhausted")])
def test_that_one_each_and_the_quota_come_first(changes, expected):
    assert code(["all"], state(**changes)) == expected


def test_that_no_quota_is_no_limit():
    assert code(["all"], state(quota=None, left=None)) == "entitled"


def test_that_a_new_customer_has_not_paid_yet():
    assert code(["new"], state(paid_orders=0)) == "entitled"
    assert code(["new"], state(paid_orders=1)) == "not_in_audience"


def test_that_belonging_to_one_of_several_audiences_is_enough():
    assert code(["new", "vip"], state(level="SVIP")) == "entitled"


def test_that_a_coupon_for_the_hesitating_needs_hesitation():
    assert code(["hesitating"], state()) == "not_in_audience"
    assert code(["hesitating"], state(), is_hesitating=True) == "entitled"


def test_that_a_shop_may_name_its_own_vip_levels():
    assert [is_vip("VIP3"), is_vip("钻石"), is_vip("钻石", ["钻石"]), is_vip("")] == [True, False, True, False]


def test_that_every_obstacle_has_words_for_the_customer():
    verdict = decide_entitlement(["vip"], state(), is_hesitating=False)
    assert verdict.reason == "您的账号暂不符合这个活动的参与条件"
