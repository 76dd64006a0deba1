"""The spans of a turn, named as OpenTelemetry's conventions for generative AI name them; the one module that knows these names.

A turn that nobody traces makes no spans: each function then gives a span that takes no notes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass

from opentelemetry import context, trace
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from agent.privacy.masking import mask

AGENT = "xiaoer"

# Semantic conventions for generative AI, as of version 1.41; all of them are in development and may be renamed.
OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
AGENT_NAME = "gen_ai.agent.name"
CONVERSATION = "gen_ai.conversation.id"
DATA_SOURCE = "gen_ai.data_source.id"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_STREAM = "gen_ai.request.stream"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
TOOL_NAME = "gen_ai.tool.name"
TOOL_TYPE = "gen_ai.tool.type"
TOOL_ARGUMENTS = "gen_ai.tool.call.arguments"
QUERY_TEXT = "gen_ai.retrieval.query.text"
DOCUMENTS = "gen_ai.retrieval.documents"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
ERROR_TYPE = "error.type"

# Our own.
TURN_ID = "xiaoer.turn_id"
RELEASE_ID = "xiaoer.release_id"
ADAPTER_ID = "xiaoer.adapter_id"
CHANNEL = "xiaoer.channel"
WAITED_S = "xiaoer.queue_wait_s"
OUTCOME = "xiaoer.outcome"
HANDOFF_REASON = "xiaoer.handoff.reason"
WORDED_BY = "xiaoer.worded_by"
TOOL_EFFECT = "xiaoer.tool.effect"

Value = str | bool | int | float


@dataclass(frozen=True)
class Tracing:
    """Where the spans of turns go."""

    tracer: Tracer
    tells_content: bool = False
    """Whether spans hold messages, prompts, drafts and arguments, masked."""


_TRACING: ContextVar[Tracing | None] = ContextVar("xiaoer_tracing", default=None)
_PROPAGATOR = TraceContextTextMapPropagator()


@contextmanager
def of_turn(tracing: Tracing, attributes: Mapping[str, Value]) -> Iterator[Span]:
    """The span of a turn; what is done inside it becomes its children.

    Args:
        tracing: where it goes.
        attributes: of the turn, by the names above.
    """
    token = _TRACING.set(tracing)
    try:
        told = {OPERATION: "invoke_agent", AGENT_NAME: AGENT, **attributes}
        with _span(f"invoke_agent {AGENT}", told) as span:
            yield span
    finally:
        _TRACING.reset(token)


def of_step(name: str) -> AbstractContextManager[Span]:
    """The span of one step of the graph."""
    return _span(name, {}) if _TRACING.get() else nullcontext(INVALID_SPAN)


def of_tool(name: str, effect: str, arguments: Mapping[str, object]) -> AbstractContextManager[Span]:
    """The span of one tool call."""
    if not _TRACING.get():
        return nullcontext(INVALID_SPAN)
    told: dict[str, Value] = {TOOL_NAME: name, TOOL_TYPE: "function", TOOL_EFFECT: effect}
    if _tells_content():
        told[TOOL_ARGUMENTS] = mask(json.dumps(arguments, ensure_ascii=False, default=str))
    return _span(f"execute_tool {name}", {OPERATION: "execute_tool", **told})


def of_search(release_id: str, question: str) -> AbstractContextManager[Span]:
    """The span of one look-up of policies."""
    if not _TRACING.get():
        return nullcontext(INVALID_SPAN)
    told: dict[str, Value] = {OPERATION: "retrieval", DATA_SOURCE: release_id}
    if _tells_content():
        told[QUERY_TEXT] = mask(question)
    return _span(f"retrieval {release_id}", told)


def found(span: Span, documents: Iterable[tuple[str, float]]) -> None:
    """Note what a look-up found: ids with scores, best first."""
    if span.is_recording():
        told = [{"id": name, "score": round(score, 3)} for name, score in documents]
        span.set_attribute(DOCUMENTS, json.dumps(told))


def of_chat(
    provider: str, adapter_id: str | None, messages: Sequence[Mapping[str, str]]
) -> AbstractContextManager[Span]:
    """The span of one draft of a model.

    Args:
        provider: what the trace of a turn calls the model.
        adapter_id: of the tuned adapter; None: there is none.
        messages: the prompt.
    """
    if not _TRACING.get():
        return nullcontext(INVALID_SPAN)
    told: dict[str, Value] = {OPERATION: "chat", PROVIDER: provider, REQUEST_STREAM: True}
    if adapter_id is not None:
        told[ADAPTER_ID] = adapter_id
    if _tells_content():
        told[INPUT_MESSAGES] = _as_messages((one["role"], one["content"]) for one in messages)
    return _span("chat", told, SpanKind.CLIENT)


def name_model(model: str) -> None:
    """Tell the span of the draft in work which model makes it."""
    span = trace.get_current_span()
    if span.is_recording():
        span.update_name(f"chat {model}")
        span.set_attribute(REQUEST_MODEL, model)


def count_tokens(prompt: int, draft: int) -> None:
    """Tell the span of the draft in work what it took, in tokens."""
    trace.get_current_span().set_attributes({INPUT_TOKENS: prompt, OUTPUT_TOKENS: draft})


def said(span: Span, text: str, asked: str | None = None) -> None:
    """Note what a model, or the whole turn, said, where content may be told.

    Args:
        span: of the draft or the turn.
        text: what was said.
        asked: what it answers; None: the span knows.
    """
    if _tells_content():
        span.set_attribute(OUTPUT_MESSAGES, _as_messages([("assistant", text)]))
        if asked is not None:
            span.set_attribute(INPUT_MESSAGES, _as_messages([("user", asked)]))


def end_turn(attributes: Mapping[str, Value], text: str, asked: str) -> None:
    """Tell the span of the turn in work how it ended.

    Args:
        attributes: by the names above.
        text: the reply.
        asked: the customer's message.
    """
    if is_traced():
        span = trace.get_current_span()
        span.set_attributes(attributes)
        said(span, text, asked)


def is_traced() -> bool:
    """Whether the turn in work makes spans."""
    return _TRACING.get() is not None


def headers_of_trace() -> dict[str, str]:
    """The headers by which a back-end's spans join the trace of the turn in work; none where it is not traced."""
    headers: dict[str, str] = {}
    if is_traced():
        _PROPAGATOR.inject(headers)
    return headers


@contextmanager
def joined(headers: Mapping[str, str]) -> Iterator[None]:
    """Let what is done inside join the trace that a request names in its ``traceparent``; without one it begins traces of its own."""
    token = context.attach(_PROPAGATOR.extract(headers, context.Context()))
    try:
        yield
    finally:
        context.detach(token)


@contextmanager
def _span(name: str, attributes: Mapping[str, Value], kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    tracing = _TRACING.get()
    if tracing is None:
        yield INVALID_SPAN
        return
    # An exception's words may name a customer: of an error only its type is told.
    with tracing.tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            fail(span, type(error).__name__)
            raise


def fail(span: Span, error: str) -> None:
    """Mark a span as failed."""
    span.set_attribute(ERROR_TYPE, error)
    span.set_status(Status(StatusCode.ERROR))


def _tells_content() -> bool:
    tracing = _TRACING.get()
    return tracing is not None and tracing.tells_content


def _as_messages(said_by: Iterable[tuple[str, str]]) -> str:
    told = [{"role": role, "parts": [{"type": "text", "content": mask(text)}]} for role, text in said_by]
    return json.dumps(told, ensure_ascii=False)
