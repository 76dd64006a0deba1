import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.cli import app
from evaluation.errors import FloorsError, NothingToReplay, NotOverTheWire, OtherRun
from evaluation.play.journal import Journal

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
    assert run["scores"]["intent"]["value"] == 1.0
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["run.json"]


def test_that_a_missed_floor_gives_status_1_and_says_which(replay, tmp_path) -> None:
    result = replay("--json", "--floors", floors(tmp_path, "sources: 0.9\n"))
    assert result.exit_code == 1
    assert "floor missed: sources: not measured" in result.stderr
    assert json.loads(result.stdout)["scores"]["turns_passed"]["value"] == 1.0


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


@pytest.mark.timeout(300)  # three processes read the shop
def test_that_the_same_run_shared_among_processes_gives_zero_differences(replay, tmp_path) -> None:
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    assert replay("--out", first, "--trials", "2").exit_code == 0
    result = replay("--out", second, "--trials", "2", "--workers", "2", "--baseline", first)
    assert "no difference shown" in " ".join(result.output.split())
    assert "the runs are the same" in " ".join(result.output.split())
    runs = [json.loads((Path(folder) / "run.json").read_text())["run"] for folder in (first, second)]
    assert [run["run_id"] for run in runs] == [runs[0]["run_id"]] * 2
    assert [case.get("trial", 1) for case in runs[1]["cases"]] == [1, 2]


def test_that_recorded_history_cannot_be_asked_of_a_server(replay) -> None:
    result = replay("--history", "recorded", "--url", "http://127.0.0.1:1")
    assert isinstance(result.exception, NotOverTheWire)


def test_that_a_history_nobody_knows_is_wrong_use(replay) -> None:
    assert replay("--history", "both").exit_code == 2


def test_that_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(replay, tmp_path, monkeypatch) -> None:
    path = tmp_path / "two.jsonl"
    lines = [{**TALK, "id": name} for name in ("t-1", "t-2")]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", stopping_after_one(Journal.add))
        stopped = replay("--out", str(out), talk=path)
    assert (stopped.exit_code, "stopped after 0 of 2" in stopped.stderr) == (130, True)
    assert "the same command goes on" in stopped.stderr
    assert len((out / "cases.jsonl").read_text().splitlines()) == 2
    refused = replay("--out", str(out), "--trials", "2", talk=path)
    assert isinstance(refused.exception, OtherRun)
    went_on = replay("--out", str(out), "--json", talk=path)
    assert [case["case_id"] for case in json.loads(went_on.stdout)["run"]["cases"]] == ["t-1", "t-2"]


def stopping_after_one(add):
    """Somebody presses Ctrl-C just after the first case is kept."""

    def call(journal, case):
        add(journal, case)
        raise KeyboardInterrupt

    return call


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
