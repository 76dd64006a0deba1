import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.cli import app
from evaluation.errors import FloorsError, NothingToReplay

TEA = Path(__file__).parent.parent / "packs" / "chaye"
TALK = {"id": "t-1", "customer_id": "tea-cust-a", "turns": [{"customer": "你好", "expect": {"intent": ["greeting"]}}]}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The user's data folder, where releases are built."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def replay(tmp_path, monkeypatch, data):
    """Replays one conversation with the tea shop."""
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    path = tmp_path / "talk.jsonl"
    path.write_text(json.dumps(TALK, ensure_ascii=False), encoding="utf-8")

    def run(*more: str, talk: Path = path):
        return CliRunner().invoke(app, [str(talk), "--shop", str(TEA), *more])

    return run


def floors(folder: Path, text: str) -> str:
    (folder / "floors.yaml").write_text(text)
    return str(folder / "floors.yaml")


def test_that_a_run_that_reaches_its_floors_ends_well_and_is_kept(replay, tmp_path) -> None:
    result = replay("--out", str(tmp_path / "run"), "--floors", floors(tmp_path, "intent: 1\nforeign: 0\n"))
    assert result.exit_code == 0, result.output
    assert "turns_passed" in result.output
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert run["scores"]["intent"] == {"value": 1.0, "n": 1}


def test_that_a_missed_floor_gives_status_1_and_says_which(replay, tmp_path) -> None:
    result = replay("--json", "--floors", floors(tmp_path, "sources: 0.9\n"))
    assert result.exit_code == 1
    assert "floor missed: sources: not measured" in result.stderr
    assert json.loads(result.stdout)["turns"][0]["passed"] is True


def test_that_wrong_floors_are_told_before_anything_is_replayed(replay, tmp_path) -> None:
    result = replay("--floors", floors(tmp_path, "intents: 0.9\n"))
    assert isinstance(result.exception, FloorsError)


def test_that_a_failed_turn_is_shown_with_what_was_expected(replay, tmp_path) -> None:
    turn = {"customer": "你好", "expect": {"include": [["火星"]]}}
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps({"id": "t-bad", "turns": [turn]}, ensure_ascii=False), encoding="utf-8")
    result = replay(talk=path)
    assert result.exit_code == 0
    assert "t-bad #1" in result.output
    assert "火星" in result.output


def test_that_a_pack_without_transcripts_is_no_success(tmp_path, monkeypatch, data) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    pack = tmp_path / "pack"
    (pack / "policies").mkdir(parents=True)
    (pack / "inventory").mkdir()
    (pack / "shop.yaml").write_text("shop_id: kong\nname: 空店\n", encoding="utf-8")
    (pack / "inventory" / "products.csv").write_text("sku,product_id,title,category,price,stock\na,a,茶,茶,1,1\n")
    (pack / "policies" / "a.md").write_text("---\nid: a\ntitle: 退货\ncategory: returns\n---\n七天内可以退货。\n")
    result = CliRunner().invoke(app, ["--shop", str(pack)])
    assert isinstance(result.exception, NothingToReplay), result.output
