"""The post with a real store and a scripted channel."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from agent.errors import DeliveryFailed
from agent.messages import CustomerMessage, Reply
from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.opening import open_store
from agent.store.port import TurnRecord
from agent.store.records import Amendment, Move, Said
from channels.contact_centre.channel import Abilities, Channel
from channels.contact_centre.post import Post

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
MINE = ConversationState(customer_id="U1")
ANYTHING = Abilities()


class Desk:
    """Writes down what it is sent and told."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.stages: list[str] = []
        self.mistake: Exception | None = None
        self.heard = asyncio.Condition()

    async def send(self, message) -> None:
        mistake, self.mistake = self.mistake, None
        if mistake is not None:
            raise mistake
        async with self.heard:
            self.sent.append(message.text)
            self.heard.notify_all()

    async def follow(self, logged) -> None:
        async with self.heard:
            self.stages.append(logged.move.to_stage)
            self.heard.notify_all()

    async def until(self, said) -> None:
        async with asyncio.timeout(10), self.heard:
            await self.heard.wait_for(said)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def store(tmp_path) -> AsyncIterator[DurableStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield opened
    await opened.aclose()


@pytest.fixture
def answer(store):
    """Commits turns whose replies wait in the outbox."""

    async def commit(text: str, number: int = 1) -> None:
        message = f"m-{number}"
        await store.accept(CustomerMessage("c-1", message, "U1", "在吗", channel="desk"), f"d{number}", "outbox")
        reply = Reply("c-1", message, f"t-{number}", text, "answered", ("greeting",), "smalltalk", "bot")
        turn = TurnRecord(
            f"t-{number}", "c-1", message, f"d{number}", {"text": "在吗", "channel": "desk"}, reply, {}, NOW
        )
        await store.commit(turn, MINE, number - 1)

    return commit


@pytest.fixture
async def post_of(store, desk):
    posts: list[Post] = []

    def opened(abilities: Abilities = ANYTHING, every_s: float = 0.01) -> Post:
        posts.append(Post(store, lambda: datetime.now(UTC), every_s))
        posts[-1].carry([Channel("desk", abilities, sender=desk, follower=desk)])
        return posts[-1]

    yield opened
    for post in posts:
        await post.aclose()


async def test_that_what_was_answered_is_sent_without_being_asked_for(desk, answer, post_of):
    post_of()
    await answer("亲，在的")
    await desk.until(lambda: desk.sent == ["亲，在的"])


async def test_that_each_attempt_to_send_is_reported(store, desk, answer):
    ends: list[tuple[str, str]] = []
    post = Post(store, lambda: datetime.now(UTC), 0.01, lambda channel, end: ends.append((channel, end)))
    post.carry([Channel("desk", sender=desk)])
    await answer("亲，在的")
    await desk.until(lambda: ends == [("desk", "sent")])
    await post.aclose()


async def test_that_a_wake_sends_at_once(desk, answer, post_of):
    post = post_of(every_s=3600)
    await answer("亲，在的")
    post.wake("c-1")
    await desk.until(lambda: desk.sent)


async def test_that_two_processes_send_each_message_once(store, desk, answer, post_of):
    post_of()
    post_of()
    await answer("第1条")
    for number in range(2, 21):
        said = (Said(f"s-{number}", "person", f"第{number}条", "Lin"),)
        await store.amend(Amendment("c-1", number - 1, MINE, NOW, said=said))
    await desk.until(lambda: len(desk.sent) >= 20)
    assert desk.sent == [f"第{number}条" for number in range(1, 21)]


async def test_that_a_channel_is_told_of_a_handoff(store, desk, answer, post_of):
    post = post_of()
    await answer("亲，在的")
    await desk.until(lambda: desk.sent)
    await post.memory.untold("desk")
    queued = ConversationState(customer_id="U1", stage="queued")
    await store.amend(Amendment("c-1", 1, queued, NOW, (Move("bot", "queued", "bot", "requested", NOW),)))
    await desk.until(lambda: desk.stages == ["queued"])


async def test_that_a_channels_mistake_is_logged_and_its_later_messages_are_sent(
    desk, answer, post_of, caplog, monkeypatch
):
    monkeypatch.setattr("channels.contact_centre.post.AGAIN_S", 0.01)
    desk.mistake = KeyError("errcode")
    post_of()
    await answer("亲，在的")
    await desk.until(lambda: desk.sent == ["亲，在的"])
    assert "the post of desk failed" in caplog.text


async def test_that_what_was_answered_last_is_sent_before_the_end(desk, answer, post_of):
    post = post_of(every_s=3600)
    await asyncio.sleep(0)
    await answer("亲，再见")
    await post.aclose()
    assert desk.sent == ["亲，再见"]


async def test_that_no_more_is_sent_than_a_channel_allows(store, desk, answer, post_of):
    await answer("一")
    for number in (2, 3):
        said = (Said(f"s-{number}", "person", "一二三"[number - 1], "Lin"),)
        await store.amend(Amendment("c-1", number - 1, MINE, NOW, said=said))
    post = post_of(Abilities(most_replies=2), every_s=3600)
    await post.aclose()
    assert desk.sent == ["一", "二"]
    assert [entry.status for entry in await store.thread("c-1") if entry.role == "person"] == ["sent", "failed"]


async def test_that_each_part_of_a_long_message_counts(store, desk, answer, post_of):
    await answer("一二三四五")
    for number, text in ((2, "六七"), (3, "八")):
        said = (Said(f"s-{number}", "person", text, "Lin"),)
        await store.amend(Amendment("c-1", number - 1, MINE, NOW, said=said))
    post = post_of(Abilities(most_replies=4, most_bytes=6), every_s=3600)
    await post.aclose()
    assert desk.sent == ["一二三四五", "六七"], "with three bytes a character they leave in three parts and in one"
    assert [entry.status for entry in await store.thread("c-1") if entry.role == "person"] == ["sent", "failed"]


async def test_that_nothing_is_sent_after_a_channels_window(desk, answer, post_of):
    await answer("太晚了")
    await post_of(Abilities(reply_window=timedelta(0)), every_s=3600).aclose()
    assert desk.sent == []


async def test_that_a_message_that_was_not_sent_is_sent_again(store, desk, answer, post_of):
    desk.mistake = DeliveryFailed("t-1", "the desk is down", retry_after_s=0.0001)
    await answer("亲，在的")
    assert desk.mistake is not None
    post_of()
    await desk.until(lambda: desk.sent == ["亲，在的"])
