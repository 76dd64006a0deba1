"""A few rows, and a tokenizer with a small vocabulary found in them."""

from itertools import islice

import pytest

from agent.prompt import fill
from finetune.small.corpus.policies import Shelf
from finetune.small.corpus.rows import draw_rows
from finetune.small.tokenizer import train_tokenizer


def said(row):
    brief = row.occasion.brief
    return fill(row.answer, [fact.text for fact in brief.facts], brief.ask).text


@pytest.fixture(scope="session")
def plain_rows():
    drawn = islice(draw_rows(7, Shelf.to_learn()), 60)
    return [{"messages": list(row.messages), "answer": row.answer, "said": said(row)} for row in drawn]


@pytest.fixture(scope="session")
def tokens(plain_rows):
    return train_tokenizer(plain_rows, 1200)
