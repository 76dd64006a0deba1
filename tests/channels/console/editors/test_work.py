import json
import os
import threading

import pytest

from channels.console.errors import WorkBusy
from channels.console.work import WorkBoard
from knowledge.errors import PublishRefused, ReleaseUnknown
from knowledge.findings import Finding, Place


@pytest.fixture
def board(tmp_path):
    return WorkBoard(tmp_path)


@pytest.fixture
def held():
    """A job that goes on until it is let go."""

    class Held:
        begun, let_go = threading.Event(), threading.Event()

        def __call__(self, bar):
            with bar("asking") as watch:
                watch(3, 10)
                self.begun.set()
                self.let_go.wait(10)
                watch(10, 10)
            return {"answers": 10}

    job = Held()
    yield job
    job.let_go.set()


async def test_that_work_is_seen_by_every_worker_while_it_goes_on_and_after(board, tmp_path, held):
    board.begin("preview", "wen", {"files": []}, held)
    held.begun.wait(10)
    other = WorkBoard(tmp_path)
    assert (other.look("preview").status, other.look("preview").part) == ("running", "asking")
    held.let_go.set()
    await board.finish()
    assert (other.look("preview").status, other.look("preview").result) == ("done", {"answers": 10})


async def test_that_one_work_of_a_kind_goes_on_at_a_time_in_all_workers(board, tmp_path, held):
    board.begin("publication", "wen", {}, held)
    with pytest.raises(WorkBusy, match="wen"):
        WorkBoard(tmp_path).begin("publication", "lan", {}, held)
    other = WorkBoard(tmp_path)
    other.begin("preview", "lan", {}, lambda bar: {})
    await other.finish()
    held.let_go.set()
    await board.finish()
    assert board.begin("publication", "lan", {}, lambda bar: {}).who == "lan"
    await board.finish()


async def test_that_work_whose_state_could_not_be_written_is_not_in_the_way(board, tmp_path, held):
    held.let_go.set()
    (tmp_path / "work" / ".preview.json.part").mkdir(parents=True)
    with pytest.raises(OSError, match="preview"):
        board.begin("preview", "wen", {}, held)
    (tmp_path / "work" / ".preview.json.part").rmdir()
    board.begin("preview", "wen", {}, held)
    await board.finish()
    assert board.look("preview").status == "done"


def test_that_work_of_a_process_that_died_is_lost_and_not_in_the_way(board, tmp_path):
    if (child := os.fork()) == 0:
        begun = threading.Event()

        def job(bar):
            begun.set()
            threading.Event().wait()

        WorkBoard(tmp_path).begin("preview", "wen", {}, job)
        begun.wait(10)
        os._exit(0)
    os.waitpid(child, 0)
    assert board.look("preview").status == "lost"
    board.begin("preview", "lan", {}, lambda bar: {"answers": 1})


async def test_that_a_refusal_brings_its_findings(board):
    def job(bar):
        raise PublishRefused([Finding("conflict", "error", Place("policies/a.md", 3), "两处不同", "改一处")])

    board.begin("publication", "wen", {}, job)
    await board.finish()
    told = board.look("publication")
    assert told.status == "refused" and told.result["findings"][0]["line"] == 3


async def test_that_a_failure_is_told_in_its_own_words(board):
    def job(bar):
        raise ReleaseUnknown("r-x", [])

    board.begin("publication", "wen", {}, job)
    await board.finish()
    told = board.look("publication")
    assert (told.status, told.code) == ("failed", "ReleaseUnknown") and "r-x" in told.message


async def test_that_a_closing_server_gives_work_up_at_its_next_step(board, held):
    board.begin("preview", "wen", {}, held)
    held.begun.wait(10)
    held.let_go.set()
    await board.aclose()
    assert board.look("preview").status in ("lost", "done")  # it may have been past its last step


def test_that_a_torn_state_is_as_none(board, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "gaps.json").write_text(json.dumps({"kind": "gaps"}), encoding="utf-8")
    assert board.look("gaps") is None
