import json
import re
import threading

import pytest

from agent.errors import (
    ConversationBusy,
    ConversationOwnedByAnother,
    MessageGarbled,
    MessageIdReused,
    MessageTooLong,
    StoreError,
)
from channels.access.admission import Admission
from channels.access.identity import sign_token

SECRET = "0123456789abcdef0123456789abcdef"


async def test_that_a_message_gets_the_reply_with_its_sources_and_tools(counter):
    answer = await counter.chat()
    told = answer.json()
    assert answer.status_code == 200
    assert told["reply"] == "亲,七天内可以退。运费由我们承担!"
    assert told["sources"][0] == {
        "id": "return-7day",
        "kind": "policy",
        "title": "七天无理由",
        "version": 3,
        "effective_from": None,
        "effective_to": None,
        "score": 0.8,
    }
    assert told["tools"][0]["ok"] is False
    assert told["timings_ms"]["total"] == 12.0


async def test_that_the_message_reaches_the_assistant_as_it_was_sent(counter):
    await counter.chat("在吗", product_id="dress-a", region="cn", channel="app")
    asked = counter.door.asked[0]
    assert (asked.text, asked.product_id, asked.region, asked.channel) == ("在吗", "dress-a", "CN", "app")
    assert (asked.customer_id, asked.now) == ("U1", None)


async def test_that_an_unknown_key_is_named_with_the_nearest_known_one(counter):
    answer = await counter.chat(produkt_id="x")
    assert answer.status_code == 422
    assert answer.json()["error"]["detail"] == [
        {"key": "produkt_id", "problem": "unknown key; the nearest known one is 'product_id'"}
    ]
    assert counter.door.asked == []


