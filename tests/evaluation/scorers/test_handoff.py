import pytest

from evaluation.scorers.containment import CONTAINMENT, VERIFIED_RESOLUTION
from evaluation.scorers.handoff import HANDOFF_EARLY, HANDOFF_LATE, HANDOFF_PRECISION, HANDOFF_RECALL

ALL = (HANDOFF_PRECISION, HANDOFF_RECALL, HANDOFF_LATE, HANDOFF_EARLY)


@pytest.fixture
def talk(turn, case):
    """A case that hands over in a turn (0: never) and should in another (0: never)."""

    def make(done, due, turns=4):
        outcomes = {number: "handoff" if number == due else "answered" for number in range(1, turns + 1)}
        return case(
            *(
                turn(
                    expect={"outcome": outcomes[number]},
                    outcome="handoff" if number == done else "answered",
                    handoff=True if number == done else None,
                )
                for number in outcomes
            )
        )

    return make


@pytest.mark.parametrize(
    ("done", "due", "expected"),
    [
        (2, 2, [[1], [1], [0], [0]]),
        (4, 2, [[0], [0], [2], [0]]),
        (1, 3, [[0], [1], [0], [2]]),
        (0, 3, [[], [0], [], []]),
        (3, 0, [[0], [], [], []]),
        (0, 0, [[], [], [], []]),
    ],
)
def test_that_precision_recall_and_lateness_are_worked_by_hand(talk, values, done, due, expected) -> None:
    assert [values(scorer, talk(done, due))[0] for scorer in ALL] == expected


def test_that_lateness_is_a_mean_over_conversations_that_saw_a_person(talk, values) -> None:
    assert values(HANDOFF_LATE, talk(4, 2), talk(2, 2), talk(0, 2))[1] == 1.0


def test_that_containment_counts_conversations_without_a_person(talk, values) -> None:
    assert values(CONTAINMENT, talk(0, 0), talk(2, 2), talk(3, 0), talk(0, 2)) == ([1, 0, 0, 1], 0.5)


def test_that_a_resolution_is_verified_against_what_had_to_happen(talk, turn, case, values) -> None:
    right, handed, wrong = talk(0, 0), talk(3, 0), case(turn(expect={"include": [["火星"]]}))
    assert values(VERIFIED_RESOLUTION, right, handed, wrong, talk(2, 2), case(turn())) == ([1, 0, 0], 1 / 3)
