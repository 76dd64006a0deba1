from hypothesis import given
from hypothesis import strategies as st

from channels.sentences import sentences


def test_that_a_reply_is_cut_after_each_sentence():
    assert sentences("亲,可以退。运费险约3.5元!😊 祝您愉快") == ["亲,可以退。", "运费险约3.5元!😊 ", "祝您愉快"]


def test_that_closing_quotes_stay_with_their_sentence():
    assert sentences("他说“好的。”“真的?”") == ["他说“好的。”", "“真的?”"]


@given(st.text())
def test_that_the_pieces_are_the_reply(reply):
    assert "".join(sentences(reply)) == reply
