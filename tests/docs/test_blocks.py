"""The documents' own examples, run as they stand."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

import xiaoer
from agent.settings import load_settings
from channels.http.wire import ChatRequest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One fenced block of a page."""

    place: str
    language: str
    text: str


def _blocks() -> list[Block]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            line = text[: match.start()].count("\n") + 1
            found.append(Block(f"{page.relative_to(ROOT).as_posix()}:{line}", match[1], match[2]))
    return found


def _of(language: str) -> list[Block]:
    return [block for block in _blocks() if block.language == language]


def _place(block: Block) -> str:
    return block.place


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("XIAOER_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("XIAOER_RELEASES", str(tmp_path / "releases"))
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("block", _of("python"), ids=_place)
def test_that_a_python_example_runs(block):
    exec(compile(block.text, block.place, "exec"), {"__name__": "example"})


@pytest.mark.parametrize("block", _of("console"), ids=_place)
def test_that_a_command_example_succeeds(block, capsys):
    # A block marked `console` ends by itself; what keeps running is marked `sh` and is not run here.
    for line in block.text.splitlines():
        if line.startswith("$ xiaoer"):
            with pytest.raises(SystemExit) as left:
                xiaoer.main(shlex.split(line.removeprefix("$ xiaoer")))
            assert left.value.code == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    "block", [block for block in _of("sh") if "/chat" in block.text and "-d '" in block.text], ids=_place
)
def test_that_a_curl_example_sends_a_request_that_fits(block):
    for body in re.findall(r"-d '(\{.*?\})'", block.text, re.DOTALL):
        if "messages" not in body:
            ChatRequest.model_validate_json(body)


def test_that_every_link_between_pages_leads_somewhere():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


@pytest.mark.parametrize("block", _of("toml"), ids=_place)
def test_that_a_settings_example_is_accepted(block, tmp_path):
    (tmp_path / "xiaoer.toml").write_text(block.text, encoding="utf-8")
    load_settings({}, {}, tmp_path)
