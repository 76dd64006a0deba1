from contextlib import closing
from dataclasses import replace

import pytest

from evaluation.errors import OtherRun, RunError
from evaluation.play.journal import JOURNAL_FILE, Journal, forget


@pytest.fixture
def begun(tmp_path, turn, case, run_of):
    """A run that was stopped after one case."""
    with closing(Journal(tmp_path, run_of())) as journal:
        journal.add(case(turn("您好")))
    return tmp_path


def kept(folder, run):
    with closing(Journal(folder, run)) as journal:
        return journal.kept


def test_that_a_stopped_run_knows_what_is_finished(begun, turn, case, run_of) -> None:
    assert kept(begun, run_of()) == {("c-1", 1): case(turn("您好"))}


def test_that_a_line_that_was_cut_off_is_played_again(begun, turn, case, run_of) -> None:
    path = begun / JOURNAL_FILE
    path.write_bytes(path.read_bytes()[:-20])
    assert kept(begun, run_of()) == {}
    with closing(Journal(begun, run_of())) as journal:
        journal.add(case(turn("再来")))
    assert kept(begun, run_of()) == {("c-1", 1): case(turn("再来"))}


@pytest.mark.parametrize("change", [{"release_id": "other"}, {"versions": {"code": "x"}}, {"generator": "qwen"}])
def test_that_a_run_of_another_make_is_refused_and_the_difference_named(begun, run_of, change) -> None:
    with pytest.raises(OtherRun, match=next(iter(change))):
        Journal(begun, replace(run_of(), **change))


def test_that_a_run_of_other_options_is_refused(begun, run_of) -> None:
    with pytest.raises(OtherRun, match="trials"):
        Journal(begun, run_of(trials=4))


@pytest.mark.parametrize("text", ["no json\n", '{"run_id": "r-1"}\n'])
def test_that_a_file_that_is_no_journal_is_refused(tmp_path, run_of, text) -> None:
    (tmp_path / JOURNAL_FILE).write_text(text)
    with pytest.raises(RunError, match="remove it"):
        Journal(tmp_path, run_of())


def test_that_a_finished_run_leaves_no_journal(begun) -> None:
    forget(begun)
    assert not (begun / JOURNAL_FILE).exists()
