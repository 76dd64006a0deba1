from evaluation.suites.changes import expected_state, seen_changes, stated_changes
from evaluation.suites.task import Changes

BEFORE = {
    "orders": [
        {"order_id": "1", "status": "signed", "address": "甲"},
        {"order_id": "2", "status": "paid", "address": "乙"},
    ],
    "returns": [],
    "coupons": [],
    "subscriptions": [],
}


def test_that_what_a_task_changes_is_told_without_numbers_the_back_end_makes_up() -> None:
    row = {"return_id": "RT1", "order_id": "1", "sku": "a", "kind": "return", "reason": "大了", "exchange_sku": None}
    after = {
        **BEFORE,
        "orders": [{**BEFORE["orders"][0], "status": "refunding"}, BEFORE["orders"][1]],
        "returns": [row],
    }
    changes = Changes.model_validate(
        {"orders": {"1": {"status": "refunding"}}, "returns": [{"order_id": "1", "sku": "a"}]}
    )
    assert seen_changes(BEFORE, after) == stated_changes(changes, "U1")


def test_that_coupons_and_reminders_belong_to_the_tasks_customer() -> None:
    changes = Changes.model_validate({"coupons": [{"promotion_id": "p"}], "subscriptions": [{"sku": "a"}]})
    coupon = {"promotion_id": "p", "customer_id": "U1", "coupon_code": "CP1"}
    after = {**BEFORE, "coupons": [coupon], "subscriptions": [{"customer_id": "U1", "sku": "a"}]}
    assert seen_changes(BEFORE, after) == stated_changes(changes, "U1")
    assert seen_changes(BEFORE, after) != stated_changes(changes, "U2")


def test_that_nothing_changed_is_nothing() -> None:
    assert seen_changes(BEFORE, BEFORE) == stated_changes(Changes(), "U1") == []


def test_that_the_expected_end_state_changes_only_what_is_stated() -> None:
    changes = Changes.model_validate({"orders": {"2": {"status": "cancelled"}}, "subscriptions": [{"sku": "a"}]})
    expected = expected_state(changes, "U1", BEFORE)
    assert expected["orders"] == [BEFORE["orders"][0], {**BEFORE["orders"][1], "status": "cancelled"}]
    assert expected["subscriptions"] == [{"customer_id": "U1", "sku": "a"}]
    assert expected["returns"] == expected["coupons"] == []


def test_that_tables_with_numbers_of_the_back_end_are_left_to_the_verdict() -> None:
    changes = Changes.model_validate({"coupons": [{"promotion_id": "p"}], "returns": [{"order_id": "1", "sku": "a"}]})
    assert sorted(expected_state(changes, "U1", BEFORE)) == ["orders", "subscriptions"]
