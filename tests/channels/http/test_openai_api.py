import socket
import threading
from collections.abc import Iterator

import openai
import pytest
import uvicorn

from agent.errors import ConversationBusy, MessageTooLong


@pytest.fixture
def base_url(build_app) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(build_app(), log_config=None, ws="none"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    server.should_exit = True
    thread.join()


@pytest.fixture
def client(base_url) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base_url, api_key="none", max_retries=0) as opened:
        yield opened


def _ask(client, text="可以退吗", **more):
    return client.chat.completions.create(model="xiaoer", messages=[{"role": "user", "content": text}], **more)


def test_that_an_openai_client_gets_a_reply(client):
    completion = _ask(client, user="c-1")
    assert completion.choices[0].message.content == "亲,七天内可以退。运费由我们承担!"
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage.total_tokens == 4 + 17
    assert completion.model_extra["x_agent"]["sources"][0]["id"] == "return-7day"


def test_that_a_stream_tells_role_pieces_end_and_usage(client):
    chunks = list(_ask(client, stream=True, stream_options={"include_usage": True}))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert deltas[0].role == "assistant"
    assert [delta.content for delta in deltas[1:-1]] == ["亲,七天内可以退。", "运费由我们承担!"]
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.completion_tokens == 17


def test_that_a_stream_without_usage_ends_with_the_finish(client):
    chunks = list(_ask(client, stream=True))
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_extra["x_agent"]["outcome"] == "answered"


def test_that_the_headers_name_conversation_message_and_customer(client, door):
    _ask(client, extra_headers={"X-Session-Id": "s-1", "X-Message-Id": "m-9", "X-Customer-Id": "U1001"})
    asked = door.asked[0]
    assert (asked.conversation_id, asked.message_id, asked.customer_id) == ("s-1", "m-9", "U1001")


def test_that_a_client_who_names_no_conversation_is_a_guest_in_a_new_one(client, door):
    first = _ask(client).model_extra["x_agent"]["conversation_id"]
    second = _ask(client).model_extra["x_agent"]["conversation_id"]
    assert first != second
    assert door.asked[0].customer_id == f"guest-{first}"


def test_that_text_parts_are_joined(client, door):
    _ask(client, [{"type": "text", "text": "可以"}, {"type": "text", "text": "退吗"}])
    assert door.asked[0].text == "可以退吗"


def test_that_an_image_is_refused_with_the_reason(client):
    with pytest.raises(openai.UnprocessableEntityError, match="only text"):
        _ask(client, [{"type": "image_url", "image_url": {"url": "data:,"}}])


def test_that_an_over_long_message_is_an_error_the_client_understands(client, door):
    door.fails = MessageTooLong(2001, 2000)
    with pytest.raises(openai.APIStatusError) as refused:
        _ask(client)
    assert refused.value.status_code == 413
    assert (refused.value.code, refused.value.type) == ("message_too_long", "invalid_request_error")


def test_that_the_models_list_names_the_agent(client):
    assert [model.id for model in client.models.list()] == ["xiaoer"]


async def test_that_the_api_key_is_the_customers_token(open_counter):
    counter = open_counter(secret="0123456789abcdef0123456789abcdef", trusts=False)
    body = {"model": "xiaoer", "messages": [{"role": "user", "content": "在吗"}]}
    headers = {"Authorization": "Bearer sk-anything", "X-Customer-Id": "U1"}
    answer = await counter.client.post("/v1/chat/completions", json=body, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "token_invalid"


def test_that_a_stream_begins_before_a_slow_reply_and_tells_it_whole(client, door):
    door.gate = threading.Event()
    chunks = _ask(client, stream=True, extra_headers={"X-Session-Id": "c-9"})
    assert chunks.response.headers["X-Session-Id"] == "c-9"
    first = next(iter(chunks))
    assert (first.choices[0].delta.role, door.finished) == ("assistant", 0)
    door.gate.set()
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == door.says


def test_that_an_error_in_the_middle_of_a_stream_reaches_the_client(client, door):
    door.gate, door.fails = threading.Event(), ConversationBusy("c-1")
    chunks = iter(_ask(client, stream=True))
    assert next(chunks).choices[0].delta.role == "assistant"
    door.gate.set()
    with pytest.raises(openai.APIError) as broken:
        list(chunks)
    assert (broken.value.code, broken.value.type) == ("conversation_busy", "invalid_request_error")


def test_that_an_error_at_once_has_its_status_in_a_stream_too(client, door):
    door.fails = MessageTooLong(2001, 2000)
    with pytest.raises(openai.APIStatusError) as refused:
        _ask(client, stream=True)
    assert refused.value.status_code == 413


async def test_that_a_quiet_stream_gives_signs_of_life(open_counter, door, monkeypatch):
    monkeypatch.setattr("channels.http.openai_api.HEARTBEAT_S", 0.01)
    door.delay_s = 1.5
    body = {"model": "xiaoer", "stream": True, "messages": [{"role": "user", "content": "在吗"}]}
    answer = await open_counter().client.post("/v1/chat/completions", json=body)
    assert answer.text.count(": still there") >= 2
    assert answer.text.endswith("data: [DONE]\n\n")
