import asyncio

import pytest

from agent.messages import CustomerMessage


async def test_that_nobody_looks_without_a_session(console):
    stranger = await console.person()
    paths = [
        (method.upper(), path)
        for path, methods in console.app.openapi()["paths"].items()
        for method in methods
        if path.startswith("/console/api/") and not path.endswith(("/sign-in", "/sign-out"))
    ]
    assert len(paths) >= 13
    for method, path in paths:
        answer = await stranger.request(method, path.removeprefix("/console/api"))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_needed"), path


@pytest.mark.parametrize(
    ("settings", "headers", "is_secure"),
    [
        ({}, {}, False),
        ({}, {"X-Forwarded-Proto": "https"}, True),
        ({"host": "0.0.0.0", "token_secret": "s" * 32}, {}, True),
    ],
)
async def test_that_a_session_is_kept_from_scripts_and_from_other_sites(console_of, keys, settings, headers, is_secure):
    async with console_of(**settings) as console:
        person = await console.person()
        answer = await person.post("/sign-in", json={"key": keys["mei"]}, headers=headers)
    held = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "Path=/console", "SameSite=strict"} <= set(held)
    assert ("Secure" in held) is is_secure
    assert answer.headers["cache-control"] == "no-store"
    assert keys["mei"] not in answer.headers["set-cookie"] + answer.text


async def test_that_whoever_is_signed_in_is_told_and_signs_out(console):
    mei = await console.person("mei")
    told = (await mei.get("/me")).json()
    assert (told["name"], told["roles"], told["timezone"]) == ("mei", ["operator"], "Asia/Shanghai")
    assert (await mei.post("/sign-out")).status_code == 204
    assert (await mei.get("/me")).json()["error"]["code"] == "sign_in_needed"


async def test_that_the_latest_conversation_comes_first_with_mood_and_outcome(console):
    await console.say("茶叶开封了可以退吗")
    await console.say("你们太过分了，骗子", "c-2", "tea-cust-c")
    told = (await (await console.person("wang")).get("/conversations")).json()
    assert [row["conversation_id"] for row in told["conversations"]] == ["c-2", "c-1"]
    angry, calm = told["conversations"]
    assert angry["mood"]["anger"] >= 2 and "anger" not in calm["mood"]
    assert (calm["outcome"], calm["owner"], calm["waiting_since"]) == ("answered", "bot", None)
    assert calm["last"]["role"] == "assistant" and calm["customer_id"] == "tea-cust-a"


async def test_that_the_list_is_searched_filtered_and_read_in_parts(console):
    for number in range(3):
        await console.say("茶叶开封了可以退吗", f"c-{number}")
    await console.say("转人工", "c-9")
    mei = await console.person("mei")

    async def names(**query):
        return [
            row["conversation_id"] for row in (await mei.get("/conversations", params=query)).json()["conversations"]
        ]

    assert await names(stage="queued") == ["c-9"]
    assert await names(text="开封") == ["c-2", "c-1", "c-0"]
    first = (await mei.get("/conversations", params={"limit": 2})).json()
    assert await names(limit=2, before=first["next"]) == ["c-1", "c-0"]
    assert (await mei.get("/conversations", params={"before": "yesterday"})).status_code == 422


async def test_that_a_conversation_tells_the_path_of_each_turn(console):
    await console.say("茶叶开封了可以退吗")
    told = (await (await console.person("wang")).get("/conversations/c-1")).json()
    assert [entry["role"] for entry in told["thread"]] == ["customer", "assistant"]
    turn = told["turns"][0]
    assert turn["trace"]["nodes"][0][0] == "begin"
    assert turn["trace"]["intents"][0][0] and turn["trace"]["passages"]
    assert turn["reply"]["release_id"] and turn["reply"]["sources"]


async def test_that_an_unknown_conversation_is_told(console):
    mei = await console.person("mei")
    assert (await mei.get("/conversations/c-9")).json()["error"]["code"] == "nothing_there"
    assert (await mei.post("/conversations/c-9/take-over")).json()["error"]["code"] == "ticket_unknown"


async def test_that_an_operator_steps_in_and_a_viewer_does_not(console):
    await console.say("茶叶开封了可以退吗")
    refused = await (await console.person("wang")).post("/conversations/c-1/take-over")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "role_missing")
    taken = (await (await console.person("mei")).post("/conversations/c-1/take-over")).json()
    assert (taken["person"], taken["reason"]) == ("mei", "taken_over")
    assert (await console.say("在吗"))["owner"] == "human"


async def test_that_an_operator_gets_a_suggestion(console):
    await console.say("转人工")
    await console.say("茶叶开封了可以退吗")
    told = (await (await console.person("mei")).post("/conversations/c-1/suggestion")).json()
    assert told["to"] == "茶叶开封了可以退吗" and told["text"] and told["sources"]
    assert (await (await console.person("wang")).post("/conversations/c-1/suggestion")).status_code == 403


async def test_that_a_change_is_told_at_once_and_else_after_a_while(console):
    mei = await console.person("mei")
    mark = (await mei.get("/changes")).json()["mark"]
    told = (await console.say("转人工"))["handoff"]["ticket_id"]
    changed = (await mei.get("/changes", params={"since": mark})).json()
    assert changed["mark"] != mark and changed["waiting"] == [told]


async def test_that_words_that_no_turn_has_worked_yet_stand_in_the_thread(console):
    await console.say("转人工")
    mei = await console.person("mei")
    followed = {"conversation": "c-1"}
    mark = (await mei.get("/changes", params=followed)).json()["mark"]
    late = CustomerMessage(conversation_id="c-1", message_id="late-1", customer_id="tea-cust-a", text="还在吗")
    await console.shop.store.accept(late, "0" * 64, "outbox")
    told = (await mei.get("/conversations/c-1")).json()["thread"][-1]
    assert (told["role"], told["text"], told["status"]) == ("customer", "还在吗", "accepted")
    assert (await mei.get("/changes", params={"since": mark, **followed})).json()["mark"] != mark


async def test_that_a_person_is_told_which_of_their_customers_wait(console):
    ticket = (await console.say("转人工"))["handoff"]["ticket_id"]
    mei, li = await console.person("mei"), await console.person("li")
    await mei.post(f"/tickets/{ticket}/take")
    assert (await mei.get("/changes")).json()["unanswered"] == []
    await console.say("在吗")
    assert (await mei.get("/changes")).json()["unanswered"] == ["c-1"]
    assert (await li.get("/changes")).json()["unanswered"] == []
    await mei.post(f"/tickets/{ticket}/reply", json={"text": "在的", "message_id": "p-1"})
    assert (await mei.get("/changes")).json()["unanswered"] == []


async def test_that_a_server_that_stops_waits_for_nobody_who_waits_for_news(console, monkeypatch):
    monkeypatch.setattr("channels.console.changes.HELD_S", 60.0)
    mei = await console.person("mei")
    mark = (await mei.get("/changes")).json()["mark"]
    asked = asyncio.create_task(mei.get("/changes", params={"since": mark}))
    console.app.state.streams.close()
    async with asyncio.timeout(20):
        assert (await asked).json()["mark"] == mark
