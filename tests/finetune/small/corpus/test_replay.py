"""Replay: drawn rows in the default shop's persona."""

import json
from itertools import islice
from pathlib import Path

import pytest

import finetune.small
from finetune.data.lint import lint
from finetune.data.rows import load_files
from finetune.preparation import load_profile
from finetune.small.corpus.replay import draw_replay

FILE = Path(finetune.small.__file__).parent / "replay.jsonl"


@pytest.fixture(scope="module")
def shop():
    return load_profile(None)


def test_that_the_file_holds_the_rows_that_are_drawn(shop):
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert lines[:30] == list(islice(draw_replay(shop), 30))


def test_that_every_row_may_be_learned(shop):
    rows = [row for file in load_files([FILE], shop) for row in file.rows]
    assert len(rows) == 500
    assert lint(rows, shop) == ()
