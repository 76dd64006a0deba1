"""The HTTP backend against servers on good and bad days; the server is an app or a stream behind httpx's transport."""

import asyncio
import json
import time
from contextlib import suppress

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from agent.generator.errors import GeneratorError, Interrupted, NotAccepted, Overrun, TimedOut, Unavailable
from agent.generator.openai_http import Limits, OpenAiHttpGenerator
from tools.breaker import Breaker

MESSAGES = [{"role": "system", "content": "你是小二"}, {"role": "user", "content": "在吗"}]
QUICK = Limits(connect_s=1, first_token_s=0.4, total_s=0.8, max_chars=200, pause_s=0.01)


def event(text=None, finish=None):
    choice = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]}, ensure_ascii=False)}\n\n".encode()


GOOD = [event("在"), event("的。"), event(finish="stop"), b"data: [DONE]\n\n"]


class Stream(httpx.AsyncByteStream):
    def __init__(self, chunks, pause_s=0.0, breaks=False):
        self.chunks, self.pause_s, self.breaks, self.is_closed = chunks, pause_s, breaks, False

    async def __aiter__(self):
        for chunk in self.chunks:
            yield chunk
            await asyncio.sleep(self.pause_s)
        if self.breaks:
            raise httpx.ReadError("connection reset")

    async def aclose(self):
        self.is_closed = True


def generator(*answers, **options):
    """A generator whose server gives these answers, one a call: a list of chunks, a Stream, a status or an error."""
    calls = []

    def answer(request):
        calls.append(request)
        given = answers[min(len(calls), len(answers)) - 1]
        if isinstance(given, Exception):
            raise given
        if isinstance(given, int):
            return httpx.Response(given, text="busy")
        return httpx.Response(200, stream=given if isinstance(given, Stream) else Stream(given))

    made = OpenAiHttpGenerator(
        "http://model/v1", "tiny", limits=QUICK, transport=httpx.MockTransport(answer), **options
    )
    return made, calls


async def say(made):
    return "".join([piece async for piece in made.stream(MESSAGES)])


async def test_that_a_real_app_is_asked_as_openai_is_and_streams_back():
    app, seen = FastAPI(), {}

    @app.post("/v1/chat/completions")
    async def complete(request: Request):
        seen.update(await request.json(), authorization=request.headers["authorization"])
        return StreamingResponse(iter(GOOD), media_type="text/event-stream")

    made = OpenAiHttpGenerator(
        "http://model/v1/", "tiny", "key", extra_body={"top_p": 0.5}, transport=httpx.ASGITransport(app)
    )
    assert await say(made) == "在的。"
    assert (seen["model"], seen["messages"], seen["stream"], seen["top_p"]) == ("tiny", MESSAGES, True, 0.5)
    assert seen["authorization"] == "Bearer key"


async def test_that_characters_cut_between_chunks_are_whole():
    joined = b"".join(GOOD)
    made, _ = generator([joined[at : at + 3] for at in range(0, len(joined), 3)])
    assert await say(made) == "在的。"


async def test_that_comments_usage_and_carriage_returns_are_read_over():
    noise = [b": ping\r\n\r\n", b'data: {"choices": [], "usage": {}}\r\n\r\n', b"event: x\r\n", *GOOD]
    made, _ = generator(noise)
    assert await say(made) == "在的。"


async def test_that_thinking_aloud_is_left_out():
    made, _ = generator([event("<thi"), event("nk>想想</th"), event("ink>\n\n"), *GOOD])
    assert await say(made) == "在的。"


@pytest.mark.parametrize("first", [503, 429, httpx.ConnectError("refused"), Stream([], breaks=True), []])
async def test_that_a_call_is_repeated_before_the_first_word(first):
    made, calls = generator(first, GOOD)
    assert await say(made) == "在的。"
    assert len(calls) == 2


async def test_that_nothing_is_repeated_after_the_first_word():
    made, calls = generator(Stream([event("在")], breaks=True), GOOD)
    with pytest.raises(Interrupted, match="broke off"):
        await say(made)
    assert len(calls) == 1


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_that_a_refused_request_is_not_repeated(status):
    made, calls = generator(status)
    with pytest.raises(NotAccepted, match="check base URL") as caught:
        await say(made)
    assert (caught.value.status, len(calls)) == (status, 1)


