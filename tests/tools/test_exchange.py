from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import NotFound
from tools.exchange import header_value, path_segment, retry_after_s


@pytest.mark.parametrize("word", ["", ".", "..", "...", "a\nb", "a\x00", "x" * 129, "\ud83d"])
def test_that_words_no_thing_can_have_as_a_name_are_not_found(word):
    with pytest.raises(NotFound):
        path_segment("order", word)


@pytest.mark.parametrize("word", ["../customers/U2", "a/b?c#d", "订单 1", "%2e%2e"])
def test_that_a_customers_word_stays_one_segment(word):
    segment = path_segment("order", word)
    assert not set("/?# ") & set(segment)
    assert unquote(segment) == word


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_that_header_values_survive_the_journey(value):
    assert header_value(value).isascii()
    assert unquote(header_value(value)) == value


@pytest.mark.parametrize(
    ("text", "seconds"), [("3", 3.0), ("", None), ("soon", None), ("-1", None), ("9" * 50, 999999999.0)]
)
def test_that_retry_after_is_read_or_ignored(text, seconds):
    assert retry_after_s({"retry-after": text}) == seconds


def test_that_retry_after_may_be_a_date():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    earlier = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    assert 25 < (retry_after_s({"retry-after": later}) or 0) <= 30
    assert retry_after_s({"retry-after": earlier}) == 0.0
