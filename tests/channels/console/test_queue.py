import json

import pytest


@pytest.fixture
async def waiting(console):
    """The ticket of a conversation that waits for a person."""
    await console.say("茶叶开封了可以退吗")
    return (await console.say("转人工"))["handoff"]["ticket_id"]


async def test_that_the_queue_tells_reason_package_and_target(console, waiting):
    told = (await (await console.person("wang")).get("/queue")).json()
    assert told["acknowledge_s"] > 0
    row = told["conversations"][0]
    assert row["waiting_since"] == row["ticket"]["created_at"]
    ticket = row["ticket"]
    assert (ticket["ticket_id"], ticket["status"], ticket["reason"]) == (waiting, "open", "requested")
    assert ticket["package"]["ask"] == "转人工" and ticket["package"]["history"]


async def test_that_an_operator_takes_replies_notes_and_gives_back(console, waiting):
    mei = await console.person("mei")
    assert (await mei.post(f"/tickets/{waiting}/take")).json()["person"] == "mei"
    words = {"text": "您好，我是小美", "message_id": "p-1"}
    assert (await mei.post(f"/tickets/{waiting}/reply", json=words)).json() == {"new": True}
    assert (await mei.post(f"/tickets/{waiting}/reply", json=words)).json() == {"new": False}
    assert (await mei.post(f"/tickets/{waiting}/note", json={"text": "老顾客"})).status_code == 204
    assert (await mei.post(f"/tickets/{waiting}/give-back")).status_code == 204
    told = (await mei.get("/conversations/c-1")).json()
    assert told["stage"] == "returning"
    assert [(one["role"], one["person"]) for one in told["thread"]][-1] == ("person", "mei")
    assert [move["note"] for move in told["moves"] if move["reason"] == "note"] == ["老顾客"]
    assert (await mei.get("/queue")).json()["conversations"] == []


async def test_that_the_second_person_is_told_plainly(console, waiting):
    mei, li = await console.person("mei"), await console.person("li")
    await mei.post(f"/tickets/{waiting}/take")
    late = await li.post(f"/tickets/{waiting}/take")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "ticket_taken")
    assert late.json()["error"]["detail"] == {"person": "mei"}
    foreign = await li.post(f"/tickets/{waiting}/reply", json={"text": "您好", "message_id": "p-1"})
    assert foreign.json()["error"]["code"] == "ticket_taken"
    await mei.post(f"/tickets/{waiting}/close")
    assert (await mei.post(f"/tickets/{waiting}/give-back")).json()["error"]["code"] == "ticket_closed"
    assert (await mei.post("/tickets/h-9/take")).json()["error"]["code"] == "ticket_unknown"


async def test_that_words_go_out_only_after_taking(console, waiting):
    mei = await console.person("mei")
    answer = await mei.post(f"/tickets/{waiting}/reply", json={"text": "您好", "message_id": "p-1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_taken")


async def test_that_a_viewer_changes_nothing(console, waiting):
    wang = await console.person("wang")
    bodies = {"reply": {"text": "您好", "message_id": "p-1"}, "note": {"text": "看看"}, "pass-on": {"queue": ""}}
    for act in ("take", "reply", "note", "pass-on", "give-back", "close"):
        answer = await wang.post(f"/tickets/{waiting}/{act}", json=bodies.get(act))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "role_missing"), act
    assert (await wang.get("/queue")).json()["conversations"][0]["ticket"]["status"] == "open"


@pytest.mark.parametrize("text", ["", "   ", "好" * 2001, "\ud800"])
async def test_that_words_that_nobody_can_read_are_refused(console, waiting, text):
    mei = await console.person("mei")
    await mei.post(f"/tickets/{waiting}/take")
    answer = await mei.post(
        f"/tickets/{waiting}/reply",
        content=json.dumps({"text": text, "message_id": "p-1"}),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422


async def test_that_a_conversation_goes_to_a_queue_that_there_is(console, waiting):
    mei = await console.person("mei")
    await mei.post(f"/tickets/{waiting}/take")
    refused = await mei.post(f"/tickets/{waiting}/pass-on", json={"queue": "nowhere"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "queue_unknown")
    queues = (await mei.get("/queue")).json()["queues"] or [""]
    assert (await mei.post(f"/tickets/{waiting}/pass-on", json={"queue": queues[-1]})).status_code == 204
    assert (await mei.get("/queue")).json()["conversations"][0]["ticket"]["status"] == "open"


async def test_that_two_servers_on_one_store_see_the_same(console, console_of, waiting):
    async with console_of() as other:
        mei, li = await console.person("mei"), await other.person("li")
        mark = (await li.get("/changes")).json()
        assert mark["waiting"] == [waiting]
        await mei.post(f"/tickets/{waiting}/take")
        told = (await li.get("/changes", params={"since": mark["mark"]})).json()
        assert told["waiting"] == [] and told["mark"] != mark["mark"]
        assert (await li.post(f"/tickets/{waiting}/take")).json()["error"]["code"] == "ticket_taken"


async def test_that_a_session_of_one_server_is_known_to_the_other(console, console_of):
    mei = await console.person("mei")
    async with console_of() as other:
        stranger = await other.person()
        stranger.cookies = mei.cookies
        assert (await stranger.get("/me")).json()["name"] == "mei"
