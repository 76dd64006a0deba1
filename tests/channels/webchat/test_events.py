"""The stream of a conversation: what comes, in which order, and that nothing is lost or doubled."""

from datetime import UTC, datetime

import pytest

from agent.messages import Reply
from agent.state import ConversationState
from agent.store.records import TurnEffects, TurnRecord
from agent.store.visible import Cursor, VisibleThread

QUESTION = "茶叶可以退货吗"


async def _outgoing(served) -> dict[str, str]:
    """What stands in the outbox, by its text."""

    def job(connection):
        return dict(connection.execute("SELECT coalesce(text, ''), status FROM outgoing").fetchall())

    return await served.shop.store.reader.run("look", job)


async def test_that_a_message_is_answered_piece_by_piece_with_its_sources(served):
    *pieces, message, state = await served.say(QUESTION)
    assert [event.name for event in (*pieces[:1], message, state)] == ["delta", "message", "state"]
    assert "".join(event.data["text"] for event in pieces) == message.data["text"]
    source = message.data["sources"][0]
    assert source["kind"] == "policy"
    assert set(source) == {"id", "kind", "title", "version", "effective_from", "effective_to"}
    assert state.data == {"owner": "bot", "person": None, "service_open": True}


async def test_that_a_repeated_message_gets_the_same_reply_and_stands_once(served):
    first, again = [(await served.say(QUESTION, message_id="m-1"))[-2] for _ in range(2)]
    assert (first.data["id"], first.data["text"]) == (again.data["id"], again.data["text"])
    assert [one["role"] for one in (await served.thread())["messages"]] == ["customer", "bot"]


async def test_that_a_person_is_seen_to_come_write_and_leave(served):
    await served.say("转人工")
    thread = await served.thread()
    assert thread["state"]["owner"] == "queue"
    async with served.follow(after=thread["cursor"]) as reader:
        assert (await reader.next()).data["owner"] == "queue"
        ticket = await served.take()
        joined = await reader.next("state")
        assert (joined.data["owner"], joined.data["person"]) == ("person", "小梅")
        await served.shop.desk.reply(ticket, "小梅", "您好，我是小梅", "r-1")
        said = await reader.next("message")
        assert (said.data["role"], said.data["person"], said.data["text"]) == ("person", "小梅", "您好，我是小梅")
        await served.shop.desk.give_back(ticket, "小梅")
        assert (await reader.next("state")).data["owner"] == "bot"


async def test_that_words_of_people_come_in_order_one_after_the_other_is_acknowledged(served):
    await served.say("转人工")
    ticket = await served.take()
    for number in range(3):
        await served.shop.desk.reply(ticket, "小梅", f"第{number}句", f"r-{number}")
    async with served.follow(after=(await served.thread())["cursor"]) as reader:
        first = await reader.next("message")
        assert await reader.nothing(for_s=1.5)
    async with served.follow(after=first.id) as reader:  # coming again with the cursor acknowledges it
        second = await reader.next("message")
        await served.acknowledge(second.id)
        third = await reader.next("message")
        assert [one.data["text"] for one in (first, second, third)] == ["第0句", "第1句", "第2句"]
        await served.acknowledge(third.id)
    assert set((await _outgoing(served)).values()) == {"sent"}


async def test_that_a_reader_cut_off_before_it_acknowledged_gets_the_message_again_under_its_id(served):
    await served.say("转人工")
    ticket = await served.take()
    cursor = (await served.thread())["cursor"]
    await served.shop.desk.reply(ticket, "小梅", "在的", "r-1")
    seen = []
    for _ in range(2):
        async with served.follow(after=cursor) as reader:
            seen.append(await reader.next("message"))
    assert seen[0].data == seen[1].data
    assert (await _outgoing(served))["在的"] == "released"


async def test_that_every_tab_gets_everything(served):
    await served.say("转人工")
    ticket, cursor = await served.take(), (await served.thread())["cursor"]
    async with served.follow(after=cursor) as one, served.follow(after=cursor) as other:
        await served.shop.desk.reply(ticket, "小梅", "在的", "r-1")
        first = await one.next("message")
        await served.acknowledge(first.id)
        assert (await other.next("message")).data == first.data
        await served.say("还有一个问题", message_id="m-9")
        assert await one.texts(1) == await other.texts(1) == ["还有一个问题"]


async def test_that_a_message_while_a_person_has_the_conversation_is_kept_and_not_answered(served):
    await served.say("转人工")
    await served.take()
    told = await served.say("在吗")
    assert [(event.name, event.data["owner"]) for event in told] == [("state", "person")]
    assert (await served.thread())["messages"][-1]["text"] == "在吗"


