import json

import pytest

from evaluation.errors import RunError
from evaluation.report.run_file import load_run, run_json, write_run
from evaluation.report.scoring import measure, with_intervals
from evaluation.statistics.comparison import compare


@pytest.fixture
def told(turn, case, run_of):
    greeting = turn(expect={"intent": ["greeting"]}, intents=("greeting",))
    run = run_of(case(greeting, split="tuned", family="talk"), case(greeting, name="b", split="untouched"))
    return run, run_json(run, with_intervals(measure(run)), compare(run, run))


def test_that_a_run_reads_back_as_it_was_written(told, tmp_path) -> None:
    run, text = told
    write_run(tmp_path / "run", text)
    assert load_run(tmp_path / "run") == load_run(tmp_path / "run" / "run.json") == run


def test_that_machines_find_scores_families_splits_and_the_comparison(told) -> None:
    text = json.loads(json.dumps(told[1], ensure_ascii=False))
    assert text["scores"]["intent"]["value"] == 1.0
    assert {"low", "high", "n", "cases", "unit", "direction", "formula"} <= text["scores"]["intent"].keys()
    assert (text["families"].keys(), text["splits"].keys()) == ({"talk"}, {"tuned", "untouched"})
    assert text["comparison"]["reading"] == "no difference shown"


@pytest.mark.parametrize("text", ["[]", "{", '{"format": 1}', '{"format": 2, "run": {}}'])
def test_that_a_file_that_is_no_run_is_refused_by_name(tmp_path, text) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=r"run\.json"):
        load_run(tmp_path)
