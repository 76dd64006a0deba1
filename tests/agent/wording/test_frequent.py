"""Answers to frequent questions: who may get them, and for how long."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from agent.assembly import Aides
from agent.evidence import Answer, Brief, Fact
from agent.generator.scripted import ScriptedGenerator
from agent.messages import Source
from agent.wording.frequent import FrequentAnswers, Question

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=timezone(timedelta(hours=8)))
FACT = Fact("policy", "下午4点前付款当天发货。", Source("ship", "policy", "发货"))
BRIEF = Brief((Answer("shipping", "answered", "inform", (FACT,)),))
QUESTION = Question("cha", "r-1", "local", "a-1", "CN", "几点发货", BRIEF)


def kept(question=QUESTION, most=2):
    answers = FrequentAnswers(most)
    answers.keep(question, "4点前付款当天发哦。", (FACT,), NOW)
    return answers


def test_that_the_same_question_gets_the_same_answer():
    assert kept().recall(QUESTION, NOW).text == "4点前付款当天发哦。"


@pytest.mark.parametrize(
    "other",
    [
        {"shop_id": "lanting"},
        {"release_id": "r-2"},
        {"model": "openai"},
        {"adapter_id": "a-2"},
        {"region": "HK"},
        {"text": "几点收货"},
        {"brief": Brief((Answer("shipping", "answered", "inform", (replace(FACT, text="下午5点前付款当天发货。"),)),))},
    ],
)
def test_that_whatever_decides_an_answer_is_part_of_its_question(other):
    assert kept().recall(replace(QUESTION, **other), NOW) is None


def test_that_an_answer_is_forgotten_after_an_hour():
    answers = kept()
    assert answers.recall(QUESTION, NOW + timedelta(minutes=59))
    assert answers.recall(QUESTION, NOW + timedelta(minutes=60)) is None
    assert len(answers) == 0


@pytest.mark.parametrize(("minutes", "is_said"), [(119, True), (120, False)])
def test_that_an_answer_ends_with_the_day_on_which_its_policy_ends(minutes, is_said):
    source = Source("ship", "policy", "发货", effective_to=date(2026, 11, 20))
    question = replace(
        QUESTION, brief=Brief((Answer("shipping", "answered", "inform", (replace(FACT, source=source),)),))
    )
    answers = FrequentAnswers(2, timedelta(days=1))
    answers.keep(question, "4点前付款当天发哦。", (FACT,), NOW)
    assert (answers.recall(question, (NOW + timedelta(minutes=minutes)).astimezone(UTC)) is not None) is is_said


def test_that_the_latest_used_are_kept():
    answers = kept()
    for text in ("用什么快递", "几点发货", "有礼盒吗"):
        answers.recall(QUESTION, NOW)
        answers.keep(replace(QUESTION, text=text), "好的。", (FACT,), NOW)
    assert answers.recall(QUESTION, NOW)
    assert answers.recall(replace(QUESTION, text="用什么快递"), NOW) is None


ASK = "拆封了还能退吗"


@pytest.fixture
def asked(tea, counter_of):
    """Asks from fresh conversations of a customer; gives the replies' words, authors and what the traces tell of recalls."""

    async def ask(model, frequent, *texts, customer_id="tea-cust-a"):
        async with counter_of(tea, customer_id, generator=model, aides=Aides(frequent=frequent)) as counter:
            for number, text in enumerate(texts):
                counter.conversation_id = f"c-{number}"
                reply = await counter.say(text)
            trace = (await counter.store.turns(counter.conversation_id))[-1].trace
        return reply, trace.get("recall")

    return ask


def names_first_fact():
    return ScriptedGenerator(["〔1〕"], name="qwen")


async def test_that_two_customers_with_one_question_cost_one_draft(asked):
    model, frequent = names_first_fact(), FrequentAnswers(9)
    first, found = await asked(model, frequent, ASK)
    again, found_again = await asked(model, frequent, f"{ASK}？", customer_id="tea-cust-c")
    assert (found, found_again, len(model.seen)) == ("miss", "hit", 1)
    assert (again.reply, again.worded_by, again.sources) == (first.reply, "qwen", first.sources)


@pytest.mark.parametrize("text", ["TEA-88231到哪了", f"我叫王小明，电话13812345678，{ASK}", f"什么垃圾店，{ASK}"])
async def test_that_what_is_somebodys_own_is_neither_kept_nor_looked_for(asked, text):
    frequent = FrequentAnswers(9)
    _, found = await asked(names_first_fact(), frequent, text)
    assert (found, len(frequent)) == (None, 0)


async def test_that_what_was_worded_in_the_middle_of_a_talk_is_not_kept(tea, counter_of):
    frequent = FrequentAnswers(9)
    async with counter_of(tea, "tea-cust-a", generator=names_first_fact(), aides=Aides(frequent=frequent)) as counter:
        await counter.say("你好")
        assert (await counter.say(ASK)).worded_by == "qwen"
    assert len(frequent) == 0


async def test_that_a_kept_answer_that_the_audit_refuses_is_worded_anew(asked, monkeypatch):
    model, frequent = names_first_fact(), FrequentAnswers(9)
    good, _ = await asked(model, frequent, ASK)
    recall = frequent.recall
    monkeypatch.setattr(frequent, "recall", lambda *key: replace(recall(*key), text="可以退，另外赔您888元。"))
    reply, found = await asked(model, frequent, ASK)
    assert (reply.reply, found, len(model.seen), len(frequent)) == (good.reply, "refused", 2, 0)


async def test_that_a_reply_from_facts_is_not_kept(asked):
    frequent = FrequentAnswers(9)
    reply, _ = await asked(ScriptedGenerator(["赔您888元。"]), frequent, ASK)
    assert (reply.worded_by, len(frequent)) == ("composer", 0)


async def test_that_nothing_is_looked_for_where_it_is_switched_off(asked):
    model = names_first_fact()
    _, found = await asked(model, None, ASK, ASK)
    assert (found, len(model.seen)) == (None, 2)
