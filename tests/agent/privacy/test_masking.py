import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.privacy.masking import find_personal, mask, mask_tree
from benchmarks.privacy import BAR, Corpus, Example, measure

HELD_OUT = Path(__file__).with_name("held_out.txt")
"""Written by hand before the patterns saw it; ⟦…⟧ marks what is personal."""


def _marked(line: str) -> Example:
    text, spans, start = "", [], 0
    for part in re.split("([⟦⟧])", line):
        if part == "⟦":
            start = len(text)
        elif part == "⟧":
            spans.append(("any", start, len(text)))
        else:
            text += part
    return Example(text, tuple(spans))


def test_that_the_corpus_is_masked_to_the_bar():
    score = measure(Corpus(seed=3).examples(600))
    assert score.recall >= BAR, score.misses
    assert score.precision >= BAR, score.misses


def test_that_messages_written_by_hand_are_masked():
    score = measure([_marked(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines()])
    assert score.misses == ()


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("我叫王芳想退货，手机１３８-1234-5678", "我叫[姓名]想退货，手机[电话]"),
        ("收货人：李小明 寄浙江省杭州市西湖区文三路9号3幢2单元501室", "收货人：[姓名] 寄[地址]"),
        ("身份证11010519491231002X", "身份证[身份证号]"),
        ("卡号6222 0212 3456 7890 128", "卡号[银行卡号]"),
        ("京A·12345挡住了，写信到li@qq.com", "[车牌]挡住了，写信到[邮箱]"),
        ("幺三八一二三四五六七八找我", "[电话]找我"),
        ("1\u200b3812345678", "[电话]"),
    ],
)
def test_that_each_kind_gets_its_label(said, masked):
    assert mask(said) == masked


@pytest.mark.parametrize(
    "said",
    [
        "订单13812345678到哪了",
        "单号SF1403928817265和YT8800112233",
        "6901234567892扫不出来",
        "订单号4532015112830366",
        "尺码165-175，包裹在路上5号能到吗",
        "寄到浙江省杭州市要几天",
        "我是江苏人，是老顾客",
        "DD20261120-13812345678",
    ],
)
def test_that_orders_parcels_and_towns_stay(said):
    assert mask(said) == said


def test_that_a_wrong_check_digit_is_no_identity_number_unless_it_is_called_one():
    assert mask("编码是110105194912310021哦") == "编码是110105194912310021哦"
    assert mask("身份证号110105194912310021") == "身份证号[身份证号]"


def test_that_a_record_is_masked_to_its_leaves_and_keeps_its_keys():
    record = {"ask": "电话13812345678", "n": 3, "customer_id": "13812345678", "deep": [{"to": "西湖区文三路9号"}, None]}
    assert mask_tree(record, leave={"customer_id"}) == {
        "ask": "电话[电话]",
        "n": 3,
        "customer_id": "13812345678",
        "deep": [{"to": "[地址]"}, None],
    }


@given(st.text(max_size=80))
def test_that_masking_never_fails_and_is_done_once(text):
    assert mask(mask(text)) == mask(text)


@given(st.text(alphabet="1３8 -A号路县省王先生@.com\u200b收货人姓名", max_size=40))
def test_that_pieces_never_overlap_and_lie_inside(text):
    found = find_personal(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
