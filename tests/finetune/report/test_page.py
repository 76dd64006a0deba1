import json
from html.parser import HTMLParser

import pytest

from finetune.config import Config, save_config
from finetune.errors import RunError
from finetune.report.cli import write_report
from finetune.training.answers import Answered, write_answers
from finetune.training.run import RunFolder


@pytest.fixture
def run(tmp_path):
    """A run that was stopped on its way."""
    folder = RunFolder(tmp_path / "first")
    folder.path.mkdir()
    config = Config(model="base", data=("a.jsonl",), output=folder.path)
    save_config(config, folder.path / "config.yaml")
    steps = {"total": 8, "per_epoch": 4, "warmup": 1, "every": 4, "kept": {}}
    stage = {"name": "all", "rows": 6, "replayed": 0, "epochs": 2, "learning_rate": 0.1, "steps": steps}
    plan = {
        "train_rows": 6, "eval_rows": 2, "left_out": 0, "kinds": {"knowledge": 8}, "base_parameters": 1000,
        "adapter_parameters": 10, "precision": "fp32", "stages": [stage],
    }  # fmt: skip
    folder.plan.write_text(json.dumps(plan), encoding="utf-8")
    folder.log.write_text('{"step": 0, "eval_loss": 3.5}\n{"step": 4, "loss": 2.5}\n', encoding="utf-8")
    write_answers(folder.baseline, [Answered(question="能退<吗", wanted="可以。", base="<script>alert(1)</script>")])
    return folder


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen, self.cells = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in ("meta", "path", "rect", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "td":
            self.cells.append(data)


def test_that_the_page_shows_what_was_said_and_runs_nothing(run):
    page = Tags()
    page.feed(write_report(run.path, run.path).read_text(encoding="utf-8"))
    assert page.open == [] and "script" not in page.seen
    assert {"能退<吗", "<script>alert(1)</script>", "not trained yet", "可以。"} <= set(page.cells)
    assert (run.path / "curve.svg").read_text(encoding="utf-8").startswith("<svg")


def test_that_a_run_on_its_way_says_how_far_it_is(run, tmp_path):
    page = write_report(run.path, tmp_path / "else")
    assert "Not finished: step 4 of 8." in page.read_text(encoding="utf-8")


def test_that_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"holds no run with a plan\.json; name the output folder"):
        write_report(tmp_path, tmp_path)
