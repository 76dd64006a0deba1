from dataclasses import replace
from datetime import timedelta

import pytest

from agent.state import ConversationState
from agent.store import overview as overviews
from agent.store.overview import Overview, Wanted
from agent.store.records import Amendment, HandoffTicket, Move, Said, TurnEffects


@pytest.fixture
def overview(store):
    return Overview(store.reader, "lanting")


@pytest.fixture
def talk(store, make_turn):
    """Stores the first turn of a conversation, so many minutes after the first one of the test."""

    async def one(name, minutes=0, text="在吗", customer="U1", stage="bot", handoff=None):
        made = make_turn(name, "m-1")
        at = made.created_at + timedelta(minutes=minutes)
        turn = replace(made, request={"text": text, "channel": "web"}, created_at=at)
        state = ConversationState(customer_id=customer, stage=stage, history=(("customer", text),))
        if handoff is None:
            await store.commit(turn, state, 0)
            return at
        ticket = HandoffTicket(handoff, name, "requested", {}, at)
        moves = TurnEffects((Move("bot", "queued", "customer", "requested", at, handoff),))
        await store.commit(turn, replace(state, stage="queued", ticket_id=handoff), 0, ticket, moves)
        return at

    return one


async def _names(overview, **wanted):
    return [one.conversation_id for one in (await overview.conversations(Wanted(**wanted))).conversations]


async def test_that_the_latest_change_comes_first_and_other_shops_do_not(overview, talk, store, make_turn):
    for minutes, name in enumerate(("a", "b", "c")):
        await talk(name, minutes)
    await store.commit(replace(make_turn("x"), shop_id="other"), ConversationState(), 0)
    assert await _names(overview) == ["c", "b", "a"]


async def test_that_pages_hold_each_conversation_once(overview, talk):
    for number in range(7):
        await talk(f"c-{number}", number // 3)
    seen, place = [], None
    while True:
        page = await overview.conversations(Wanted(limit=2, before=place))
        seen += [one.conversation_id for one in page.conversations]
        place = page.next
        if place is None:
            break
    assert seen == [f"c-{number}" for number in reversed(range(7))]


async def test_that_a_list_is_of_the_stages_asked_for(overview, talk):
    await talk("a")
    await talk("b", 1, handoff="h-1")
    page = await overview.conversations(Wanted(stages=("queued", "human")))
    assert [(one.conversation_id, one.ticket.ticket_id) for one in page.conversations] == [("b", "h-1")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("裙子", ["b"]),
        ("u77", ["c"]),
        ("C-", []),
        ("history", []),
        ("100%", ["d"]),
        ("10_%", []),
        ('"好', ["e"]),
        ("陈", ["c"]),
    ],
)
async def test_that_a_conversation_is_found_by_what_was_said_and_by_ids(overview, talk, store, text, found):
    await talk("a")
    await talk("b", 1, "有红色的裙子吗")
    at = await talk("c", 2, customer="U77")
    await talk("d", 3, "100%棉吗")
    await talk("e", 4, '说"好"就行')
    kept = await store.load("c")
    said = (Said("p-1", "person", "我是客服小陈", "mei"),)
    await store.amend(Amendment("c", kept.version, kept.state, at, said=said))
    assert await _names(overview, text=text) == found


async def test_that_a_search_goes_on_where_it_stopped_looking(overview, talk, monkeypatch):
    monkeypatch.setattr(overviews, "SCANNED", 2)
    for number in range(5):
        await talk(f"c-{number}", number, "找我" if number in (0, 4) else "在吗")
    seen, place, asked = [], None, 0
    while asked == 0 or place is not None:
        page = await overview.conversations(Wanted(text="找我", before=place))
        seen += [one.conversation_id for one in page.conversations]
        place, asked = page.next, asked + 1
    assert (seen, asked) == (["c-4", "c-0"], 3)


async def test_that_the_mark_changes_with_every_change_and_only_then(overview, talk, store):
    marks = [await overview.mark("a")]
    at = await talk("a", handoff="h-1")
    marks.append(await overview.mark("a"))
    assert marks[-1].waiting == ("h-1",)
    assert await overview.mark("a") == marks[-1]
    kept = await store.load("a")
    await store.amend(
        Amendment(
            "a",
            kept.version,
            replace(kept.state, stage="human"),
            at,
            (Move("queued", "human", "mei", "taken", at, "h-1"),),
            HandoffTicket("h-1", "a", "requested", {}, at, "taken", person="mei"),
            (Said("p-1", "person", "您好", "mei"),),
        )
    )
    marks.append(await overview.mark("a"))
    assert marks[-1].waiting == ()
    await store.release("p-1", at)
    marks.append(await overview.mark("a"))
    await store.mark_sent("p-1")
    marks.append(await overview.mark("a"))
    assert len({mark.text for mark in marks}) == len(marks)


async def test_that_handoffs_are_told_whole(overview, talk):
    await talk("a", handoff="h-1")
    await talk("b", 1, handoff="h-2")
    assert [ticket.ticket_id for ticket in await overview.tickets_of("b")] == ["h-2"]
