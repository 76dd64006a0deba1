"""The tokenizer of the small model."""

import pytest

from finetune.errors import RunError
from finetune.small.tokenizer import train_tokenizer


def test_that_text_comes_back_as_it_was(tokens):
    text = "亲，订单20261119003已发货〔1〕〔问〕😊 㿝 OK?\n好"
    ids = tokens.encode(text, add_special_tokens=False)
    assert tokens.decode(ids, clean_up_tokenization_spaces=False) == text


def test_that_digits_stand_alone(tokens):
    assert len(tokens.encode("20261119003", add_special_tokens=False)) == 11


def test_that_a_rule_of_the_prompt_takes_few_tokens(tokens, plain_rows):
    system = plain_rows[0]["messages"][0]["content"]
    assert len(tokens.encode(system, add_special_tokens=False)) < len(system) / 2


def test_that_a_turn_ends_with_the_end_token(tokens):
    said = tokens.apply_chat_template([{"role": "user", "content": "在吗"}], tokenize=False, add_generation_prompt=True)
    assert said == "<|im_start|>user\n在吗<|im_end|>\n<|im_start|>assistant\n"


def test_that_a_corpus_too_small_for_its_vocabulary_is_refused(plain_rows):
    with pytest.raises(RunError, match="draw more rows"):
        train_tokenizer(plain_rows[:2], 9000)