async def test_that_a_notice_is_withdrawn_when_a_person_came_before_it_was_shown(serve):
    served = await serve()
    await served.say("转人工")
    cursor = (await served.thread())["cursor"]
    (ticket,) = await served.shop.desk.queue()
    await served.shop.desk.take(ticket.ticket_id, "小梅")
    await served.shop.desk.reply(ticket.ticket_id, "小梅", "您好", "r-1")
    await served.shop.desk.pass_on(ticket.ticket_id, "小梅", "售后")
    async with served.follow(after=cursor) as reader:
        assert await reader.texts(1) == ["您好"]


async def test_that_a_reply_that_went_to_the_outbox_is_shown_once_it_is_let_out(served):
    await served.say(QUESTION)
    cursor = (await served.thread())["cursor"]
    reply = Reply("c-1", "m-9", "t-9", "稍后的回答", "answered", ("greeting",), "smalltalk", "bot")
    request = {"text": "稍后的问题", "channel": "web", "customer_id": "tea-cust-a"}
    kept = await served.shop.store.load("c-1")
    record = TurnRecord("t-9", "c-1", "m-9", "d", request, reply, {}, datetime.now(UTC), kept.shop_id)
    await served.shop.store.commit(record, kept.state, kept.version)
    assert [one["text"] for one in (await served.thread())["messages"]][-1] == "稍后的问题"
    async with served.follow(after=cursor) as reader:
        assert await reader.texts(2) == ["稍后的问题", "稍后的回答"]
    assert (await served.thread())["messages"][-1]["answers"] == "m-9"


async def test_that_another_channels_messages_are_left_to_its_sender(served):
    await served.say("转人工")
    await served.shop.desk.reply(await served.take(), "小梅", "只在那边", "r-1")
    visible = VisibleThread(served.shop.store.writer, served.shop.store.reader, ["web"])
    view = await visible.since("c-1", Cursor())
    assert view.unsent is None
    assert "只在那边" not in [one.text for one in view.entries]
    assert "只在那边" not in [one.text for one in (await visible.whole("c-1")).entries]


async def test_that_a_long_poll_tells_the_same(served):
    await served.say("转人工")
    ticket, cursor = await served.take(), (await served.thread())["cursor"]
    await served.shop.desk.reply(ticket, "小梅", "在的", "r-1")
    client = served.client()
    first = (await client.get("/conversations/c-1/events", params={"wait": 5, "after": cursor})).json()
    assert [one["text"] for one in first["messages"]] == ["在的"]
    then = (await client.get("/conversations/c-1/events", params={"wait": 0, "after": first["cursor"]})).json()
    assert (then["messages"], then["cursor"]) == ([], first["cursor"])
    assert (await _outgoing(served))["在的"] == "sent"


async def test_that_a_cursor_of_nothing_begins_anew(served):
    await served.say(QUESTION)
    async with served.follow(after="t-of-somebody-else/p-1") as reader:
        assert (await reader.texts(2))[0] == QUESTION


@pytest.mark.parametrize("path", ["thread", "events", "events?wait=0"])
async def test_that_a_strangers_token_finds_nothing(guarded, path):
    served, own, stranger = guarded
    await served.say(QUESTION, client=own)
    assert (await own.get("/conversations/c-1/thread")).status_code == 200
    answer = await stranger.get(f"/conversations/c-1/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "conversation_unknown")
    assert (await served.client().get(f"/conversations/c-1/{path}")).status_code == 401


async def test_that_a_stranger_neither_writes_nor_acknowledges(guarded):
    served, own, stranger = guarded
    await served.say(QUESTION, client=own)
    cursor = (await served.thread(client=own))["cursor"]
    assert (await stranger.post("/conversations/c-1/events/ack", json={"cursor": cursor})).status_code == 404
    body = {"message_id": "m-2", "text": "在吗"}
    assert (await stranger.post("/conversations/c-1/messages", json=body)).status_code == 403


async def test_that_what_is_internal_stays_inside(served):
    await served.say("我的订单TEA-88231到哪了")
    await served.say("转人工")
    ticket = await served.take()
    await served.shop.desk.note(ticket, "小梅", "难缠的客人")
    text = str(await served.thread())
    for word in ("难缠", "tools", "intents", "release_id", "trace", "ticket", "tea-cust-a"):
        assert word not in text


async def test_that_a_thread_of_many_turns_gives_the_last_hundred(served):
    for number in range(103):
        reply = Reply("c-1", f"m-{number}", f"t-{number}", f"答{number}", "answered", (), "inform", "bot")
        request = {"text": f"问{number}", "channel": "web"}
        kept = await served.shop.store.load("c-1")
        state = kept.state if kept else ConversationState(customer_id="tea-cust-a")
        record = TurnRecord(f"t-{number}", "c-1", f"m-{number}", "d", request, reply, {}, datetime.now(UTC), "chaye")
        await served.shop.store.commit(record, state, number, effects=TurnEffects(told=True))
    messages = (await served.thread())["messages"]
    assert (len(messages), messages[0]["text"], messages[-1]["text"]) == (200, "问3", "答102")
