"""Measuring a small model on shops that it never saw."""

from agent.prompt import fill
from finetune.small.measure import measure


def test_that_the_rows_own_answers_are_right_in_everything():
    found = measure(lambda row: row.answer, 12)
    assert found["form"] == found["first_audit"] == found["slot_precision"] == found["slot_recall"] == 1
    assert found["all_slots_right"] == found["abstains_rightly"] == 1 and found["abstains_wrongly"] == 0


def test_that_facts_said_word_for_word_count_like_their_slots():
    def say(row):
        return fill(row.answer, [fact.text for fact in row.occasion.brief.facts], row.occasion.brief.ask).text

    assert measure(say, 12)["all_slots_right"] == 1


def test_that_an_unfinished_draft_and_a_slot_of_nothing_are_bad_form():
    assert measure(lambda row: "", 6)["form"] == 0
    found = measure(lambda row: "亲，〔99〕", 6)
    assert found["form"] == found["first_audit"] == found["slot_recall"] == 0


def test_that_saying_nothing_of_what_is_known_is_told():
    assert measure(lambda row: "抱歉，这个暂时没有查到。", 12)["abstains_wrongly"] == 1