async def test_that_a_server_that_stays_down_is_named():
    made, calls = generator(httpx.ConnectError("refused"))
    with pytest.raises(Unavailable, match="http://model/v1"):
        await say(made)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("chunks", "error"),
    [
        ([event("在"), b"data: {broken\n\n"], Interrupted),
        ([event("在"), b"data: [1]\n\n"], Interrupted),
        ([event("在"), b'data: {"choices": [{"delta": {"content": 5}}]}\n\n'], Interrupted),
        ([event("在"), b'data: {"choices": 3}\n\n'], Interrupted),
        ([event("在"), b'data: {"error": {"message": "out of memory"}}\n\n'], Unavailable),
        ([event("在")], Interrupted),
        ([event("在"), event(finish="length")], Overrun),
        ([event("在"), event(finish="content_filter")], NotAccepted),
        ([event("在" * 60)] * 9, Overrun),
        ([event("在"), b"x" * 2_000_000], Interrupted),
    ],
)
async def test_that_a_stream_that_is_no_whole_reply_is_an_error(chunks, error):
    made, _ = generator(chunks)
    with pytest.raises(error):
        await say(made)


async def test_that_a_silent_server_is_left_at_the_first_deadline():
    made, _ = generator(Stream([b": ping\n\n"] * 99, pause_s=0.05))
    started = time.monotonic()
    with pytest.raises(TimedOut, match="first token"):
        await say(made)
    assert time.monotonic() - started < 2


async def test_that_an_endless_stream_is_left_at_the_last_deadline():
    stream = Stream([event("在")] * 999, pause_s=0.05)
    made, _ = generator(stream)
    with pytest.raises(TimedOut, match="end of the reply"):
        await say(made)
    assert stream.is_closed


async def test_that_closing_early_hangs_up():
    stream = Stream([event("在")] * 999, pause_s=0.01)
    made, _ = generator(stream)
    pieces = made.stream(MESSAGES)
    await anext(pieces)
    await pieces.aclose()
    assert stream.is_closed


def test_that_the_key_is_not_printed():
    assert "secret" not in repr(OpenAiHttpGenerator("http://model/v1", "tiny", "secret"))


async def test_that_a_named_server_gets_its_own_fields():
    made, calls = generator(GOOD, server="vllm", extra_body={"temperature": 0.9})
    await say(made)
    body = json.loads(calls[0].content)
    assert (body["chat_template_kwargs"], body["temperature"]) == ({"enable_thinking": False}, 0.9)


async def test_that_a_server_that_keeps_failing_is_not_asked_and_then_probed_by_one_draft():
    now = [0.0]
    made, calls = generator(503, 503, GOOD, breaker=Breaker(lambda: now[0], min_outcomes=1, cool_off_s=15))
    with pytest.raises(Unavailable, match="503"):
        await say(made)
    with pytest.raises(Unavailable, match="not asked for a while"):
        await say(made)
    assert len(calls) == 2
    now[0] = 16.0
    probe = made.stream(MESSAGES)
    await anext(probe)
    with pytest.raises(Unavailable, match="not asked for a while"):
        await say(made)
    assert [piece async for piece in probe] == ["的。"]
    assert await say(made) == "在的。"


@pytest.mark.parametrize(("answer", "state"), [(401, "closed"), ([event("在")], "open"), (GOOD, "closed")])
async def test_that_what_counts_against_a_server_is_its_own_failure(answer, state):
    made, _ = generator(answer, breaker=Breaker(time.monotonic, min_outcomes=1))
    with suppress(GeneratorError):
        await say(made)
    assert made.breaker.state == state


async def test_that_a_customer_who_leaves_does_not_count_against_the_server():
    made, _ = generator(Stream([event("在")] * 999, pause_s=0.01), breaker=Breaker(time.monotonic, min_outcomes=1))
    pieces = made.stream(MESSAGES)
    await anext(pieces)
    await pieces.aclose()
    assert made.breaker.state == "closed"


async def test_that_certificates_are_read_once_for_all_drafts(monkeypatch):
    made = OpenAiHttpGenerator("http://127.0.0.1:1/v1", "tiny", limits=QUICK)
    monkeypatch.setattr("ssl.create_default_context", None)
    with pytest.raises(Unavailable, match="cannot reach the model"):
        await say(made)
