from dataclasses import replace

import pytest

from agent.prompt import IGNORED, encode
from finetune.data.encode import check_mask, encode_rows
from finetune.data.rows import load_files
from finetune.errors import MaskError
from finetune.training.batch import Collator


@pytest.fixture
def rows(tea_rows, profile):
    return load_files([tea_rows], profile)[0].rows


def test_that_only_the_answer_and_its_end_are_learned(tokenizer, rows):
    for encoded in encode_rows(tokenizer, rows, 2048).rows:
        learned = [label for label in encoded.encoded.labels if label != IGNORED]
        assert tokenizer.decode(learned) == encoded.row.answer + "<|im_end|>"
        assert len(learned) == encoded.learned


def test_that_a_row_is_asked_as_serving_asks(tokenizer, rows):
    for encoded in encode_rows(tokenizer, rows, 2048).rows:
        asked = encode(tokenizer, [dict(message) for message in encoded.row.messages]).input_ids
        assert encoded.encoded.input_ids[: len(asked)] == asked


def test_that_a_long_row_is_put_aside_whole(tokenizer, rows):
    longest = max(row.tokens for row in encode_rows(tokenizer, rows, 2048).rows)
    encoded = encode_rows(tokenizer, rows, longest - 1)
    assert len(encoded.rows) + len(encoded.too_long) == len(rows)
    assert all(problem.place and f"{longest - 1} are allowed" in problem.message for problem in encoded.too_long)


@pytest.mark.parametrize(
    ("bend", "message"),
    [
        (lambda good: replace(good, labels=(good.input_ids[0], *good.labels[1:])), "part of the prompt is learned"),
        (lambda good: replace(good, labels=(*good.labels[:-1], IGNORED)), "part of the answer is left out"),
        (lambda good: replace(good, labels=good.labels[:-1], input_ids=good.input_ids[:-1]), "end of its turn"),
        (lambda good: replace(good, labels=good.labels[:-1]), "differ in number"),
        (lambda good: replace(good, input_ids=(5, *good.input_ids[1:])), "not the one that serving sends"),
    ],
)
def test_that_labels_that_are_not_the_answer_are_refused(tokenizer, rows, bend, message):
    messages = [dict(one) for one in rows[0].messages]
    good, asked = encode(tokenizer, messages, rows[0].answer), encode(tokenizer, messages).input_ids
    check_mask(tokenizer, good, asked, rows[0])
    with pytest.raises(MaskError, match=rf"tea\.jsonl:1: {'.*' + message}"):
        check_mask(tokenizer, bend(good), asked, rows[0])


def test_that_a_batch_learns_and_attends_to_no_padding(tokenizer, rows):
    encoded = encode_rows(tokenizer, rows, 2048).rows[:3]
    batch = Collator(7)(encoded)
    assert batch["attention_mask"].sum(1).tolist() == [row.tokens for row in encoded]
    assert (batch["labels"] != IGNORED).sum(1).tolist() == [row.learned for row in encoded]
    assert batch["labels"][batch["attention_mask"] == 0].unique().tolist() in ([], [IGNORED])
