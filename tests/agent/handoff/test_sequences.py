import pytest

from benchmarks.handoff import play


@pytest.mark.timeout(600)
def test_that_no_sequence_has_the_bot_speak_for_a_person_or_hand_over_at_the_wrong_time():
    assert play(250, 8, seeded=True) > 0
