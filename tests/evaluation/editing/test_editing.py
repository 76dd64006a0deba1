import asyncio
import json
import signal
import subprocess
import sys

import pytest

import xiaoer
from agent.state import ConversationState
from agent.store.sqlite import open_store


@pytest.fixture
def run(books, releases, tmp_path, monkeypatch, capsys):
    """Runs ``xiaoer knowledge`` on the bookshop and gives the exit status and what was printed."""
    monkeypatch.setenv("XIAOER_RELEASES", str(releases))
    monkeypatch.setenv("XIAOER_STATE", f"sqlite:///{tmp_path}/state.db")

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            xiaoer.main(["knowledge", *arguments, "--shop", str(books.folder)])
        return left.value.code or 0, capsys.readouterr().out

    return call


def test_that_a_preview_tells_flips_in_the_terminal_as_json_and_as_a_page(run, books, tmp_path):
    books.change("policies/returns.md", "7天", "15天")
    status, table = run("preview", "--now", "2026-11-20T10:00:00+08:00", "--html", str(tmp_path / "p.html"))
    assert status == 0 and "7天 → 15天" in table
    assert "15" in (tmp_path / "p.html").read_text(encoding="utf-8")
    status, text = run("preview", "--strict", "--json", "--no-transcripts")
    assert (status, json.loads(text)["counts"]["flip"]) == (1, 1)


def test_that_a_preview_of_a_broken_pack_names_file_and_line(run, books):
    books.change("policies/returns.md", "title:", "titel:")
    status, text = run("preview", "--json")
    assert status == 1
    assert {(one["file"], one["line"]) for one in json.loads(text)["findings"]} >= {("policies/returns.md", 3)}


async def _keep(path, turns):
    store = open_store(f"sqlite:///{path}")
    for turn in turns:
        await store.commit(turn, ConversationState(customer_id="c"), 0, None)
    await store.aclose()


async def test_that_gaps_are_told_and_drafted(run, tmp_path, turn_of):
    await _keep(tmp_path / "state.db", [turn_of("能用比特币付款吗", n) for n in range(2)])
    status, text = await asyncio.to_thread(run, "gaps", "--json", "--draft", str(tmp_path / "drafts"))
    told = json.loads(text)
    assert (status, told["turns"], told["unanswered"], told["gaps"][0]["count"]) == (0, 2, 2, 2)
    assert len(told["drafts"]) == 1


def test_that_watch_checks_a_save_and_ends_cleanly_on_ctrl_c(books):
    command = [sys.executable, "-m", "xiaoer", "knowledge", "watch", "--every", "0.05", "--shop", str(books.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = iter(process.stdout.readline, "")
        assert any("Nothing to mend" in line for line in told)
        books.change("policies/returns.md", "title:", "titel:")
        assert any("unknown key 'titel'" in line for line in told)
        process.send_signal(signal.SIGINT)
        assert "Stopped." in process.communicate(timeout=20)[0]
    assert process.returncode == 0


def test_that_help_tells_every_command(capsys):
    with pytest.raises(SystemExit):
        xiaoer.main(["knowledge", "--help"])
    told = capsys.readouterr().out
    assert all(name in told for name in ("check", "publish", "feed", "preview", "gaps", "watch"))
