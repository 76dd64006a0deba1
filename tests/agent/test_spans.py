"""The spans of a turn: its steps, tool calls, look-ups and drafts, under one root, without content unless it is asked for."""

import json

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent import spans
from agent.generator.errors import Unavailable
from agent.generator.openai_http import OpenAiHttpGenerator
from agent.generator.scripted import ScriptedGenerator
from agent.spans import Tracing

ASK = "TEA-88231到哪了，电话13812345678"
REPLY = "您的包裹正在运输中，圆通速递，单号YT8800112233，预计11月20日送达。"


@pytest.fixture
def traced(tea, counter_of):
    """Says something inside a traced turn and gives its spans by name."""

    async def say(text: str = ASK, *, tells_content: bool = False, **setup: object):
        exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        tracing = Tracing(provider.get_tracer("test"), tells_content)
        async with counter_of(tea, "tea-cust-a", **setup) as counter:
            with spans.of_turn(tracing, {spans.TURN_ID: "t-1"}):
                reply = await counter.say(text)
                spans.end_turn({spans.OUTCOME: reply.outcome}, reply.reply, text)
        provider.shutdown()
        return {span.name: span for span in exporter.get_finished_spans()}

    return say


async def test_that_the_steps_of_a_turn_stand_below_it(traced) -> None:
    found = await traced()
    root = found["invoke_agent xiaoer"]
    assert root.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert root.attributes["xiaoer.outcome"] == "answered"
    for step in ("begin", "understand", "retrieve", "act", "generate", "audit"):
        assert found[step].parent.span_id == root.context.span_id


async def test_that_a_tool_call_stands_below_its_step(traced) -> None:
    found = await traced()
    call = found["execute_tool get_shipment"]
    assert call.parent.span_id == found["act"].context.span_id
    assert (call.attributes["gen_ai.tool.name"], call.attributes["xiaoer.tool.effect"]) == ("get_shipment", "read")


async def test_that_a_look_up_tells_ids_and_scores(traced) -> None:
    found = await traced("运费多少钱")
    (search,) = [span for name, span in found.items() if name.startswith("retrieval ")]
    documents = json.loads(search.attributes["gen_ai.retrieval.documents"])
    assert documents[0]["id"].startswith("freight-2026#")
    assert 0 < documents[0]["score"] <= 1


async def test_that_a_failing_tool_tells_its_kind_and_no_words(traced) -> None:
    call = (await traced("订单TEA-99999到哪了"))["execute_tool get_order"]
    assert (call.attributes["error.type"], call.status.is_ok) == ("NotFound", False)
    assert call.events == ()
    assert call.status.description is None


async def test_that_a_failed_draft_tells_its_kind(traced) -> None:
    found = await traced(generator=ScriptedGenerator([Unavailable("gone", 500)]))
    assert found["chat"].attributes["error.type"] == "Unavailable"


async def test_that_no_content_is_told_unless_asked_for(traced) -> None:
    found = await traced(generator=ScriptedGenerator([REPLY]))
    told = json.dumps([dict(span.attributes) for span in found.values()], ensure_ascii=False)
    assert not any(word in told for word in ("到哪了", "13812345678", "YT8800112233", "TEA-88231", "包裹"))


async def test_that_content_is_masked(traced) -> None:
    found = await traced(tells_content=True, generator=ScriptedGenerator([REPLY]))
    asked = json.loads(found["invoke_agent xiaoer"].attributes["gen_ai.input.messages"])
    assert asked == [{"role": "user", "parts": [{"type": "text", "content": "TEA-88231到哪了，电话[电话]"}]}]
    assert "TEA-88231" in found["execute_tool get_order"].attributes["gen_ai.tool.call.arguments"]
    assert REPLY in found["chat"].attributes["gen_ai.output.messages"]
    prompt = json.loads(found["chat"].attributes["gen_ai.input.messages"])
    assert prompt[0]["role"] == "system"
    told = json.dumps([dict(span.attributes) for span in found.values()], ensure_ascii=False)
    assert "13812345678" not in told


async def test_that_a_model_behind_http_is_named_and_joins_the_trace(traced) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        choice = {"delta": {"content": REPLY}, "finish_reason": "stop"}
        events = [{"choices": [choice]}, {"choices": [], "usage": {"prompt_tokens": 812, "completion_tokens": 31}}]
        lines = [f"data: {json.dumps(event)}\n\n" for event in events]
        return httpx.Response(200, text="".join([*lines, "data: [DONE]\n\n"]))

    model = OpenAiHttpGenerator("http://model/v1", "qwen-7b", transport=httpx.MockTransport(answer))
    chat = (await traced(generator=model))["chat qwen-7b"]
    assert chat.attributes["gen_ai.request.model"] == "qwen-7b"
    assert (chat.attributes["gen_ai.usage.input_tokens"], chat.attributes["gen_ai.usage.output_tokens"]) == (812, 31)
    assert json.loads(asked[0].content)["stream_options"] == {"include_usage": True}
    assert f"{chat.context.trace_id:032x}-{chat.context.span_id:016x}" in asked[0].headers["traceparent"]


async def test_that_an_untraced_turn_makes_no_spans_and_carries_no_headers(fang) -> None:
    await fang.say(ASK)
    assert not spans.is_traced()
    assert spans.headers_of_trace() == {}


async def test_that_a_request_that_names_a_trace_is_joined(traced) -> None:
    named = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    with spans.joined(named):
        joined = (await traced())["invoke_agent xiaoer"]
    alone = (await traced())["invoke_agent xiaoer"]
    assert f"{joined.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert f"{joined.parent.span_id:016x}" == "b7ad6b7169203331"
    assert alone.parent is None
