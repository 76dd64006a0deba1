"""Rows drawn once for all tests."""

from itertools import islice

import pytest

from finetune.small.corpus.policies import Shelf
from finetune.small.corpus.rows import draw_rows


@pytest.fixture(scope="session")
def rows():
    return tuple(islice(draw_rows(7, Shelf.to_learn()), 150))
