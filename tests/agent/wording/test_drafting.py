"""Hard turns go to the larger model, where there is one."""

import pytest

from agent.assembly import Aides
from agent.audit.finding import Finding
from agent.evidence import Answer, Brief, Fact
from agent.generator.errors import Unavailable
from agent.generator.scripted import ScriptedGenerator
from agent.wording.draft import Draft, Rejected
from agent.wording.hardness import hardness_of

WRONG = "您的包裹明天到，迟到赔您50元。"
ASK = "TEA-88231到哪了"


@pytest.fixture
def worded(tea, counter_of):
    """Asks once with a usual and a larger model."""

    async def word(text, usual, larger):
        models = [ScriptedGenerator(script, name=name) for script, name in ((usual, "usual"), (larger, "larger"))]
        async with counter_of(tea, "tea-cust-a", generator=models[0], aides=Aides(larger=models[1])) as counter:
            reply = await counter.say(text)
            trace = (await counter.store.turns("c-1"))[-1].trace
        return reply.worded_by, trace.get("hard"), [len(model.seen) for model in models]

    return word


async def test_that_an_easy_turn_is_the_usual_models(worded):
    assert await worded(ASK, ["〔1〕"], ["〔1〕"]) == ("usual", None, [1, 0])


async def test_that_a_refused_draft_is_made_again_by_the_larger_model(worded):
    assert await worded(ASK, [WRONG], ["〔1〕"]) == ("larger", "refused", [1, 1])


async def test_that_several_questions_are_the_larger_models(worded):
    assert await worded(f"{ASK}？拆封了还能退吗", ["〔1〕"], ["〔1〕"]) == ("larger", "several", [0, 1])


async def test_that_the_usual_model_stands_in_for_a_larger_one_that_is_down(worded):
    found = await worded(f"{ASK}？拆封了还能退吗", ["〔1〕"], [Unavailable("down")])
    assert found == ("usual", "several", [1, 1])


async def test_that_the_facts_are_worded_without_a_model_in_the_end(worded):
    assert await worded(ASK, [WRONG], [WRONG]) == ("composer", "refused", [1, 1])
    assert await worded(ASK, [WRONG], [Unavailable("down")]) == ("composer", "refused", [1, 1])


ONE = Answer("shipping", "answered", "inform", (Fact("policy", "当天发货。"),))
REFUSED = (Finding("amount", "50元", "50元 is in no fact"),)


@pytest.mark.parametrize(
    ("intents", "draft", "anger", "why"),
    [
        (["shipping"], Draft(), 0, None),
        (["shipping", "shipping"], Draft(), 1, None),
        (["shipping", "returns"], Draft(), 0, "several"),
        (["shipping"], Draft(), 2, "angry"),
        (["shipping"], Draft(tries=1, findings=REFUSED), 0, "refused"),
        (["shipping"], Draft(findings=REFUSED, recall="refused"), 0, None),
        (["shipping"], Draft(tries=1, rejected=(Rejected("", "usual", error="TimedOut"),)), 0, None),
    ],
)
def test_that_a_turn_is_hard_for_a_reason(intents, draft, anger, why):
    brief = Brief(tuple(Answer(intent, "answered", "inform", ONE.facts) for intent in intents))
    assert hardness_of(brief, draft, anger) == why
