import numpy as np
import pytest

from agent.understanding.classifier import LABELS, Thresholds
from agent.understanding.clauses import MOST_CLAUSES, MOST_INTENTS, decide, split_clauses, worth_judging
from agent.understanding.folding import fold

CUTS = Thresholds(temperature=1.0, abstain=0.4, clause=0.5, whole=0.9)


def row(label, sure=0.95):
    rest = (1 - sure) / (len(LABELS) - 1)
    return np.array([sure if name == label else rest for name in LABELS], dtype=np.float32)


def texts(message):
    return [clause.text for clause in split_clauses(fold(message).text)]


@pytest.mark.parametrize(
    ("message", "clauses"),
    [
        ("昨天买的收到了,想退货,运费谁出?", ["昨天买的收到了", "想退货", "运费谁出"]),
        ("M码还有吗 今天发货吗", ["m码还有吗", "今天发货吗"]),
        ("能开发票吗另外保修几年", ["能开发票吗", "另外保修几年"]),
        ("还有货吗", ["还有货吗"]),
        ("iphone 15 pro 有吗", ["iphone 15 pro", "有吗"]),
        ("在吗", ["在吗"]),
    ],
)
def test_that_a_message_is_cut_where_one_ask_ends(message, clauses):
    assert texts(message) == clauses


def test_that_a_long_message_is_judged_by_its_ends():
    clauses = split_clauses(",".join(f"第{n}句话" for n in range(30)))
    judged = worth_judging(clauses)
    assert len(judged) == MOST_CLAUSES and judged[0] == clauses[0] and judged[-1] == clauses[-1]


def found(labels, whole="stock", cut=CUTS):
    message = ",".join(f"第{n}句话" for n in range(len(labels)))
    clauses = split_clauses(message)
    judged = [row(label) for label in labels]
    return [entry.intent for entry in decide(clauses, judged, row(whole, 0.6), message, cut)]


def test_that_intents_come_in_the_order_of_asking():
    assert found(["invoice", "stock", "coupon"]) == ["invoice", "stock", "coupon"]


def test_that_statements_add_nothing():
    assert found(["statement", "return_request", "statement"]) == ["return_request"]


def test_that_pleasantries_give_way_to_business():
    assert found(["greeting", "invoice", "thanks"]) == ["invoice"]


def test_that_a_greeting_alone_stays():
    assert found(["greeting"]) == ["greeting"]


def test_that_the_whole_message_decides_when_no_clause_is_sure():
    assert found(["statement", "statement"], whole="warranty") == ["warranty"]


def test_that_no_message_carries_more_than_three_intents():
    assert len(found(["invoice", "stock", "coupon", "payment", "exchange"])) == MOST_INTENTS
