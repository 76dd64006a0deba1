from hypothesis import given
from hypothesis import strategies as st

from channels.contact_centre.cutting import cut


def test_that_a_text_that_fits_stays_whole():
    assert cut("亲，在的。", 2048) == ("亲，在的。",)
    assert cut("", 2048) == ("",)


def test_that_a_text_is_cut_after_a_sentence():
    assert cut("一二三。四五六。七", 24) == ("一二三。四五六。", "七")


def test_that_a_long_sentence_is_cut_between_characters():
    assert cut("一二三四五", 7) == ("一二", "三四", "五")


@given(st.text(alphabet="a。1亲\n😀", max_size=60), st.integers(4, 30))
def test_that_nothing_is_lost_and_each_part_fits(text, most_bytes):
    parts = cut(text, most_bytes)
    assert "".join(parts) == text
    assert all(len(part.encode()) <= most_bytes for part in parts)
    assert len(parts) == 1 or all(parts)
