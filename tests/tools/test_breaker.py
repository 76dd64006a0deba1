from hypothesis import given
from hypothesis import strategies as st

from tools.breaker import Breaker


def breaker_of(time):
    return Breaker(time.clock, min_outcomes=4, window=8, window_s=30.0, cool_off_s=10.0)


def fail(breaker, times):
    for _ in range(times):
        breaker.record(ok=False)


def test_that_it_opens_when_half_of_the_latest_calls_failed(time):
    breaker = breaker_of(time)
    breaker.record(ok=True)
    breaker.record(ok=True)
    fail(breaker, 1)
    assert breaker.state == "closed"
    fail(breaker, 1)
    assert (breaker.state, breaker.admits()) == ("open", False)


def test_that_an_answer_never_opens_it(time):
    breaker = breaker_of(time)
    fail(breaker, 3)
    breaker.record(ok=True)
    assert breaker.state == "closed"


def test_that_long_good_service_does_not_delay_it(time):
    breaker = breaker_of(time)
    for _ in range(1000):
        breaker.record(ok=True)
    fail(breaker, 4)
    assert breaker.state == "open"


def test_that_old_failures_are_forgotten(time):
    breaker = breaker_of(time)
    fail(breaker, 3)
    time.now += 31
    fail(breaker, 1)
    assert breaker.state == "closed"


def test_that_one_probe_decides_after_cooling_off(time):
    breaker = breaker_of(time)
    fail(breaker, 4)
    time.now += 10
    assert [breaker.admits(), breaker.admits()] == [True, False]
    breaker.record(ok=False)
    assert breaker.state == "open"
    time.now += 10
    assert breaker.admits()
    breaker.record(ok=True)
    assert (breaker.state, breaker.admits(), breaker.admits()) == ("closed", True, True)


def test_that_a_probe_that_never_reports_gives_its_place_back(time):
    breaker = breaker_of(time)
    fail(breaker, 4)
    time.now += 10
    assert breaker.admits()
    time.now += 10
    assert breaker.admits()


def test_that_a_straggler_does_not_close_it(time):
    breaker = breaker_of(time)
    fail(breaker, 4)
    breaker.record(ok=True)
    assert breaker.state == "open"


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 5)), max_size=60))
def test_that_good_service_always_closes_it_again(steps):
    now = 0.0
    breaker = Breaker(lambda: now, min_outcomes=4, cool_off_s=10.0)
    for ok, pause in steps:
        now += pause
        if breaker.admits():
            breaker.record(ok=ok)
    now += 10.1
    assert breaker.admits()
    breaker.record(ok=True)
    assert breaker.admits()
