import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from evaluation.errors import RunError
from evaluation.online.errors import PeriodError
from evaluation.online.running import since_of
from evaluation.report.cli import app
from evaluation.report.run_file import write_run
from evaluation.report.run_report import RunReport

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def stored(tmp_path, turn, case, run_of):
    """A run of one right and one wrong case, as replay keeps it."""
    told = RunReport.of(
        run_of(case(turn(expect={"outcome": ["answered"]})), case(turn(expect={"outcome": ["handoff"]}), name="b")),
        None,
        {},
    )
    write_run(tmp_path / "run", told.as_json())
    return tmp_path / "run"


def called(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_that_a_run_is_told_again_as_page_and_ci_file(stored, tmp_path):
    done = called(stored, "--baseline", stored, "--html", tmp_path / "p" / "run.html", "--junit", tmp_path / "run.xml")
    assert done.exit_code == 0
    assert "the same, turn by turn" in (tmp_path / "p" / "run.html").read_text("utf-8")
    assert 'failures="1"' in (tmp_path / "run.xml").read_text("utf-8")


def test_that_a_missed_floor_gives_exit_status_one(stored, tmp_path):
    (tmp_path / "floors.yaml").write_text("outcome: 0.9\n")
    done = called(stored, "--floors", tmp_path / "floors.yaml", "--junit", tmp_path / "run.xml", "--json")
    assert done.exit_code == 1
    assert "floor missed: outcome" in done.stderr
    assert json.loads(done.stdout)["scores"]["outcome"]["value"] == 0.5
    assert '<failure message="outcome: 0.500, floor 0.9"' in (tmp_path / "run.xml").read_text("utf-8")


def test_that_nothing_to_report_is_wrong_use():
    done = called()
    assert done.exit_code == 2
    assert "--since" in done.stderr


def test_that_a_run_that_is_none_is_told(tmp_path):
    assert isinstance(called(tmp_path).exception, RunError)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("36h", NOW - timedelta(hours=36)),
        ("7d", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(days=14)),
        ("2026-11-01T00:00:00+08:00", datetime(2026, 10, 31, 16, tzinfo=UTC)),
    ],
)
def test_that_a_period_is_written_as_people_write_it(text, moment):
    assert since_of(text, NOW) == moment


@pytest.mark.parametrize("text", ["7", "a week", "-3d", ""])
def test_that_another_period_is_refused(text):
    with pytest.raises(PeriodError, match="7d"):
        since_of(text, NOW)


def test_that_a_report_makes_no_store(tmp_path):
    done = called("--since", "7d", "--state", f"sqlite:///{tmp_path}/none.db")
    assert isinstance(done.exception, PeriodError)
    assert list(tmp_path.iterdir()) == []
