from dataclasses import replace

import pytest

from agent.evidence import Brief
from agent.profile import Style
from finetune.gate.asking import Asked
from finetune.gate.judging import judge


@pytest.fixture
def deviations(profile):
    """Says in what a draft deviates from a style."""

    def find(text, style, strategy="inform", answer="好的。"):
        shop = replace(profile, style=style)
        asked = Asked(({"role": "system", "content": "你是茶铺的客服。"},), Brief(()), strategy, answer)
        return judge(asked, text, shop).deviations

    return find


def test_that_too_many_sentences_and_characters_are_deviations(deviations):
    style = Style(max_sentences=1, max_chars=8)
    assert deviations("可以的。没问题。", style) == {"sentences"}
    assert deviations("可以的没问题您放心拍下就行", style) == {"characters"}


@pytest.mark.parametrize(
    ("text", "address", "answer", "deviates"),
    [
        ("亲，可以的。", "亲", "好的。", False),
        ("宝贝，可以的。", "亲", "好的。", True),
        ("可以的。", "亲", "好的。", False),
        ("可以的。", "亲", "亲，好的。", True),
        ("亲爱的，可以的。", "", "好的。", True),
        ("你放心。", "您", "好的。", True),
        ("您放心。", "您", "好的。", False),
        ("这款给宝贝穿正好。", "", "好的。", False),
    ],
)
def test_that_the_customer_is_called_as_the_shop_wants(deviations, text, address, answer, deviates):
    assert ("address" in deviations(text, Style(address=address), answer=answer)) == deviates


def test_that_a_cheerful_closing_ends_what_is_cheerful_alone(deviations):
    style = Style(closing="祝您喝茶愉快～")
    cheerful = "好的。祝您喝茶愉快～"
    assert deviations("真抱歉。祝您喝茶愉快～", style, "soothe") == {"closing"}
    assert deviations("可以的。祝您喝茶愉快～", style, answer=cheerful) == set()
    assert deviations("可以的。", style, answer=cheerful) == {"closing"}
    assert deviations("可以的。", style) == set()
