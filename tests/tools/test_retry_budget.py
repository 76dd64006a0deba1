from hypothesis import given
from hypothesis import strategies as st

from tools.retry_budget import RetryBudget


def test_that_a_quiet_window_has_its_reserve(time):
    budget = RetryBudget(time.clock, share=0.1, reserve=2)
    budget.note_call()
    assert [budget.grants() for _ in range(3)] == [True, True, False]


def test_that_the_window_moves_on(time):
    budget = RetryBudget(time.clock, share=0.1, reserve=1, window_s=60.0)
    assert [budget.grants(), budget.grants()] == [True, False]
    time.now += 61
    assert budget.grants()


@given(st.integers(0, 300), st.integers(0, 5))
def test_that_retries_never_exceed_the_share_and_the_reserve(calls, reserve):
    budget = RetryBudget(lambda: 0.0, share=0.1, reserve=reserve)
    granted = 0
    for _ in range(calls):
        budget.note_call()
        granted += budget.grants()
    assert granted <= calls // 10 + reserve
