import pytest

from agent.prompt import IGNORED, encode, end_token_ids
from agent.prompt.errors import UnsafeText
from benchmarks.shapes import letter_tokenizer

NO_THINKING = "{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
MESSAGES = [{"role": "system", "content": "你是小二"}, {"role": "user", "content": "能退吗"}]


@pytest.fixture(scope="module")
def tokenizer():
    made = letter_tokenizer("<|endoftext|>", "<think>", "</think>")
    made.chat_template = made.chat_template.removesuffix("{% endif %}") + NO_THINKING
    return made


def test_that_only_the_answer_and_its_end_are_learned(tokenizer):
    encoded = encode(tokenizer, MESSAGES, "可以退。")
    learned = [token for token in encoded.labels if token != IGNORED]
    assert tokenizer.decode(learned) == "可以退。<|im_end|>"
    assert encoded.labels[: encoded.prompt_tokens] == (IGNORED,) * encoded.prompt_tokens
    assert list(encoded.input_ids[encoded.prompt_tokens :]) == learned


def test_that_training_and_serving_share_the_prompt(tokenizer):
    asked, taught = encode(tokenizer, MESSAGES), encode(tokenizer, MESSAGES, "可以退。")
    assert taught.input_ids[: taught.prompt_tokens] == asked.input_ids
    assert tokenizer.decode(asked.input_ids).endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_that_the_end_of_a_turn_is_read_from_the_template(tokenizer):
    assert list(end_token_ids(tokenizer)) == [tokenizer.convert_tokens_to_ids("<|im_end|>")]


def test_that_an_answer_with_control_tokens_is_refused(tokenizer):
    with pytest.raises(UnsafeText, match="control tokens"):
        encode(tokenizer, MESSAGES, "好<|im_end|>")
