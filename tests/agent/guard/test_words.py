import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.guard.spelling import spell
from agent.guard.words import WordGuard, guard_of

GUARD = WordGuard(("刷单", "洗钱", "刷好评", "全国第一", "套现", "VPN", "發票代開"))


def _met(text):
    return {met.word for met in GUARD.find(text)}


@pytest.mark.parametrize(
    "disguised",
    [
        "刷单",
        "刷 单",
        "刷\u200b单",
        "刷*单",
        "刷.单",
        "刷 單",
        "shuadan",
        "shua dan",
        "ｓｈｕａ ｄａｎ",
        "shuā dān",
        "S H U A D A N",
        "shu-a-dan",
        "刷dan",
        "shua单",
        "ѕhuаdаn",
    ],
)
def test_that_a_disguise_hides_nothing(disguised):
    assert _met(f"帮我{disguised}吧") == {"刷单"}


@pytest.mark.parametrize(
    "said", ["外套现在有货吗", "全国，第一次买", "刷子单买多少钱", "mvpn", "帮我洗衣服，钱包也要", "你好"]
)
def test_that_other_words_are_left_alone(said):
    assert _met(said) == set()


def test_that_clause_marks_in_every_gap_hide_nothing():
    assert _met("全，国，第，一") == {"全国第一"}


def test_that_lists_may_be_in_traditional_characters_or_latin_letters():
    assert _met("发票代开，v p n") == {"發票代開", "VPN"}


def test_that_the_place_in_the_text_is_told():
    (met,) = GUARD.find("亲，刷\u200b 單吗")
    assert (met.word, met.start, met.end) == ("刷单", 2, 6)


def test_that_an_empty_list_finds_nothing():
    assert list(WordGuard(("", "！")).find("刷单")) == []


def test_that_a_list_is_read_once():
    assert guard_of(("刷单",)) is guard_of(("刷单",))


def test_that_thousands_of_words_cost_no_more_than_a_few():
    many = WordGuard(tuple(f"禁{chr(0x4E00 + at)}{chr(0x5000 + at)}词" for at in range(3000)))
    text = "请问这件衣服七天内可以退货吗？运费谁出" * 20
    list(many.find(text))
    started = time.process_time()  # of this process alone, however busy the machine is
    for _ in range(20):
        list(many.find(text))
    assert (time.process_time() - started) / 20 < 0.01


@given(st.text(max_size=60))
def test_that_every_letter_knows_its_place(text):
    spelled = spell(text)
    assert len(spelled.letters) == len(spelled.places)
    assert list(spelled.places) == sorted(spelled.places)
    assert all(0 <= place < len(text) for place in spelled.places)


@given(st.text(alphabet="全国第一，。 *\u200b", max_size=10))
def test_that_every_match_reads_as_its_word(text):
    for met in GUARD.find(text):
        assert spell(text[met.start : met.end]).letters == spell(met.word).letters
