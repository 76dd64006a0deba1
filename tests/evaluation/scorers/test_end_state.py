import pytest

from evaluation.scorers.end_state import END_STATE

A, B = {"order_id": "A", "status": "paid"}, {"order_id": "B", "status": "paid"}


@pytest.mark.parametrize(
    ("after", "expected", "met"),
    [
        ({"orders": [A, B]}, {"orders": [B, A]}, 1),
        ({"orders": [{**A, "status": "cancelled"}]}, {"orders": [A]}, 0),
        ({"orders": [A], "coupons": [{"promotion_id": "p"}]}, {"orders": [A], "coupons": []}, 0),
        ({"orders": [A], "coupons": [{"promotion_id": "p"}]}, {"orders": [A]}, 1),
        ({"orders": [A]}, {"orders": [A, A]}, 0),
    ],
)
def test_that_the_back_ends_must_hold_the_expected_rows_and_no_others(turn, case, values, after, expected, met) -> None:
    assert values(END_STATE, case(turn(), after=after, expected_after=expected)) == ([met], met)


def test_that_back_ends_nobody_sees_or_states_are_not_measured(turn, case, values) -> None:
    played = case(turn(), after=None, expected_after={"orders": []}), case(turn(), after={"orders": []})
    assert values(END_STATE, *played) == ([], None)
