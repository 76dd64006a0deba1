"""Dialogues in plain words."""

import json
import re
from pathlib import Path

import pytest

import finetune.small
from finetune.data.lint import lint
from finetune.data.rows import load_files
from finetune.preparation import load_profile
from finetune.problems import errors_of
from finetune.small.plain import plain_rows

FILE = Path(finetune.small.__file__).parent / "plain.jsonl"
SLOT = re.compile(r"〔(?:\d{1,2}|问)〕")


@pytest.fixture(scope="module")
def shop():
    return load_profile(None)


def test_that_the_file_is_what_the_dialogues_say(shop):
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert lines == list(plain_rows(shop))


def test_that_every_row_may_be_learned(shop):
    rows = [row for file in load_files([FILE], shop) for row in file.rows]
    assert len(rows) >= 500
    assert errors_of(lint(rows, shop)) == ()


def test_that_few_words_stand_around_the_slots(shop):
    words = {SLOT.sub("", row["messages"][-1]["content"]) for row in plain_rows(shop)}
    assert len(words) <= 20


def test_that_what_an_answer_names_and_asks_is_kept(shop, tmp_path):
    said = [
        {"role": "user", "content": "发了没"},
        {"role": "assistant", "content": "亲，别急别急，〔2〕再看看这个：〔1〕〔问〕"},
    ]
    row = {"kind": "knowledge", "strategy": "soothe", "context": ["一。", "二。"], "ask": "好吗？", "messages": said}
    (tmp_path / "one.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    (plain,) = plain_rows(shop, tmp_path)
    assert plain["messages"][-1]["content"] == "亲，实在抱歉，〔2〕〔1〕〔问〕"
