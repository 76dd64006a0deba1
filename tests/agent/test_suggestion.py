import pytest

from agent.generator.scripted import ScriptedGenerator
from agent.handoff.errors import TicketUnknown
from agent.handoff.people import PeopleDesk
from agent.suggestion import Adviser


@pytest.fixture
def adviser_of():
    def made(counter):
        assistant = counter.assistant
        return Adviser(assistant.floor, assistant.backends, counter.store, assistant.clock)

    return made


async def _taken(counter, *texts):
    """A conversation that a person has taken after these messages."""
    for text in texts:
        await counter.say(text)
    desk = PeopleDesk(counter.store, counter.assistant.clock)
    return desk, await desk.take_over(counter.conversation_id, "mei")


async def test_that_what_the_customer_asked_before_they_called_for_a_person_is_answered(fang, adviser_of):
    await _taken(fang, "茶叶开封了可以退吗", "转人工")
    suggestion = await adviser_of(fang).suggest("c-1")
    assert suggestion.to == "茶叶开封了可以退吗"
    assert "退" in suggestion.text and suggestion.sources[0].kind == "policy"


async def test_that_what_they_asked_since_is_answered_first_and_lines_in_a_row_are_one(fang, adviser_of):
    await _taken(fang, "茶叶开封了可以退吗", "转人工")
    await fang.say("我的订单")
    await fang.say("TEA-88231到哪了")
    suggestion = await adviser_of(fang).suggest("c-1")
    assert suggestion.to == "我的订单\nTEA-88231到哪了"
    assert "get_shipment" in {use.name for use in suggestion.tools}


async def test_that_nothing_is_stored_and_nothing_is_sent(fang, adviser_of):
    await _taken(fang, "茶叶开封了可以退吗")
    before = (await fang.store.load("c-1"), await fang.store.turns("c-1"), await fang.store.unsent())
    assert (await adviser_of(fang).suggest("c-1")).text
    assert (await fang.store.load("c-1"), await fang.store.turns("c-1"), await fang.store.unsent()) == before


async def test_that_a_change_is_named_and_neither_proposed_nor_done(fang, adviser_of):
    await _taken(fang, "转人工")
    await fang.say("帮我取消订单TEA-88240")
    suggestion = await adviser_of(fang).suggest("c-1")
    assert (suggestion.text, suggestion.why_none) == ("", "needs_action")
    assert "TEA-88240" in suggestion.action
    await fang.say("确认")
    await adviser_of(fang).suggest("c-1")
    assert fang.status("TEA-88240") == "paid"
    assert await fang.store.unsettled() == ()


async def test_that_a_yes_to_an_open_proposal_carries_nothing_out(fang, adviser_of):
    await fang.say("帮我取消订单TEA-88240")
    assert (await fang.store.load("c-1")).state.pending is not None
    await _taken(fang)
    await fang.say("确认取消")
    suggestion = await adviser_of(fang).suggest("c-1")
    assert fang.status("TEA-88240") == "paid"
    assert not suggestion.text or "已" not in suggestion.text


async def test_that_nothing_is_suggested_once_a_person_has_answered(fang, adviser_of):
    desk, ticket = await _taken(fang, "茶叶开封了可以退吗")
    await desk.reply(ticket.ticket_id, "mei", "您好，我来为您处理", "p-1")
    assert (await adviser_of(fang).suggest("c-1")).why_none == "nothing_asked"


@pytest.mark.parametrize("text", ["qwerty", "转人工", "谢谢"])
async def test_that_no_suggestion_is_made_up(fang, adviser_of, text):
    await _taken(fang, text)
    suggestion = await adviser_of(fang).suggest("c-1")
    assert (suggestion.text, suggestion.why_none) == ("", "not_known")


async def test_that_a_model_words_it_and_a_false_figure_is_not_said(tea, counter_of, adviser_of):
    model = ScriptedGenerator(["亲，开封的茶叶99天内都可以退哦。"] * 2)
    async with counter_of(tea, "tea-cust-a", generator=model) as counter:
        await _taken(counter, "转人工")
        await counter.say("茶叶开封了可以退吗")
        suggestion = await adviser_of(counter).suggest("c-1")
    assert suggestion.text and "99" not in suggestion.text
    assert suggestion.worded_by == "composer"


async def test_that_an_unknown_conversation_is_told(fang, adviser_of):
    with pytest.raises(TicketUnknown):
        await adviser_of(fang).suggest("c-9")
