import pytest

from channels.access.admission import Admission
from channels.errors import ServerBusy, TooManyTurns


def _take(admission, customer_id, key=None):
    """One turn that ends at once."""
    with admission.admit(customer_id, key) as ended:
        ended()


def test_that_each_customer_has_a_pace_of_their_own():
    admission = Admission(per_minute=1, clock=lambda: 0.0)
    _take(admission, "U1")
    _take(admission, "U2")
    with pytest.raises(TooManyTurns):
        _take(admission, "U1")


def test_that_time_gives_turns_back():
    clock = iter([0.0, 0.0, 0.0, 30.0])
    admission = Admission(per_minute=2, clock=lambda: next(clock))
    _take(admission, "U1")
    _take(admission, "U1")
    with pytest.raises(TooManyTurns) as refused:
        _take(admission, "U1")
    assert refused.value.retry_after_s == 30
    _take(admission, "U1")


def test_that_a_full_server_sends_nobody_away_for_long():
    admission = Admission(at_once=2)
    with admission.admit("U1"), admission.admit("U2"), pytest.raises(ServerBusy) as refused:
        _take(admission, "U3")
    assert (refused.value.status, refused.value.retry_after_s) == (503, 1)


def test_that_one_customer_does_not_crowd_the_others_out():
    admission = Admission(at_once=10, each_at_once=1)
    with admission.admit("U1"):
        with pytest.raises(TooManyTurns):
            _take(admission, "U1")
        _take(admission, "U2")


def test_that_a_turn_that_fails_to_begin_leaves_its_place():
    admission = Admission(at_once=1)
    with pytest.raises(RuntimeError), admission.admit("U1"):
        raise RuntimeError
    _take(admission, "U1")


def test_that_a_key_has_a_pace_whoever_it_speaks_for():
    admission = Admission(per_key=2, clock=lambda: 0.0)
    _take(admission, "U1", "web")
    _take(admission, "U2", "web")
    with pytest.raises(TooManyTurns, match="this key"):
        _take(admission, "U3", "web")
    _take(admission, "U3", "app")


def test_that_what_is_kept_of_customers_is_bounded():
    admission = Admission(per_minute=1, clock=lambda: 0.0)
    for number in range(10_050):
        _take(admission, f"U{number}")
    assert len(admission._customers._buckets) == 10_000
    assert not admission._running
