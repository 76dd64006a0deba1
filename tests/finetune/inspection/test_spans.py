import pytest

from finetune.data.encode import encode_rows
from finetune.data.rows import load_files
from finetune.inspection.spans import spans_of, tokens_of


@pytest.fixture
def encoded(tokenizer, tea_rows, profile):
    (file,) = load_files([tea_rows], profile)
    return encode_rows(tokenizer, file.rows[:1], 2048).rows[0].encoded


def test_that_a_row_is_cut_where_the_answer_begins(tokenizer, encoded):
    given, learned = spans_of(tokenizer, encoded)
    assert (given.is_learned, learned.is_learned) == (False, True)
    assert given.text.endswith("几点发货<|im_end|>\n<|im_start|>assistant\n")
    assert learned.text == "下午4点前付款当天发货。<|im_end|>"


def test_that_tokens_stand_with_their_ids_in_order(tokenizer, encoded):
    tokens = tokens_of(tokenizer, encoded)
    assert tuple(token.id for token in tokens) == encoded.input_ids
    assert [token.is_learned for token in tokens] == [label != -100 for label in encoded.labels]
    assert tokens[-1].text == "<|im_end|>"
