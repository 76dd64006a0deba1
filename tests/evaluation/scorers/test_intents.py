import pytest
from sklearn.metrics import f1_score

from evaluation.scorers.intents import INTENT, INTENT_F1


@pytest.fixture
def played(turn, case):
    """A case of pairs: what is expected, what was understood."""

    def make(*pairs):
        return case(*(turn(expect={"intent": [want]}, intents=tuple(got)) for want, got in pairs))

    return make


PAIRS = (
    ("stock", ["stock"]),
    ("stock", ["logistics", "stock"]),
    ("stock", ["coupon"]),
    ("coupon", ["coupon"]),
    ("invoice", []),
)


def test_that_the_accuracy_is_the_share_of_turns_with_an_expected_intent(played, values) -> None:
    assert values(INTENT, played(*PAIRS)) == ([1, 1, 0, 1, 0], 0.6)


def test_that_the_macro_f1_is_worked_by_hand(played, values) -> None:
    # stock: TP 2, FN 1 → 4/5; coupon: TP 1, FP 1 → 2/3; invoice: 0
    assert values(INTENT_F1, played(*PAIRS))[1] == pytest.approx((4 / 5 + 2 / 3 + 0) / 3)


def test_that_the_macro_f1_is_scikit_learns(played, values) -> None:
    found = INTENT_F1.measure(played(*PAIRS, ("thanks", ["greeting"]), ("greeting", ["greeting"])))
    expected, got = [one.expected for one in found], [one.got for one in found]
    theirs = f1_score(expected, got, labels=sorted(set(expected)), average="macro", zero_division=0)
    assert INTENT_F1.definition.combine(found) == pytest.approx(theirs)


def test_that_one_of_several_accepted_intents_is_right(turn, case, values) -> None:
    either = case(turn(expect={"intent": ["return_policy", "exchange"]}, intents=("exchange",)))
    assert values(INTENT, either)[1] == values(INTENT_F1, either)[1] == 1.0
