import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.confusions import VOCABULARY, WRONG_FORMS, mend_slips
from agent.understanding.folding import fold


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("我昨天買的裙子還沒發貨", "我昨天买的裙子还没发货"),
        ("ＳＦ１２３４５６７８９０", "sf1234567890"),
        ("在吗？？？？", "在吗?"),
        ("啊啊啊啊啊快点！！！", "啊啊快点!"),
        ("退\u200b货", "退货"),
        ("M码\u3000还有吗", "m码 还有吗"),
        ("退或可以吗 忧惠卷还有吗", "退货可以吗 优惠券还有吗"),
        ("快弟到哪了 物留不动", "快递到哪了 物流不动"),
        ("谢谢😊😊[微笑]", "谢谢"),
        ("幾耐到貨", "多久到货"),
    ],
)
def test_that_many_ways_of_typing_become_one(raw, folded):
    assert fold(raw).text == folded


def test_that_emoji_and_shouting_are_kept_apart():
    folded = fold("什么破东西！！！😡")
    assert (folded.emoji, folded.exclamations, folded.questions) == (("😡",), 3, 0)


def test_that_the_original_and_the_case_are_kept():
    folded = fold("我的ＳＦ123")
    assert (folded.original, folded.plain, folded.text) == ("我的ＳＦ123", "我的SF123", "我的sf123")


@given(st.text(max_size=60))
def test_that_folding_what_is_folded_changes_nothing(text):
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(alphabet="退货或惠优忧会卷券定单订快弟递啊?!。 aＡ１1", max_size=30))
def test_that_every_character_keeps_its_place_between_the_two_forms(text):
    folded = fold(text)
    assert len(folded.plain) == len(folded.text)


@pytest.mark.parametrize(
    "good", ["有货或者没货", "运费现在多少", "毛衣付款了", "退会员", "等级分几种", "大妈穿的", "有没有油费"]
)
def test_that_good_text_is_not_mended(good):
    assert mend_slips(good) == good


def test_that_a_wrong_form_is_as_long_as_its_word_and_no_word_itself():
    assert all(len(wrong) == len(word) and wrong not in VOCABULARY for wrong, word in WRONG_FORMS.items())
