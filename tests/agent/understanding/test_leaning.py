import numpy as np
import pytest

from agent.understanding.classifier import LABELS
from agent.understanding.leaning import lean, leaning_of


def row(**sure):
    rest = (1 - sum(sure.values())) / (len(LABELS) - len(sure))
    return np.array([sure.get(name, rest) for name in LABELS], dtype=np.float32)


def best(probabilities):
    return LABELS[int(probabilities.argmax())]


def test_that_a_short_unsure_message_leans_on_the_turn_before():
    assert best(lean(row(shipping_policy=0.4, invoice=0.3), None, ("invoice",), 4)) == "invoice"


def test_that_a_clear_message_does_not_lean_over():
    assert best(lean(row(human=0.97, invoice=0.01), row(human=0.8, invoice=0.1), ("invoice",), 3)) == "human"


def test_that_both_messages_read_as_one_weigh_in():
    alone, joined = row(shipping_policy=0.5, refund_status=0.2), row(refund_status=0.9)
    assert best(lean(alone, joined, ("return_policy",), 6)) == "refund_status"


@pytest.mark.parametrize("before", [(), ("greeting",), ("no_such_intent",)])
def test_that_nothing_to_lean_on_changes_nothing(before):
    probabilities = row(stock=0.5)
    assert lean(probabilities, None, before, 4) is probabilities


def test_that_a_long_message_stands_by_itself():
    assert leaning_of(21) is None and leaning_of(8).pull > leaning_of(20).pull


def test_that_probabilities_still_sum_to_one():
    assert lean(row(stock=0.5), row(coupon=0.5), ("coupon",), 5).sum() == pytest.approx(1)
