"""Plain text beside the shop turns: what is read, and what is refused."""

import json
import lzma
from itertools import islice

import pytest

from finetune.errors import RunError
from finetune.small.passages import read_passages


@pytest.fixture
def reviews(tmp_path):
    path = tmp_path / "reviews.txt"
    path.write_text("书很好看。\n\n  纸有点薄。\n", encoding="utf-8")
    return path


def test_that_files_take_turns_and_begin_again(tmp_path, reviews):
    talk = tmp_path / "talk.jsonl.xz"
    turns = [{"role": "user", "content": "睡不着。"}, {"role": "assistant", "content": "早点休息。"}]
    with lzma.open(talk, "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"turns": turns}, ensure_ascii=False) + "\n")
    said = "睡不着。\n早点休息。"
    assert list(islice(read_passages([reviews, talk]), 6)) == [
        "书很好看。",
        said,
        "纸有点薄。",
        said,
        "书很好看。",
        said,
    ]


def test_that_a_long_text_becomes_passages_of_whole_lines(tmp_path):
    law = tmp_path / "laws.jsonl"
    lines = ["甲" * 300, "乙" * 80, "丙" * 900, "丁"]
    law.write_text(json.dumps({"text": "\n".join(lines)}), encoding="utf-8")
    found = list(islice(read_passages([law]), 3))
    assert found == ["\n".join(lines[:2]), lines[2], lines[3]]


def test_that_what_cannot_be_read_is_named(tmp_path, reviews):
    empty, odd = tmp_path / "empty.txt", tmp_path / "odd.jsonl"
    empty.write_text("\n", encoding="utf-8")
    odd.write_text('{"said": "好"}\n', encoding="utf-8")
    for path, told in (
        (empty, "no passage"),
        (odd, "expected 'text' or 'turns'"),
        (tmp_path / "none.txt", "cannot be opened"),
        (tmp_path / "book.pdf", "expected one of .txt"),
    ):
        with pytest.raises(RunError, match=told):
            list(islice(read_passages([reviews, path]), 2))
