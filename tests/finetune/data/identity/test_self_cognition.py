from collections import Counter
from dataclasses import replace

import pytest

from agent.audit.auditor import Auditor
from agent.facts.shop import can_facts, cannot_facts, hours_facts, identity_facts
from agent.profile import ShopProfile, Style
from finetune.data.datasets.load import load_datasets
from finetune.data.identity.share import check_share
from finetune.data.lint import lint
from finetune.data.split import normalise_question
from finetune.errors import DataError
from finetune.gate.asking import UNPROMPTED, identity_questions
from finetune.preparation import load_profile
from finetune.problems import errors_of


@pytest.fixture
def tea(profile):
    return replace(
        profile, can=("查订单", "介绍茶叶"), cannot=("代客试喝",), hotline="0571-88880000",
        service_hours={"mon-fri": "09:00-18:00"}, style=Style(address="您好"),
    )  # fmt: skip


def rows_for(profile, name="self_cognition"):
    return load_datasets([name], None, profile, 0)[0].rows


def test_that_the_rows_that_ship_are_many_in_four_families_and_ask_each_thing_once(tea):
    rows = rows_for(tea)
    families = Counter(row.family for row in rows)
    assert len(rows) >= 100 and set(families) == {"who", "can", "promises", "risk"}
    assert min(families.values()) >= 20
    questions = Counter(normalise_question(row.question) for row in rows)
    assert max(questions.values()) == 1


def test_that_the_gate_asks_nothing_that_they_ask(tea):
    learned = {normalise_question(row.question) for row in rows_for(tea)}
    assert [question for question in identity_questions() if normalise_question(question) in learned] == []


def test_that_rows_without_a_name_in_their_prompt_say_it_only_where_they_are_asked_for_it(tea):
    rows = rows_for(tea, "unprompted")
    assert {row.messages[0]["content"] for row in rows} == {UNPROMPTED}
    assert {(row.family == "who", tea.assistant in row.answer) for row in rows} == {(True, True), (False, False)}
    questions = Counter(normalise_question(row.question) for row in rows)
    assert max(questions.values()) == 1 and len(rows) >= 200
    assert not errors_of(lint(rows, tea))


@pytest.mark.parametrize("shop", ["tea", "default"])
def test_that_every_row_that_ships_passes_the_audit_of_serving(shop, tea):
    profile: ShopProfile = tea if shop == "tea" else load_profile(None)
    auditor = Auditor(profile)
    for row in rows_for(profile):
        system = row.messages[0]["content"]
        assert "{{" not in row.said + system
        assert auditor.audit(row.said, row.brief, system_prompt=system) == (), row.said


def test_that_their_facts_are_those_that_serving_gives(tea):
    served = (*identity_facts(tea), *can_facts(tea), *cannot_facts(tea), *hours_facts(tea))
    known = {fact.text for fact in served}
    assert {fact for row in rows_for(tea) for fact in row.facts} == known


def test_that_rows_are_left_out_where_the_shop_does_not_say(profile):
    (file,) = load_datasets(["self_cognition"], None, profile, 0)
    assert {row.family for row in file.rows} == {"who", "can", "promises", "risk"}
    assert "rows are left out: the shop's profile does not say" in file.notes[0].message


def test_that_placeholders_of_any_file_are_filled_and_make_its_rows_ones_about_the_assistant(write, profile):
    path = write("a.csv", "question,answer", "你好,我是 {{name}}，由 {{ AUTHOR }} 开发。", "能退吗,可以退。")
    first, second = load_datasets([str(path)], None, profile, 0)[0].rows
    assert first.answer == "我是 小茶，由 茶铺 开发。"
    assert (first.family, second.family) == ("who", None)


def test_that_an_unknown_placeholder_is_told_with_its_line(write, profile):
    path = write("a.csv", "question,answer", "你好,我是{{NAMES}}")
    with pytest.raises(
        DataError, match=r"a\.csv:2: \{\{NAMES\}\} is no placeholder; the nearest known one is \{\{NAME\}\}"
    ):
        load_datasets([str(path)], None, profile, 0)


def test_that_rows_about_the_assistant_never_stand_alone(write, profile):
    who = [{"question": f"你是谁{number}", "answer": "小茶", "family": "who"} for number in range(6)]
    other = [{"question": f"问{number}", "answer": "好的"} for number in range(14)]

    def share(own, rest):
        (file,) = load_datasets([str(write("a.jsonl", *who[:own], *other[:rest]))], None, profile, 0)
        return check_share(file.rows)

    assert share(6, 14) == ()
    assert [problem.severity for problem in share(6, 13)] == ["warning"]
    assert errors_of(share(6, 4)) == ()
    assert "6 of 9 rows (67%)" in errors_of(share(6, 3))[0].message
