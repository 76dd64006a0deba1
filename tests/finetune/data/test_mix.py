from collections import Counter

import pytest

from agent.evidence import Brief
from finetune.config import load_config
from finetune.data.mix import mix_rows
from finetune.data.rows import Row
from finetune.errors import DataError
from finetune.preparation import prepare
from finetune.problems import Place

TARGET = {"knowledge": 60, "dialogue": 30, "exception": 10}


def rows(**counts):
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    return [
        Row((), "好", kind, "inform", f"问{line}", Brief(()), Place("a.csv", line)) for line, kind in enumerate(kinds)
    ]


def test_that_kinds_are_drawn_in_the_proportion_asked_for():
    given = rows(knowledge=120, dialogue=200, exception=50)
    mixed = mix_rows(given, TARGET, 0)
    assert Counter(row.kind for row in mixed.rows) == {"knowledge": 120, "dialogue": 60, "exception": 20}
    assert mixed.rows == mix_rows(given, TARGET, 0).rows != mix_rows(given, TARGET, 1).rows
    assert list(mixed.rows) == [row for row in given if row in mixed.rows]


def test_that_what_is_short_is_told_and_never_made_up():
    mixed = mix_rows(rows(knowledge=60, exception=4), TARGET, 0)
    assert len(mixed.rows) == 64
    told = [problem.message for problem in mixed.problems]
    assert "of 0 training rows of kind 'dialogue' 0 are taken, 30 short" in told[0]
    assert "of 4 training rows of kind 'exception' 4 are taken, 6 short" in told[1]


def test_that_a_mix_of_none_of_the_kinds_is_an_error():
    assert mix_rows(rows(dialogue=3), {"knowledge": 1}, 0).problems[0].severity == "error"


@pytest.fixture
def prepared(write, tmp_path):
    lines = [f"{one}{other}怎么处理,好的,exception" for one in "茶壶杯碗" for other in "裂漏旧脏缺"]
    path = write("a.csv", "question,answer,kind", "保质期多久,很久,knowledge", "能开发票吗,能开,knowledge", *lines)

    def call(*overrides, data=path):
        config = tmp_path / "run.yaml"
        config.write_text(f"model: owner/none\ndata: ['{data}']\noutput: out\neval_share: 0.2\n", encoding="utf-8")
        return prepare(load_config(config, overrides), fetch=False)

    return call


def asked(rows):
    return {row.question for row in rows}


def test_that_the_mix_is_made_of_what_the_split_leaves_and_is_off_by_default(prepared):
    whole = prepared("mix=null")
    assert prepared().split == whole.split
    mixed = prepared("mix={knowledge: 0, dialogue: 0, exception: 1}")
    assert mixed.split.evaluation == whole.split.evaluation
    assert {row.kind for row in mixed.split.train} == {"exception"}
    with pytest.raises(DataError, match="none of the kinds"):
        prepared("mix={knowledge: 0, dialogue: 1, exception: 0}")


def test_that_drawing_fewer_rows_moves_no_question_to_the_other_side(prepared, write, tmp_path):
    whole = prepared()
    drawn = prepared(data=f"{tmp_path / 'a.csv'}#12")
    assert asked(drawn.split.train) < asked(whole.split.train)
    assert asked(drawn.split.evaluation) <= asked(whole.split.evaluation)
    assert len(drawn.split.train) + len(drawn.split.evaluation) == 12
