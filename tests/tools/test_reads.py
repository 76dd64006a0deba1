import asyncio

import httpx
import pytest

from tools.errors import NotFound, RateLimited, Unavailable
from tools.exchange import Answer
from tools.limits import Limits

THING = ("order", "A1")
LIMITS = Limits(read_s=3.0, attempts=3, backoff_s=0.1)


def scripted(*answers):
    """A back-end that gives these answers in turn, the last one for ever; keeps the requests it saw."""

    def handle(request):
        handle.seen.append(request)
        answer = answers[min(len(handle.seen), len(answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(answer, content=b"fine")

    handle.seen = []
    return handle


async def read(transport, parse=bytes):
    return await transport.read("U1", "/orders/A1", parse, thing=THING)


@pytest.mark.parametrize(
    "hiccup", [502, 503, 504, 429, httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.ReadError("reset")]
)
async def test_that_a_read_is_tried_again_after_a_hiccup(transport_to, hiccup):
    back_end = scripted(hiccup, 200)
    assert await read(transport_to(back_end)) == b"fine"
    assert len(back_end.seen) == 2


@pytest.mark.parametrize("status", [500, 501, 301, 400, 401, 403, 418])
async def test_that_a_read_is_not_repeated_where_that_cannot_help(transport_to, status):
    back_end = scripted(status)
    with pytest.raises(Unavailable):
        await read(transport_to(back_end))
    assert len(back_end.seen) == 1


async def test_that_pauses_double_and_are_drawn_at_random(transport_to, time):
    transport = transport_to(scripted(503), LIMITS)
    with pytest.raises(Unavailable):
        await read(transport)
    assert time.slept == pytest.approx([0.1, 0.2])
    transport._draw = lambda: 0.25
    with pytest.raises(Unavailable):
        await read(transport)
    assert time.slept[2:] == pytest.approx([0.025, 0.05])


async def test_that_retry_after_is_honoured_within_the_deadline(transport_to, time):
    back_end = scripted(httpx.Response(429, headers={"Retry-After": "2"}), 200)
    assert await read(transport_to(back_end, LIMITS)) == b"fine"
    assert time.slept == pytest.approx([2.1])


async def test_that_a_wait_beyond_the_deadline_is_told_at_once(transport_to, time):
    back_end = scripted(httpx.Response(429, headers={"Retry-After": "60"}))
    with pytest.raises(RateLimited) as caught:
        await read(transport_to(back_end, LIMITS))
    assert (caught.value.retry_after_s, time.slept, len(back_end.seen)) == (60.0, [], 1)


async def test_that_a_hang_ends_with_the_attempt_and_all_attempts_with_the_deadline(transport_to):
    async def hang(request):
        await asyncio.Event().wait()

    quick = Limits(read_s=0.25, attempt_s=0.1, backoff_s=0.0)
    with pytest.raises(Unavailable, match=r"attempts: 3\): no answer within 0\.\d+ s"):
        await read(transport_to(hang, quick))


async def test_that_a_drip_of_bytes_does_not_stretch_the_deadline(transport_to):
    async def drip():
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    with pytest.raises(Unavailable, match="no answer within"):
        await read(transport_to(lambda request: httpx.Response(200, content=drip())))


async def test_that_retries_stay_a_tenth_of_the_calls(transport_to):
    back_end = scripted(503)
    transport = transport_to(back_end, reserve=0)
    for _ in range(100):
        with pytest.raises(Unavailable):
            await read(transport)
    assert len(back_end.seen) == 110


async def test_that_an_open_breaker_sends_nothing_until_it_has_cooled_off(transport_to, time):
    back_end = scripted(500)
    transport = transport_to(back_end, min_outcomes=5)
    for _ in range(20):
        with pytest.raises(Unavailable):
            await read(transport)
    assert len(back_end.seen) == 5
    time.now += 11
    with pytest.raises(Unavailable, match="answered 500"):
        await read(transport)
    assert len(back_end.seen) == 6


async def test_that_garbage_counts_against_the_back_end(transport_to):
    def parse(body):
        raise ValueError("no JSON")

    transport = transport_to(scripted(200), min_outcomes=2)
    for _ in range(2):
        with pytest.raises(Unavailable, match="nobody agreed on"):
            await read(transport, parse)
    assert transport.breaker.state == "open"


async def test_that_not_finding_things_never_opens_the_breaker(transport_to):
    missing = httpx.Response(404, json={"error": {"code": "not_found", "reason": ""}})
    transport = transport_to(scripted(missing), min_outcomes=2)
    for _ in range(10):
        with pytest.raises(NotFound):
            await read(transport)
    assert transport.breaker.state == "closed"


async def test_that_a_404_of_a_proxy_is_not_taken_for_a_missing_order(transport_to):
    with pytest.raises(Unavailable, match="its URL"):
        await read(transport_to(scripted(httpx.Response(404, text="<h1>nginx</h1>"))))


async def test_that_an_answer_too_long_is_dropped_and_not_asked_for_again(transport_to):
    back_end = scripted(httpx.Response(200, content=b" " * (1024 * 1024 + 1)))
    with pytest.raises(Unavailable, match="longer than 1048576 bytes"):
        await read(transport_to(back_end))
    assert len(back_end.seen) == 1


async def test_that_a_packed_answer_is_not_unpacked(transport_to):
    bomb = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b"))
    with pytest.raises(Unavailable, match="packed as 'gzip'"):
        await read(transport_to(scripted(bomb)))


async def test_that_the_session_names_the_customer_in_any_script(transport_to):
    back_end = scripted(200)
    await transport_to(back_end).read("用户 1\r\nX-Customer-Id: U2", "/orders", bytes, thing=THING)
    header = back_end.seen[0].headers["X-Customer-Id"]
    assert header == "%E7%94%A8%E6%88%B7%201%0D%0AX-Customer-Id:%20U2"
    assert back_end.seen[0].headers["Accept-Encoding"] == "identity"


async def test_that_nobody_owns_nothing(transport_to):
    back_end = scripted(200)
    with pytest.raises(NotFound):
        await transport_to(back_end).read("", "/orders/A1", bytes, thing=THING)
    assert back_end.seen == []


def test_that_only_a_2xx_is_a_success():
    assert [Answer(status, b"").is_success for status in (199, 200, 204, 299, 300)] == [False, True, True, True, False]
