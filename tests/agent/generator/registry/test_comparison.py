from datetime import UTC, datetime

import pytest

from agent.generator.registry.comparison import ANSWERS, compare
from agent.generator.registry.gate import Answered, Gate, GateLine


@pytest.fixture
def gate():
    """Makes a gate: figures by measure, questions answered, and the rows that it is about."""

    def make(*questions, rows="ef", **figures):
        line = {"base": 0.2, "limit": 0.8, "count": 10}
        return Gate(
            **{"adapter_sha256": "ab" * 32, "base_sha256": "cd" * 32, "eval_sha256": rows * 32, "prompt_version": "2"},
            **{"rows": 10, "at": datetime(2026, 11, 20, tzinfo=UTC), "verdict": "ship", "reasons": ()},
            lines=tuple(
                GateLine(measure=name, adapter=value, passes=value >= 0.8, **line) for name, value in figures.items()
            ),
            answers=tuple(
                Answered(question=text, wanted=None, adapter=f"{text}！{sum(figures.values())}", base="不知道")
                for text in questions
            ),
        )

    return make


def test_that_lines_stand_side_by_side_and_a_measure_that_one_lacks_is_left_open(gate):
    found = compare({"one": gate(first_audit=0.9), "two": gate(first_audit=0.7, style=0.1)})
    assert [line.measure for line in found.lines] == ["first_audit", "style"]
    assert [(one.adapter, one.passes) for one in found.lines[0].lines] == [(0.9, True), (0.7, False)]
    assert (found.lines[1].lines[0], found.lines[0].base, found.same_rows) == (None, 0.2, True)


def test_that_five_answers_are_shown_those_that_all_were_asked_first(gate):
    found = compare({"one": gate(*"甲乙丙丁戊", style=0.1), "two": gate(*"己丙戊", style=0.2)})
    assert [one.question for one in found.answers] == [*"丙戊甲乙丁"]
    assert len(found.answers) == ANSWERS
    assert found.answers[0].answers == ("丙！0.1", "丙！0.2")
    assert found.answers[2].answers == ("甲！0.1", None)


def test_that_gates_of_other_rows_are_told_and_share_no_base(gate):
    found = compare({"one": gate(style=0.1), "two": gate(rows="12", style=0.1)})
    assert (found.same_rows, found.lines[0].base) == (False, None)
