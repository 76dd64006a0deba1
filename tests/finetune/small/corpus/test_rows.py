"""The corpus: rows that serving would write, with answers that it would send."""

import json
import re
from itertools import islice

from agent.audit.auditor import Auditor
from agent.prompt import fill
from finetune.small.corpus.policies import HELD_OUT, Shelf
from finetune.small.corpus.rows import draw_rows, write_rows

_SLOT = re.compile(r"〔(?:\d{1,2}|问)〕")


def _fill(row):
    brief = row.occasion.brief
    return fill(row.answer, [fact.text for fact in brief.facts], brief.ask)


def test_that_one_seed_draws_the_same_rows_again(rows):
    again = islice(draw_rows(7, Shelf.to_learn()), 5)
    assert [(row.messages, row.answer) for row in again] == [(row.messages, row.answer) for row in rows[:5]]


def test_that_another_seed_draws_other_rows(rows):
    assert next(draw_rows(8, Shelf.to_learn())).messages != rows[0].messages


def test_that_no_two_rows_are_of_one_shop(rows):
    assert len({row.messages[0]["content"] for row in rows}) > 0.98 * len(rows)


def test_that_every_slot_names_a_fact_or_the_question_of_its_row(rows):
    assert [row.answer for row in rows if _fill(row).unknown] == []


def test_that_every_answer_passes_the_audit_of_its_shop(rows):
    audited = [Auditor(row.occasion.profile).audit(_fill(row).text, row.occasion.brief) for row in rows]
    assert [findings for findings in audited if findings] == []


def test_that_no_answer_holds_a_figure_outside_its_slots(rows):
    assert [row.answer for row in rows if re.search(r"\d", _SLOT.sub("", row.answer))] == []


def test_that_about_one_row_in_six_says_that_it_does_not_know(rows):
    assert 0.08 < sum(not _fill(row).named for row in rows) / len(rows) < 0.25


def test_that_the_answers_name_other_facts_than_the_first_alone(rows):
    named = {_fill(row).named for row in rows}
    assert {(0,), (1,), (0, 1), (1, 0)} <= named


def test_that_shops_held_out_are_not_learned_from():
    learned, held_out = Shelf.to_learn(), Shelf.held_out()
    assert {shop.name for shop in held_out.shops} == set(HELD_OUT)
    assert not {shop.name for shop in learned.shops} & set(HELD_OUT)


def test_that_a_file_of_rows_holds_prompts_with_their_answers(tmp_path, rows):
    write_rows(tmp_path / "corpus.jsonl", 3, 7, Shelf.to_learn())
    lines = (tmp_path / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["answer"] for line in lines] == [row.answer for row in rows[:3]]
