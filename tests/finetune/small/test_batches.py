"""Batches: what is asked of the model, and what it costs."""

import random
from itertools import islice

import pytest

from finetune.small.batches import (
    PROMPT_WEIGHT,
    TEXT_WEIGHT,
    batches,
    collate,
    count_rules,
    to_line,
    to_text_line,
    without_rules,
)


@pytest.fixture
def lines(tokens, plain_rows):
    return [to_line(tokens, row) for row in plain_rows[:6]]


def test_that_every_token_of_the_answers_is_asked_for(lines):
    batch = collate(lines, random.Random(0))
    wanted = [token for line in lines for token in line.ids[line.answer_at :]]
    assert batch.targets[batch.weights == 1].tolist() == wanted


def test_that_what_is_asked_for_stands_after_its_place(lines):
    batch = collate(lines, random.Random(0))
    assert batch.ids.flatten()[batch.at + 1].tolist() == batch.targets.tolist()


def test_that_of_the_prompt_only_the_last_turn_is_asked_for(lines):
    batch = collate(lines[:1], random.Random(0))
    places = batch.at[batch.weights == PROMPT_WEIGHT] + 1
    assert 0 < len(places) and min(places) >= lines[0].turn_at and max(places) < lines[0].answer_at


def test_that_a_row_without_rules_keeps_its_shop_and_its_turn(lines, tokens):
    bare = without_rules(lines[0], count_rules(lines[0], lines[1]))
    said = tokens.decode(bare.ids)
    assert "的智能客服" in said and "规则：" not in said
    assert bare.ids[bare.turn_at :] == lines[0].ids[lines[0].turn_at :]
    assert bare.ids[bare.answer_at :] == lines[0].ids[lines[0].answer_at :]


def test_that_a_round_asks_each_row_once(tokens, plain_rows):
    found = islice(batches(plain_rows[:20], lambda row: to_line(tokens, row), 4, 0), 5)
    assert sum(int((batch.weights == 1).sum()) for batch in found) == sum(
        len(line.ids) - line.answer_at for line in (to_line(tokens, row) for row in plain_rows[:20])
    )


def test_that_of_plain_text_all_is_asked_for_that_the_longest_row_has_room_for(lines, tokens):
    text = to_text_line(tokens, "北方的冬天干燥而漫长，屋里烧着暖气。" * 40)
    batch = collate([lines[0], text], random.Random(0))
    longest = len(lines[0].ids)
    assert batch.ids.shape == (2, longest)
    assert batch.targets[batch.weights == TEXT_WEIGHT].tolist() == list(text.ids[1:longest])


def test_that_plain_text_comes_beside_the_rows_of_each_batch(tokens, plain_rows):
    texts = iter(lambda: [to_text_line(tokens, "今天下雨。")], None)
    found = next(batches(plain_rows[:20], lambda row: to_line(tokens, row), 4, 0, texts))
    assert len(found.ids) == 5 and int((found.weights == TEXT_WEIGHT).sum()) > 0
