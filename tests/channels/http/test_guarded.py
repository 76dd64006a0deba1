"""What is refused before any work: keys, sizes, paces, overload, foreign web pages, unknown models."""

import asyncio
import threading
from itertools import islice

import pytest

from channels.access.admission import Admission
from channels.access.keys import key_digest, new_key
from channels.http.body_limit import BodyLimit
from channels.http.shedding import Shedding

KEY = new_key()
OPEN = {"keys": {"web": key_digest(KEY)}, "trusts": False}


def _bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def test_that_a_key_lets_a_system_of_the_shop_name_the_customer(open_counter):
    counter = open_counter(**OPEN)
    body = {"conversation_id": "c-1", "message_id": "m-1", "customer_id": "U1", "text": "在吗"}
    answer = await counter.client.post("/chat", json=body, headers=_bearer(KEY))
    assert answer.status_code == 200
    assert counter.door.asked[0].customer_id == "U1"


@pytest.mark.parametrize("headers", [{}, _bearer(new_key()), _bearer(KEY[:-1]), _bearer("sk-other")])
async def test_that_without_a_key_of_the_server_nothing_is_asked(open_counter, headers):
    counter = open_counter(**OPEN)
    body = {"conversation_id": "c-1", "message_id": "m-1", "customer_id": "U1", "text": "在吗"}
    answer = await counter.client.post("/chat", json=body, headers=headers)
    assert answer.status_code == 401
    assert counter.door.asked == []


async def test_that_a_key_at_its_limit_is_told_when_to_come_back(open_counter):
    counter = open_counter(admission=Admission(per_key=1, clock=lambda: 0.0), **OPEN)
    bodies = [
        {"conversation_id": f"c-{n}", "message_id": "m", "customer_id": f"U{n}", "text": "在吗"} for n in range(2)
    ]
    answers = [await counter.client.post("/chat", json=body, headers=_bearer(KEY)) for body in bodies]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["Retry-After"] == "60"


async def test_that_a_message_of_too_many_tokens_never_reaches_the_assistant(open_counter):
    counter = open_counter(max_tokens=100)
    assert (await counter.chat("退" * 100)).status_code == 200
    answer = await counter.chat("𠮷" * 30, message_id="m-2")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "message_too_long")
    assert len(counter.door.asked) == 1


async def test_that_a_flood_is_shed_and_the_rest_is_answered(open_counter, door):
    door.gate = threading.Event()
    counter = open_counter(admission=Admission(at_once=4))
    asking = [
        asyncio.create_task(counter.chat("在吗", customer_id=f"U{n}", conversation_id=f"c-{n}")) for n in range(12)
    ]
    for refused in islice(asyncio.as_completed(asking, timeout=20), 8):
        assert (await refused).status_code == 503
    door.gate.set()
    answers = await asyncio.gather(*asking)
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [503] * 8
    assert {answer.headers.get("Retry-After") for answer in answers if answer.status_code == 503} == {"1"}


async def _serve(app, path="/chat", receive=None, method="POST", headers=()):
    sent = []

    async def send(message):
        sent.append(message)

    async def nothing():
        await asyncio.Event().wait()

    await app({"type": "http", "path": path, "method": method, "headers": headers}, receive or nothing, send)
    return sent[0]["status"], dict(sent[0]["headers"])


async def test_that_past_the_limit_no_body_is_read():
    release, entered = asyncio.Event(), asyncio.Event()

    async def slow(scope, receive, send):
        entered.set()
        await release.wait()

    app = Shedding(slow, at_once=1)
    first = asyncio.create_task(app({"type": "http", "method": "POST", "path": "/chat"}, None, None))
    await entered.wait()
    status, headers = await _serve(app)
    assert (status, headers[b"retry-after"]) == (503, b"1")
    release.set()
    await first


@pytest.mark.parametrize("header", [(b"content-length", b"1048576"), (b"transfer-encoding", b"chunked")])
@pytest.mark.parametrize("path", ["/conversations/c-1/events", "/health", "/metrics"])
async def test_that_no_path_brings_a_body_past_the_limit(path, header):
    seen = []

    async def inner(scope, receive, send):
        seen.append(scope["path"])

    app = Shedding(inner, at_once=0)
    await app({"type": "http", "method": "GET", "path": path, "headers": [(b"content-length", b"0")]}, None, None)
    assert seen == [path]
    status, _ = await _serve(app, path, method="GET", headers=[header])
    assert (status, seen) == (503, [path])


async def test_that_a_body_that_drips_in_is_given_up():
    status, headers = await _serve(BodyLimit(None, within_s=0.02))
    assert (status, headers[b"connection"]) == (408, b"close")


async def test_that_no_web_page_may_call_unless_it_is_named(open_counter):
    asking = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    closed = open_counter()
    answer = await closed.client.options("/chat", headers=asking)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "access-control-allow-origin" not in (await closed.client.get("/health", headers=asking)).headers
    opened = open_counter(origins=("https://shop.example",))
    assert "access-control-allow-origin" not in (await opened.client.options("/chat", headers=asking)).headers
    answer = await opened.client.options("/chat", headers=asking | {"Origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


async def test_that_an_unknown_model_is_refused_in_openais_shape(counter):
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "在吗"}]}
    answer = await counter.client.post("/v1/chat/completions", json=body)
    error = answer.json()["error"]
    assert answer.status_code == 404
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", "model", "model_not_found")
    assert counter.door.asked == []


async def test_that_one_model_can_be_looked_up(counter):
    assert (await counter.client.get("/v1/models/xiaoer")).json()["id"] == "xiaoer"
    answer = await counter.client.get("/v1/models/qwen/other")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
