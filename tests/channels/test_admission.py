import pytest

from channels.admission import Admission
from channels.errors import TooManyTurns


def test_that_each_customer_has_a_pace_of_their_own():
    admission = Admission(per_minute=1, clock=lambda: 0.0)
    admission.admit("U1", 0)
    admission.admit("U2", 0)
    with pytest.raises(TooManyTurns):
        admission.admit("U1", 0)


def test_that_time_gives_turns_back():
    clock = iter([0.0, 0.0, 0.0, 30.0])
    admission = Admission(per_minute=2, clock=lambda: next(clock))
    admission.admit("U1", 0)
    admission.admit("U1", 0)
    with pytest.raises(TooManyTurns) as refused:
        admission.admit("U1", 0)
    assert refused.value.retry_after_s == 30
    admission.admit("U1", 0)


def test_that_a_full_server_sends_nobody_away_for_long():
    with pytest.raises(TooManyTurns) as refused:
        Admission(at_once=2).admit("U1", 2)
    assert refused.value.retry_after_s == 1
