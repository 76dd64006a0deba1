from xml.etree import ElementTree

import pytest

from evaluation.errors import RunError
from evaluation.report.junit import junit_xml, write_report

WRONG = {"outcome": ["handoff"]}


@pytest.fixture
def tree(turn, case, run_of):
    run = run_of(
        case(turn(timings_ms={"total": 1500.0}), name="good"),
        case(turn(), turn("<b>&\x00\x1b</b>", expect=WRONG), name="bad"),
        case(turn(crash="KeyError: 'x'"), name="crashed", origin="other.jsonl"),
    )
    return ElementTree.fromstring(junit_xml(run, {"intent": 0.9, "outcome": 0.5}, ["outcome: 0.200, floor 0.5"]))


def test_that_totals_are_those_of_the_suites(tree) -> None:
    assert [tree.get(kind) for kind in ("tests", "failures", "errors")] == ["5", "2", "1"]
    assert [suite.get("name") for suite in tree] == ["talk.jsonl", "other.jsonl", "floors"]


def test_that_a_wrong_turn_is_a_failure_and_a_crash_an_error(tree) -> None:
    found = {test.get("name"): [child.tag for child in test] for test in tree.iter("testcase")}
    assert found == {"good": [], "bad": ["failure"], "crashed": ["error"], "intent": [], "outcome": ["failure"]}


def test_that_a_failure_names_its_turn_with_expected_and_got(tree) -> None:
    failure = tree.find(".//testcase[@name='bad']/failure")
    assert failure.get("message") == "turn 2: outcome"
    assert "expected: handoff" in failure.text
    assert "got: answered" in failure.text


def test_that_what_xml_cannot_hold_is_replaced(tree) -> None:
    assert "<b>&��</b>" in tree.find(".//testcase[@name='bad']/failure").text


def test_that_times_are_told_in_seconds(tree) -> None:
    assert tree.find(".//testcase[@name='good']").get("time") == "1.500"


def test_that_a_file_that_cannot_be_written_is_told(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        write_report(tmp_path / "file" / "junit.xml", "<x/>")
