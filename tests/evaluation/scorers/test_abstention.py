import pytest
from sklearn.metrics import f1_score

from evaluation.scorers.abstention import ABSTENTION_F1, DECLINE

PAIRS = (("declined", "declined"), ("declined", "answered"), ("answered", "declined"), ("answered", "answered"))


@pytest.fixture
def played(turn, case):
    return case(*(turn(expect={"outcome": want}, outcome=got) for want, got in (*PAIRS, PAIRS[0])))


def test_that_f1_of_declining_is_worked_by_hand(played, values) -> None:
    # TP 2, FN 1, FP 1 → 4/6
    assert values(ABSTENTION_F1, played)[1] == pytest.approx(4 / 6)


def test_that_it_is_scikit_learns_binary_f1(played) -> None:
    found = ABSTENTION_F1.measure(played)
    theirs = f1_score([one.expected for one in found], [one.got for one in found], pos_label=DECLINE)
    assert ABSTENTION_F1.definition.combine(found) == pytest.approx(theirs)


def test_that_turns_that_may_go_either_way_are_not_counted(turn, case, values) -> None:
    assert values(ABSTENTION_F1, case(turn(expect={"outcome": ["declined", "answered"]}), turn())) == ([], None)


def test_that_what_is_accepted_beside_declining_is_no_mistake(turn, case, values) -> None:
    either = case(turn(expect={"outcome": ["declined", "handoff"]}, outcome="handoff"))
    assert values(ABSTENTION_F1, either)[1] == 1.0


def test_that_where_nothing_is_declined_there_is_no_score(turn, case, values) -> None:
    assert values(ABSTENTION_F1, case(turn(expect={"outcome": "answered"})))[1] is None
