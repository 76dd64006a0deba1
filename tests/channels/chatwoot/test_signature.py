"""Only what Chatwoot signed lately is taken."""

import json
import time

import pytest

from channels.chatwoot.signature import Seal, sign
from channels.errors import SignatureInvalid

EVENT = {
    "event": "message_created",
    "id": 1,
    "content": "1 fine",
    "message_type": "incoming",
    "account": {"id": 1},
    "conversation": {"id": 1, "status": "pending"},
}


@pytest.mark.parametrize(
    ("secret", "age_s"), [("another", 0), ("", 0), ("bot-secret", 310), ("bot-secret", -310), ("bot-secret", 10**9)]
)
async def test_that_a_wrong_or_stale_signature_is_refused(premises, chatwoot, secret, age_s):
    answer = await chatwoot.post(EVENT, secret=secret, age_s=age_s)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signature_invalid")
    assert await premises.shop.store.waiting_conversations() == ()


async def test_that_a_signature_that_is_nearly_five_minutes_old_is_taken(premises, chatwoot):
    chatwoot.conversation()
    assert (await chatwoot.post(EVENT, age_s=290)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Chatwoot-Signature": "sha256=" + "0" * 64},
        {"X-Chatwoot-Timestamp": "NOW"},
        {"X-Chatwoot-Timestamp": "NOW", "X-Chatwoot-Signature": ""},
        {"X-Chatwoot-Timestamp": "NOW", "X-Chatwoot-Signature": "sha256="},
        {"X-Chatwoot-Timestamp": "NOW", "X-Chatwoot-Signature": "ä"},
        {"X-Chatwoot-Timestamp": "-1", "X-Chatwoot-Signature": "sha256=" + "0" * 64},
        {"X-Chatwoot-Timestamp": "9" * 400, "X-Chatwoot-Signature": "sha256=" + "0" * 64},
    ],
)
async def test_that_a_missing_or_garbled_signature_is_refused(premises, chatwoot, headers):
    told = {name: value.replace("NOW", str(int(time.time()))).encode() for name, value in headers.items()}
    answer = await chatwoot.agent.post("/channels/chatwoot", content=json.dumps(EVENT), headers=told)
    assert answer.status_code == 401


def test_that_every_byte_of_the_body_is_signed():
    now = str(int(time.time()))
    signed = {"x-chatwoot-timestamp": now, "x-chatwoot-signature": sign("s", now, b'{"a": 1}')}
    Seal({"bot": "s"}).signer(signed, b'{"a": 1}')
    with pytest.raises(SignatureInvalid):
        Seal({"bot": "s"}).signer(signed, b'{"a":1}')


def test_that_a_signature_made_by_hand_fits():
    # HMAC-SHA256 of "1700000000.{}" under "secret", worked out with openssl.
    assert (
        sign("secret", "1700000000", b"{}") == "sha256=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    )


async def test_that_a_webhook_of_the_account_has_a_secret_of_its_own_and_tells_no_messages(
    open_premises, connect, chatwoot
):
    premises = await open_premises()
    await connect(premises, webhook_secret="account-secret")
    told = await chatwoot.post(EVENT, secret="account-secret")
    assert (told.status_code, told.json()) == (200, {"is_of_use": False})
    assert await premises.shop.store.waiting_conversations() == ()
    assert (await chatwoot.post(EVENT, secret="another")).status_code == 401


async def test_that_a_conversation_of_an_inbox_without_the_bot_is_none_of_ours(premises, chatwoot):
    for status in ("open", "pending", "resolved"):
        event = {**chatwoot.conversation().told(), "status": status, "event": "conversation_status_changed"}
        assert (await chatwoot.post(event)).status_code == 200
    assert await premises.shop.store.load("chatwoot-1-1") is None


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"account": {"id": 2}}, 403, "account_unknown"),
        ({"conversation": {"id": 1, "status": "gone"}}, 422, "event_unreadable"),
        ({"conversation": None}, 422, "event_unreadable"),
        ({"event": "message_updated", "conversation": None}, 200, None),
        ({"event": "webwidget_triggered", "id": None}, 200, None),
        ({"event": 7}, 422, "event_unreadable"),
    ],
)
async def test_that_a_signed_event_that_does_not_fit_says_so(premises, chatwoot, change, status, code):
    answer = await chatwoot.post({**EVENT, **change})
    assert (answer.status_code, answer.json().get("error", {}).get("code")) == (status, code)
    assert await premises.shop.store.waiting_conversations() == ()


async def test_that_a_signed_body_that_is_no_json_says_so(premises, chatwoot):
    now = str(int(time.time()))
    headers = {"X-Chatwoot-Timestamp": now, "X-Chatwoot-Signature": sign("bot-secret", now, b"\xff{")}
    answer = await chatwoot.agent.post("/channels/chatwoot", content=b"\xff{", headers=headers)
    assert answer.status_code == 422
