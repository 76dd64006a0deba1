from agent.state import ConversationState
from evaluation.play.case import Line
from evaluation.play.recorded import corrected
from knowledge.transcripts import Expectation

SPOKEN = ConversationState(history=(("customer", "在吗"), ("assistant", "您好")), failures=1)


def test_that_the_persons_reply_takes_the_place_of_the_assistants() -> None:
    state = corrected(SPOKEN, Line("在吗", reference="在的亲"))
    assert (state.history, state.failures) == ((("customer", "在吗"), ("assistant", "在的亲")), 0)


def test_that_without_a_reference_the_assistants_own_reply_stands() -> None:
    assert corrected(SPOKEN, Line("在吗")) == SPOKEN


async def test_that_a_turn_is_judged_on_what_was_really_said(play, talk) -> None:
    lines = ({"customer": "你好", "reference": "您是要退掉订单TEA-88231里的龙井吗"}, "对")
    (own,), (recorded,) = await play(talk(*lines)), await play(talk(*lines), history="recorded")
    assert own.turns[0].reply.reply == recorded.turns[0].reply.reply
    assert recorded.turns[1].reply.message_id == "m-2"


async def test_that_an_unexpected_handover_does_not_silence_the_rest(play, talk) -> None:
    lines = ({"customer": "转人工", "expect": {"outcome": "answered"}}, "龙井用几度水泡")
    (own,), (recorded,) = await play(talk(*lines)), await play(talk(*lines), history="recorded")
    assert own.turns[1].reply.reply == ""
    assert "80" in recorded.turns[1].reply.reply


async def test_that_an_expected_handover_stays_one(play, talk) -> None:
    lines = ({"customer": "转人工", "expect": {"outcome": "handoff"}}, "龙井用几度水泡")
    (case,) = await play(talk(*lines), history="recorded")
    assert case.turns[1].reply.reply == ""


async def test_that_a_yes_still_counts_for_what_the_assistant_proposed(play, talk) -> None:
    (case,) = await play(talk({"customer": "取消订单TEA-88240", "reference": "确定取消吗"}, "好的"), history="recorded")
    assert [use.name for use in case.turns[1].reply.tools if use.effect == "write"] == ["cancel_order"]


def test_that_a_conversation_owned_by_a_person_is_given_back_where_an_answer_is_expected() -> None:
    handed = ConversationState(stage="queued", ticket_id="h-1")
    state = corrected(handed, Line("转人工", Expectation(outcome=("answered",))))
    assert (state.owner, state.ticket_id) == ("bot", None)
