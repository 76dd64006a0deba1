"""Sets of other projects played whole, by the command that plays everything else."""

import json

import pytest
from typer.testing import CliRunner

from evaluation.cli import app


@pytest.fixture
def replay(tmp_path, monkeypatch):
    """Runs the command; gives its exit status and the run."""
    monkeypatch.setenv("XIAOER_RELEASES", str(tmp_path / "releases"))

    def run(*arguments):
        out = tmp_path / "run"
        done = CliRunner().invoke(app, [*map(str, arguments), "--out", str(out), "--show", "0"])
        return done.exit_code, json.loads((out / "run.json").read_text(encoding="utf-8"))

    return run


def test_that_a_domain_is_played_on_its_own_data(replay, domain) -> None:
    code, told = replay(domain)
    assert (code, told["scores"]["crashes"]["value"]) == (0, 0)
    assert told["scores"]["tasks_passed"]["n"] == 4
    assert told["run"]["shop_id"].startswith("tau-")
    assert len(told["run"]["left_out"]) == 3


def test_that_a_chinese_shop_cancels_what_its_customer_asks_for(replay, story) -> None:
    code, told = replay(story)
    case = next(one for one in told["run"]["cases"] if one["case_id"] == "story-0")
    assert (code, told["scores"]["crashes"]["value"]) == (0, 0)
    assert {row["order_id"]: row["status"] for row in case["after"]["orders"]} == {"880001": "cancelled"}


def test_that_documents_with_noise_are_scored_by_kind(replay, questions, tmp_path) -> None:
    page = tmp_path / "page.html"
    code, told = replay(questions, "--html", page)
    assert (code, told["scores"]["turns_passed"]["n"]) == (0, 5)
    assert told["scores"]["ungrounded"]["value"] == 0
    assert set(told["families"]) == {"noise", "refusal", "integration", "counterfactual"}
    assert "Not mapped (1)" in page.read_text(encoding="utf-8")


def test_that_a_set_with_its_own_shop_is_played_alone(domain, story, tmp_path) -> None:
    done = CliRunner().invoke(app, [str(domain), str(story)])
    assert "brings its own shop" in str(done.exception)
    done = CliRunner().invoke(app, [str(domain), "--shop", str(tmp_path)])
    assert "brings its own shop" in str(done.exception)
