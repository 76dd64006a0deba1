"""A turn is counted, logged and traced alike, whether its reply is told in a response or goes through the outbox."""

import logging

import pytest

from agent.generator.scripted import ScriptedGenerator
from agent.mailroom.reception import Reception

WRONG = "亲，您的订单明天下午3点送到，迟到赔您50元。"


@pytest.fixture(params=["response", "outbox"])
def work(request, watched_shop):
    """Works a message in one way or the other."""

    async def worked(text: str, **setup: object):
        shop = watched_shop(**setup)
        if request.param == "response":
            await shop.assistant.handle(shop.message(text))
        else:
            reception = Reception(shop.assistant)
            await reception.accept(shop.message(text))
            await reception.rest()
            await reception.aclose()
        return shop

    return worked


async def test_that_a_turn_is_counted_and_logged_once(work) -> None:
    shop = await work("我的订单到哪了")
    assert 'xiaoer_turns_total{outcome="clarify"} 1.0' in shop.exposed
    assert "xiaoer_queue_wait_seconds_count 1.0" in shop.exposed
    assert 'xiaoer_turn_duration_seconds_count{stage="commit"} 1.0' in shop.exposed
    assert 'xiaoer_tool_calls_total{outcome="ok",tool="list_orders"} 1.0' in shop.exposed
    (line,) = [line for line in shop.lines if line["event"] == "turn"]
    assert (line["outcome"], line["channel"], line["worded_by"]) == ("clarify", "web", "composer")
    assert line["timings_ms"]["total"] > 0


async def test_that_a_line_names_turn_conversation_and_release(work) -> None:
    shop = await work("在吗")
    (turn,) = await shop.store.turns("conv-8812")
    (line,) = [line for line in shop.lines if line["event"] == "turn"]
    assert (line["turn_id"], line["release_id"]) == (turn.turn_id, turn.reply.release_id)
    assert line["conversation"] == shop.mark("conv-8812")
    assert "conv-8812" not in shop.log.getvalue()
    assert "U1001" not in shop.log.getvalue()


async def test_that_a_handover_is_counted_by_its_reason(work) -> None:
    shop = await work("转人工")
    assert 'xiaoer_handoff_total{reason="requested"} 1.0' in shop.exposed
    assert next(line for line in shop.lines if line["event"] == "turn")["handoff"] == "requested"


async def test_that_findings_of_the_audit_are_counted_by_their_kind(work) -> None:
    shop = await work("我的订单到哪了", generator=ScriptedGenerator([WRONG]))
    assert 'xiaoer_audit_findings_total{kind="amount"} 2.0' in shop.exposed


async def test_that_a_span_stands_for_a_turn(work) -> None:
    shop = await work("我的订单到哪了", is_traced=True)
    (root,) = [span for span in shop.exporter.get_finished_spans() if span.name == "invoke_agent xiaoer"]
    assert root.attributes["gen_ai.conversation.id"] == shop.mark("conv-8812")
    assert (root.attributes["xiaoer.outcome"], root.attributes["xiaoer.channel"]) == ("clarify", "web")
    assert {span.context.trace_id for span in shop.exporter.get_finished_spans()} == {root.context.trace_id}
    assert not any("U1001" in str(value) for value in root.attributes.values())


async def test_that_what_is_logged_inside_a_turn_names_it(work) -> None:
    def warn(messages: object) -> str:
        logging.getLogger("agent.somewhere").warning("conversation conv-8812 of U1001 is slow")
        return WRONG

    shop = await work("我的订单到哪了", generator=ScriptedGenerator(warn))
    line = next(line for line in shop.lines if line["logger"] == "agent.somewhere")
    assert line["event"] == f"conversation {shop.mark('conv-8812')} of [customer] is slow"
    assert line["turn_id"].startswith("t-")
    assert line["conversation"] == shop.mark("conv-8812")


async def test_that_what_is_logged_after_a_turn_does_not_name_it(work) -> None:
    shop = await work("在吗")
    logging.getLogger("elsewhere").warning("hello")
    assert "turn_id" not in shop.lines[-1]


async def test_that_a_turn_that_fails_is_counted_and_logged(watched) -> None:
    async def broken(*_: object) -> None:
        raise OSError("gone")

    watched.store.commit = broken
    with pytest.raises(OSError, match="gone"):
        await watched.assistant.handle(watched.message("在吗"))
    assert 'xiaoer_turns_total{outcome="failed"} 1.0' in watched.exposed
    (line,) = watched.lines
    assert (line["event"], line["error"], line["conversation"]) == ("turn_failed", "OSError", watched.mark("conv-8812"))


async def test_that_a_message_kept_for_a_person_is_no_handover(watched) -> None:
    await watched.assistant.handle(watched.message("转人工"))
    await watched.assistant.handle(watched.message("在吗", "m-2"))
    assert 'xiaoer_turns_total{outcome="relayed"} 1.0' in watched.exposed
    assert 'xiaoer_handoff_total{reason="requested"} 1.0' in watched.exposed
