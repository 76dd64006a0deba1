import pytest
from pydantic import BaseModel

from retrieval.journal import add_line, read_lines


class Seen(BaseModel):
    who: str


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "seen.jsonl"


def test_that_a_line_torn_by_a_crash_is_left_out_and_spoils_no_other(journal):
    add_line(journal, Seen(who="王"))
    with journal.open("ab") as file:
        file.write('{"who": "李'.encode()[:-1])
    add_line(journal, Seen(who="张"))
    assert read_lines(journal, Seen) == [Seen(who="王"), Seen(who="张")]


def test_that_lines_lie_one_behind_the_other(journal):
    add_line(journal, Seen(who="王"))
    add_line(journal, Seen(who="张"))
    assert journal.read_text(encoding="utf-8") == '{"who": "王"}\n{"who": "张"}\n'


def test_that_a_journal_not_begun_is_empty(journal):
    assert read_lines(journal, Seen) == []
