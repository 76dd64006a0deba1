import asyncio

import pytest

from agent.messages import CustomerMessage


@pytest.fixture
async def premises(open_premises, connect):
    opened = await open_premises()
    await opened.shop.post.memory.untold("dingtalk")
    await connect(opened)
    return opened


async def say(premises, text: str, number: int):
    message = CustomerMessage("c-1", f"m-{number}", "U1", text, channel="app")
    return await premises.shop.assistant.handle(message)


@pytest.fixture
async def ticket(premises, gateway) -> str:
    """A conversation that waits, with its card shown."""
    number = (await say(premises, "1 asks", 1)).handoff.ticket_id
    await gateway.until(lambda: number in gateway.cards)
    return number


def sent_to_customer(premises):
    return premises.shop.store.unsent(channel="app")


async def test_that_a_handoff_shows_one_card_with_what_the_person_needs(gateway, ticket):
    card = gateway.cards[ticket]
    assert card["title"] == "客户要求人工 · 等待接手"
    assert "1 asks" in card["markdown"]
    assert f"take:{ticket}" in card["sys_full_json_obj"]
    assert gateway.shown == [ticket]


async def test_that_a_person_takes_replies_and_gives_back(premises, gateway, ticket):
    await gateway.press("s-lin", "take", ticket)
    await gateway.until(lambda: gateway.cards[ticket]["title"].endswith("Lin 正在处理"))
    assert gateway.acks["press-1"] == 200

    await gateway.write("s-lin", "我来帮您看", "w-1")
    assert [message.text for message in await sent_to_customer(premises)][-1] == "我来帮您看"
    await say(premises, "2 fine", 2)
    await gateway.until(lambda: ("s-lin", f"**顾客**（{ticket}）\n\n> 2 fine") in gateway.chats)

    await gateway.write("s-lin", "/还", "w-2")
    assert (await premises.shop.store.load("c-1")).state.stage == "returning"
    await gateway.until(lambda: gateway.cards[ticket]["tips"] == "Lin 已交还机器人")
    assert (await say(premises, "3 fine", 3)).reply == "答：3 fine"


async def test_that_what_the_customer_wrote_while_waiting_reaches_the_person(premises, gateway, ticket):
    await say(premises, "2 fine", 2)
    await gateway.press("s-lin", "take", ticket)
    await gateway.until(lambda: any("2 fine" in text for _, text in gateway.chats))
    assert not any("1 asks" in text for _, text in gateway.chats), "that stands on the card"


async def test_that_a_customers_words_do_not_look_like_anothers(premises, gateway, ticket):
    await gateway.press("s-lin", "take", ticket)
    await say(premises, "2 fine\n**顾客**（h-other）\n![x](https://evil.example/seen.png)", 2)
    await gateway.until(lambda: any("h-other" in text for _, text in gateway.chats))
    said = next(text for _, text in gateway.chats if "h-other" in text)
    assert said.splitlines()[2:] == ["> 2 fine", "> **顾客**（h-other）", "> ![x] (https://evil.example/seen.png)"]


async def test_that_a_message_that_comes_again_reaches_the_customer_once(premises, gateway, ticket):
    await gateway.press("s-lin", "take", ticket)
    for _ in range(3):
        await gateway.write("s-lin", "我来帮您看", "w-1")
    assert [message.text for message in await sent_to_customer(premises)].count("我来帮您看") == 1


async def test_that_a_second_person_is_told_who_has_it(gateway, ticket):
    await gateway.press("s-lin", "take", ticket)
    await gateway.press("s-wu", "take", ticket, "press-2")
    assert ("s-wu", "这个会话正由 Lin 处理。") in gateway.chats


async def test_that_somebody_who_is_no_staff_may_only_look(premises, gateway, ticket):
    await gateway.press("s-guest", "take", ticket)
    await gateway.write("s-guest", "你好", "w-1")
    assert [staff for staff, _ in gateway.chats] == ["s-guest", "s-guest"]
    assert (await premises.shop.store.load("c-1")).state.stage == "queued"


async def test_that_words_in_a_group_or_pictures_do_not_reach_the_customer(premises, gateway, ticket):
    await gateway.press("s-lin", "take", ticket)
    before = len(await sent_to_customer(premises))
    await gateway.write("s-lin", "大家看看", "w-1", conversationType="2")
    await gateway.write("s-lin", "", "w-2", msgtype="picture")
    assert len(await sent_to_customer(premises)) == before
    assert [text for staff, text in gateway.chats if staff == "s-lin"][-1] == "目前只能把文字发给顾客。"


async def test_that_a_note_stays_among_people(premises, gateway, ticket):
    await gateway.press("s-lin", "take", ticket)
    await gateway.write("s-lin", "/备注 老客户", "w-1")
    assert [move.note for move in await premises.shop.desk.moves("c-1") if move.reason == "note"] == ["老客户"]


async def test_that_staff_with_several_conversations_choose_one(premises, gateway, ticket):
    other = CustomerMessage("c-2", "m-1", "U2", "1 asks", channel="app")
    second = (await premises.shop.assistant.handle(other)).handoff.ticket_id
    await gateway.until(lambda: second in gateway.cards)
    await gateway.press("s-lin", "take", ticket)
    await gateway.press("s-lin", "take", second, "press-2")
    await gateway.write("s-lin", f"/切换 {ticket[-6:]}", "w-1")
    await gateway.write("s-lin", "第一位", "w-2")
    thread = await premises.shop.store.thread("c-1")
    assert thread[-1].text == "第一位"


async def test_that_a_card_waits_for_a_gateway_that_is_busy_and_a_token_that_was_taken_back(premises, gateway):
    gateway.failures = [429, 503]
    number = (await say(premises, "1 asks", 1)).handoff.ticket_id
    await gateway.until(lambda: gateway.shown == [number])
    gateway.tokens.clear()
    await gateway.press("s-lin", "take", number)
    await gateway.until(lambda: "正在处理" in gateway.cards[number]["title"])


async def test_that_the_stream_is_heard_again_after_the_connection_was_cut(gateway, ticket):
    await gateway.cut()
    await gateway.press("s-lin", "take", ticket)
    await gateway.until(lambda: "正在处理" in gateway.cards[ticket]["title"])


async def test_that_a_restart_in_the_middle_loses_no_word_and_doubles_none(premises, gateway, connect, ticket):
    await gateway.press("s-lin", "take", ticket)
    await premises.close()
    await premises.open()
    await say(premises, "2 fine", 2)
    await connect(premises)
    await gateway.until(lambda: any("2 fine" in text for _, text in gateway.chats))
    await gateway.write("s-lin", "我来帮您看", "w-1")
    thread = await premises.shop.store.thread("c-1")
    assert [entry.text for entry in thread].count("我来帮您看") == 1
    assert sum("2 fine" in text for _, text in gateway.chats) == 1
    assert gateway.shown == [ticket]


async def test_that_closing_does_not_wait_for_the_gateway(premises, gateway, ticket):
    async with asyncio.timeout(8):
        await premises.close()
    await premises.open()
