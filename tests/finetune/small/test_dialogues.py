"""The dialogues written for the default shop: what they hold, and that they teach nothing that serving would stop."""

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import jieba
import pytest

import finetune.small
from agent.audit import Auditor
from finetune.data.lint import lint
from finetune.data.rows import load_files
from finetune.preparation import load_profile
from knowledge.pack import default_pack
from knowledge.transcripts import load_transcripts, transcript_files

FOLDER = Path(finetune.small.__file__).parent / "dialogues"
SLOT = re.compile(r"〔(\d+|问)〕")


@pytest.fixture(scope="module")
def shop():
    return load_profile(None)


@pytest.fixture(scope="module")
def rows(shop):
    return [row for file in load_files(sorted(FOLDER.glob("*.jsonl")), shop) for row in file.rows]


def words(text):
    return frozenset(word for word in jieba.lcut(text) if re.search(r"\w", word))


def share(rows, belongs):
    return sum(map(belongs, rows)) / len(rows)


def test_that_there_are_enough_of_them_and_none_is_refused(rows, shop):
    assert len(rows) >= 500
    assert lint(rows, shop) == ()


def test_that_every_slot_names_a_fact_or_the_question(rows):
    for row in rows:
        known = {str(number) for number in range(1, len(row.facts) + 1)} | ({"问"} if row.ask else set())
        assert set(SLOT.findall(row.answer)) <= known, row.place


def test_that_a_slot_never_stands_inside_a_sentence(rows):
    inside = re.compile(r"[^〕，。！？：；～]〔|〕[^〔\w]")
    assert [row.answer for row in rows if inside.search(row.answer)] == []


def test_that_the_words_beside_the_slots_hold_no_figure(rows):
    assert [row.answer for row in rows if re.search(r"\d", SLOT.sub("", row.answer))] == []


def test_that_filled_answers_pass_the_audit(rows, shop):
    audit = Auditor(shop).audit
    stopped = [(row.said, audit(row.said, row.brief, system_prompt=row.messages[0]["content"])) for row in rows]
    assert [found for found in stopped if found[1]] == []


def test_that_all_strategies_that_a_model_words_are_there(rows):
    counts = Counter(row.strategy for row in rows)
    assert min(counts[each] for each in ("clarify", "soothe")) >= 40
    assert min(counts[each] for each in ("alternative", "incentive", "decline", "remind")) >= 10
    assert {"confirm", "done", "handoff"}.isdisjoint(counts)


def test_that_about_a_fifth_has_no_answer_and_says_so(rows):
    unknown = [row for row in rows if row.strategy == "abstain"]
    assert 0.15 <= len(unknown) / len(rows) <= 0.25
    assert [row.answer for row in unknown if not re.search("没有?查到|查不到", row.said)] == []


def test_that_about_a_quarter_goes_on_with_a_conversation(rows):
    assert 0.2 <= share(rows, lambda row: len(row.messages) > 2) <= 0.3


def test_that_they_begin_in_many_ways(rows):
    leads = {SLOT.split(row.answer)[0] for row in rows}
    assert len(leads) >= 0.7 * len(rows)


def test_that_few_ask_the_same(rows):
    asked = [words(row.question) for row in rows]
    alike = sum(len(one & other) >= 0.8 * len(one | other) for one, other in combinations(asked, 2))
    assert alike <= 0.03 * len(rows)


def test_that_none_asks_in_the_words_of_a_transcript(rows):
    transcripts = load_transcripts(transcript_files(default_pack() / "transcripts"))
    said = [words(turn.customer) for transcript in transcripts for turn in transcript.turns]
    asked = {row.question: words(row.question) for row in rows}
    assert [text for text, own in asked.items() if max(len(own & other) for other in said) >= 0.72 * len(own)] == []


def test_that_who_it_is_comes_with_the_shops_own_names(rows, shop):
    asked = [row for row in rows if row.place.file.endswith("identity.jsonl")]
    named = share(asked, lambda row: shop.assistant in row.said or shop.name in row.said)
    assert len(asked) >= 60
    assert named >= 0.5
