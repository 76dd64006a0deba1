from datetime import UTC, datetime, timedelta

import pytest
from fastapi import Response

from agent.assistant import Pace


@pytest.fixture
async def premises(open_premises, connect):
    opened = await open_premises()
    await connect(opened)
    return opened


async def test_that_a_signed_message_is_taken_on_and_answered_by_webhook(premises, own):
    answer = await own.write("1 fine", "m-1")
    assert (answer.status_code, answer.json()) == (202, {"new": True})
    await own.until(lambda: own.said == ["答：1 fine"])


async def test_that_a_message_that_comes_again_is_answered_once(premises, own):
    told = [(await own.write("1 fine", "m-1")).json()["new"] for _ in range(3)]
    await own.until(lambda: own.said)
    await premises.close()
    await premises.open()
    assert told == [True, False, False]
    assert len(own.calls) == 1


@pytest.mark.parametrize(
    ("secret", "age"),
    [("whsec_" + "b3RoZXItc2VjcmV0LW9mLTI0LWJ5dGVzLi4u", 0), (None, 400), (None, -400)],
)
async def test_that_a_wrong_or_stale_signature_is_refused(premises, own, secret, age):
    at = datetime.now(UTC) - timedelta(seconds=age)
    more = {} if secret is None else {"secret": secret}
    answer = await own.tell("message.created", at, message_id="m-1", customer_id="U1", text="1 fine", **more)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signature_invalid")
    assert await premises.shop.store.waiting_conversations() == ()


@pytest.mark.parametrize("signature", ["", "v1", "v1,=", "v2,abc", "v1,\x7f"])
async def test_that_a_garbled_signature_is_refused(premises, own, signature):
    at = str(int(datetime.now(UTC).timestamp()))
    headers = {"webhook-id": "m", "webhook-timestamp": at, "webhook-signature": signature}
    answer = await own.client.post("/channels/webhook", content=b"{}", headers=headers)
    assert answer.status_code == 401


async def test_that_an_event_that_does_not_fit_names_its_key(premises, own):
    answer = await own.tell("message.created", message_id="m-1", customer_id="U1", texts="?")
    assert answer.status_code == 422
    assert "message.created.data.text" in {one["key"] for one in answer.json()["error"]["detail"]}


async def test_that_a_garbled_message_and_a_reused_id_are_refused(premises, own):
    assert (await own.write("\u200b", "m-1")).status_code == 400
    await own.write("1 fine", "m-2")
    assert (await own.write("2 fine", "m-2")).status_code == 409


async def test_that_ten_lines_in_a_moment_are_answered_once(open_premises, connect, own):
    premises = await open_premises(Pace(burst_s=0.5))
    await connect(premises)
    for number in range(10):
        await own.write(f"{number} fine", f"m-{number}")
    await own.until(lambda: own.said)
    await premises.shop.reception.rest()
    assert own.said == ["答：" + "\n".join(f"{number} fine" for number in range(10))]


async def test_that_a_reply_is_sent_again_with_its_id_until_it_is_taken(premises, own):
    own.failures = [Response(status_code=503, headers={"Retry-After": "1"}), Response(status_code=500)]
    await own.write("1 fine", "m-1")
    await own.until(lambda: own.said)
    assert len(own.calls) == 3
    assert len(set(own.calls)) == 1


async def test_that_nothing_is_lost_or_doubled_over_a_restart(premises, own, connect):
    own.failures = [Response(status_code=503)]
    await own.write("1 fine", "m-1")
    await premises.shop.reception.rest()
    await premises.close()
    await premises.open()
    await connect(premises)
    await own.write("2 fine", "m-2")
    await own.until(lambda: "2 fine" in "".join(own.said))
    assert "".join(own.said).count("1 fine") == 1


async def test_that_a_person_at_the_shops_own_desk_has_the_conversation_until_it_is_given_back(premises, own):
    await own.write("1 asks", "m-1")
    await own.until(lambda: any(event["type"] == "conversation.moved" for event in own.events.values()))
    moved = next(event for event in own.events.values() if event["type"] == "conversation.moved")
    assert moved["data"]["to_stage"] == "queued"
    assert moved["data"]["ticket"]["package"]["ask"] == "1 asks"

    assert (await own.tell("conversation.taken", person="Lin")).json() == {"new": True}
    assert (await own.tell("conversation.taken", person="Lin")).json() == {"new": False}
    assert (await own.tell("conversation.taken", person="Wu")).status_code == 409
    await own.tell("person.said", person="Lin", message_id="w-1", text="马上为您补发")
    await own.write("2 fine", "m-2")
    await premises.shop.reception.rest()
    await own.tell("conversation.returned", person="Lin")
    await own.write("3 fine", "m-3")
    await own.until(lambda: "答：3 fine" in own.said)
    assert "2 fine" not in "".join(own.said)
    assert "马上为您补发" not in own.said


async def test_that_a_recorded_act_moves_nothing_when_it_is_played_back(premises, own):
    await own.write("1 fine", "m-1")
    await own.until(lambda: "答：1 fine" in own.said)
    at = datetime.now(UTC)
    assert (await own.tell("conversation.taken", at, person="Lin")).json() == {"new": True}
    assert (await own.tell("conversation.returned", person="Lin")).json() == {"new": True}
    assert (await own.tell("conversation.taken", at, person="Lin")).json() == {"new": False}
    await own.write("2 fine", "m-2")
    await own.until(lambda: "答：2 fine" in own.said)


async def test_that_an_act_in_a_conversation_nobody_knows_is_not_found(premises, own):
    assert (await own.tell("conversation.closed", person="Lin")).status_code == 404
