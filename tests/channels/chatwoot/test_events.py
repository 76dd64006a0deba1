"""Chatwoot's events are read with the keys they have, whatever else they hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.chatwoot.errors import EventUnreadable
from channels.chatwoot.events import ConversationEvent, MessageEvent, read_event
from channels.chatwoot.place import Place

MESSAGE = {
    "event": "message_created",
    "id": 5,
    "content": "在吗",
    "message_type": "incoming",
    "account": {"id": 1},
    "conversation": {"id": 7, "status": "pending"},
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def read(**change):
    return read_event(json.dumps({**MESSAGE, **change}).encode())


@given(st.dictionaries(st.sampled_from([*MESSAGE, "meta", "attachments", "sender", "status", "private"]), ANYTHING))
def test_that_whatever_comes_is_read_or_refused(change):
    try:
        event = read(**change)
    except EventUnreadable:
        return
    if isinstance(event, MessageEvent):
        assert event.text
        assert isinstance(event.conversation.moment, float | int)


@given(st.binary(max_size=40))
def test_that_bytes_that_are_no_event_are_refused(body):
    with pytest.raises(EventUnreadable):
        read_event(b"[" + body)


def test_that_a_body_of_brackets_is_refused():
    with pytest.raises(EventUnreadable):
        read_event(b'{"event":' + b"[" * 100_000)


@pytest.mark.parametrize(
    "name", ["message_updated", "webwidget_triggered", "conversation_typing_on", "contact_updated"]
)
def test_that_an_event_that_changes_nothing_is_not_read(name):
    assert read(event=name, id="?") is None


@pytest.mark.parametrize(
    ("keys", "moment"),
    [
        ({"updated_at": 12.5}, 12.5),
        ({"last_activity_at": 12}, 12),
        ({"timestamp": 11, "updated_at": "2026"}, 11),
        ({}, 0),
    ],
)
def test_that_the_moment_of_an_event_is_the_best_that_is_told(keys, moment):
    event = read(event="conversation_opened", id=7, status="open", **keys)
    assert isinstance(event, ConversationEvent)
    assert event.moment == moment


@pytest.mark.parametrize(
    ("inbox", "meta", "customer"),
    [
        ({"hmac_verified": True}, {}, "U1"),
        (None, {"hmac_verified": True}, "U1"),
        ({"hmac_verified": False}, {"hmac_verified": True}, "guest-chatwoot-1-7"),
        (None, {}, "guest-chatwoot-1-7"),
        ({}, {"hmac_verified": True}, "guest-chatwoot-1-7"),
    ],
)
def test_that_only_a_proof_makes_a_claimed_id_the_customers(inbox, meta, customer):
    claimed = {"id": 7, "status": "pending", "contact_inbox": inbox, "meta": {"sender": {"identifier": "U1"}, **meta}}
    assert Place(1, 7).customer(read(conversation=claimed).conversation) == customer


@pytest.mark.parametrize("identifier", ["", " ", "a b", "a\nb", "x" * 129, None])
def test_that_a_proved_id_that_is_none_makes_a_guest(identifier):
    told = {"id": 7, "status": "pending", "contact_inbox": {"hmac_verified": True}}
    told["meta"] = {"sender": {"identifier": identifier}}
    assert Place(1, 7).customer(read(conversation=told).conversation) == "guest-chatwoot-1-7"


def test_that_a_message_without_words_is_a_marker():
    assert read(content=None).text == "[消息]"
    assert read(content=" ", attachments=[{"file_type": "file"}, {"file_type": None}]).text == "[文件]\n[消息]"