@pytest.mark.parametrize(
    "body", [b'{"text": "\xff"}', b"{", b"", b"[" * 100_000], ids=["utf8", "json", "empty", "deep"]
)
async def test_that_a_broken_body_is_a_bad_request(counter, body):
    answer = await counter.client.post("/chat", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert set(answer.json()["error"]) == {"code", "message", "detail"}


@pytest.mark.parametrize("body", [b'{"text": "\xff"}', b"{"])
async def test_that_broken_utf8_and_json_are_400(counter, body):
    answer = await counter.client.post("/chat", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_that_a_body_of_another_type_is_told_which_type_is_read(counter):
    answer = await counter.client.post("/chat", content=b"hello", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400
    assert "application/json" in answer.json()["error"]["message"]


async def test_that_a_huge_body_is_refused_before_it_is_parsed(counter):
    answer = await counter.client.post("/chat", content=b"{" * 2_000_000)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "body_too_large"


async def test_that_a_huge_body_without_an_announced_length_is_refused(counter):
    async def pieces():
        for _ in range(40):
            yield b" " * 50_000

    answer = await counter.client.post("/chat", content=pieces())
    assert answer.status_code == 413


@pytest.mark.parametrize("key", ["conversation_id", "message_id", "customer_id"])
@pytest.mark.parametrize("value", ["", "a b", "a\u0000b", "x" * 129, 7])
async def test_that_an_id_that_is_none_is_422_with_its_key(counter, key, value):
    answer = await counter.chat(**{key: value})
    assert answer.status_code == 422
    assert answer.json()["error"]["detail"][0]["key"] == key


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (MessageTooLong(2001, 2000), 413, "message_too_long"),
        (MessageGarbled("empty"), 400, "message_garbled"),
        (MessageIdReused("c", "m"), 409, "message_id_reused"),
        (ConversationOwnedByAnother("c"), 403, "conversation_of_another_customer"),
        (ConversationBusy("c"), 409, "conversation_busy"),
        (StoreError("disk /secret/path full"), 503, "store_unavailable"),
        (ZeroDivisionError(), 500, "defect"),
    ],
)
async def test_that_each_failure_has_its_status(counter, error, status, code):
    counter.door.fails = error
    answer = await counter.chat()
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "/secret" not in answer.text


async def test_that_a_stated_time_needs_the_replay_clock(open_counter):
    now = "2026-11-20T10:00:00+08:00"
    refused = await open_counter().chat(now=now)
    taken = await open_counter(replay_clock=True).chat(now=now)
    assert refused.status_code == 403
    assert taken.status_code == 200


async def test_that_a_time_without_an_offset_is_422(open_counter):
    answer = await open_counter(replay_clock=True).chat(now="2026-11-20T10:00:00")
    assert answer.status_code == 422


async def test_that_a_production_server_takes_the_customer_from_the_token(open_counter):
    counter = open_counter(secret=SECRET, trusts=False)
    counter.client.headers["Authorization"] = f"Bearer {sign_token(SECRET, 'U7', expires_at=2000)}"
    answer = await counter.chat(customer_id=None)
    assert answer.status_code == 200
    assert counter.door.asked[0].customer_id == "U7"


async def test_that_a_body_that_states_another_customer_is_refused(open_counter):
    counter = open_counter(secret=SECRET, trusts=False)
    counter.client.headers["Authorization"] = f"Bearer {sign_token(SECRET, 'U7', expires_at=2000)}"
    answer = await counter.chat(customer_id="U8")
    assert answer.status_code == 403
    assert counter.door.asked == []


async def test_that_a_production_server_wants_a_token(open_counter):
    answer = await open_counter(secret=SECRET, trusts=False).chat()
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_that_a_customer_over_the_pace_is_told_when_to_come_back(open_counter):
    counter = open_counter(admission=Admission(per_minute=1, clock=lambda: 0.0))
    await counter.chat()
    answer = await counter.chat(message_id="m-2")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"


async def test_that_a_slow_turn_is_let_finish(open_counter):
    counter = open_counter(deadline_s=0.01)
    counter.door.gate = threading.Event()
    answer = await counter.chat()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    counter.door.gate.set()
    async with counter.app.router.lifespan_context(counter.app):
        pass
    assert counter.door.finished == 1


async def test_that_a_stream_tells_sentences_and_then_the_whole_reply(counter):
    body = {"conversation_id": "c-1", "message_id": "m-1", "customer_id": "U1", "text": "可以退吗"}
    answer = await counter.client.post("/chat?stream=1", json=body)
    events = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [lines[0] for lines in events] == ["event: delta", "event: delta", "event: reply"]
    said = "".join(json.loads(lines[1].removeprefix("data: "))["text"] for lines in events[:-1])
    assert said == json.loads(events[-1][1].removeprefix("data: "))["reply"]


async def test_that_a_refusal_in_a_stream_is_a_plain_error(counter):
    answer = await counter.client.post("/chat?stream=1", json={"text": "在"})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "bad_request"


async def test_that_an_unknown_place_has_the_same_error_shape(counter):
    answer = await counter.client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


async def test_that_the_docs_show_an_example_request(counter):
    schema = (await counter.client.get("/openapi.json")).json()
    assert schema["components"]["schemas"]["ChatRequest"]["examples"][0]["text"] == "我的订单到哪了"
    assert (await counter.client.get("/docs")).status_code == 200


async def test_that_every_shape_that_the_api_names_is_described(counter):
    told = await counter.client.get("/openapi.json")
    named = set(re.findall(r'"#/components/schemas/(\w+)"', told.text))
    assert "ErrorReply" in named
    assert named <= set(told.json()["components"]["schemas"])


async def test_that_a_conversation_is_told_with_its_turns(counter):
    counter.door.keep("c-1", "U1")
    told = (await counter.client.get("/conversations/c-1")).json()
    assert (told["customer_id"], told["owner"]) == ("U1", "bot")
    assert told["turns"][0]["text"] == "可以退吗"
    assert told["turns"][0]["reply"]["sources"][0]["id"] == "return-7day"
    assert "trace" not in told["turns"][0]


async def test_that_a_replay_is_told_why_each_turn_was_answered_so(open_counter):
    counter = open_counter(replay_clock=True)
    counter.door.keep("c-1", "U1")
    told = (await counter.client.get("/conversations/c-1")).json()
    assert told["turns"][0]["trace"] == {}


@pytest.mark.parametrize("conversation_id", ["c-1", "c-2"])
async def test_that_anothers_conversation_is_as_unknown_as_one_that_does_not_exist(open_counter, conversation_id):
    counter = open_counter(secret=SECRET, trusts=False)
    counter.door.keep("c-1", "U1")
    token = sign_token(SECRET, "U7", expires_at=2000)
    answer = await counter.client.get(f"/conversations/{conversation_id}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == f"no conversation '{conversation_id}' of this customer: check the id"


async def test_that_a_production_server_shows_no_conversation_without_a_token(open_counter):
    answer = await open_counter(secret=SECRET, trusts=False).client.get("/conversations/c-1")
    assert answer.status_code == 401
