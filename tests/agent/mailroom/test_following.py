from datetime import timedelta

import pytest

from agent.errors import DeliveryFailed
from agent.mailroom.following import WORDS_FIRST, Following
from agent.store.channels import ChannelMemory


class Listener:
    """Hears moves, or fails as it is told to."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.failure: DeliveryFailed | None = None

    async def follow(self, logged) -> None:
        if self.failure is not None:
            raise self.failure
        self.heard.append(logged.move.to_stage)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def following(scene, listener):
    def of(channel: str | None) -> Following:
        memory = ChannelMemory(scene.store.writer, scene.store.reader)
        return Following(memory, "desk", listener, lambda: scene.now, channel)

    await of(None).tell()
    return of


async def test_that_each_move_is_told_once_and_in_order(scene, listener, following):
    ticket = await scene.handed_over()
    await scene.desk.take(ticket, "Lin")
    assert await following(None).tell() == 2
    assert await following(None).tell() == 0
    assert listener.heard == ["queued", "human"]


async def test_that_a_move_is_told_again_after_a_pause_and_holds_later_ones_back(scene, listener, following):
    ticket = await scene.handed_over()
    await scene.desk.take(ticket, "Lin")
    followed = following(None)
    listener.failure = DeliveryFailed("m", "the desk is down", retry_after_s=30)
    assert await followed.tell() == 0
    listener.failure = None
    assert await followed.tell() == 0, "the pause is not over"
    scene.now += timedelta(seconds=31)
    assert await followed.tell() == 2
    assert listener.heard == ["queued", "human"]


async def test_that_a_move_that_can_never_be_told_is_left(scene, listener, following):
    await scene.handed_over()
    listener.failure = DeliveryFailed("m", "no such conversation", is_final=True)
    await following(None).tell()
    listener.failure = None
    assert await following(None).tell() == 0


async def test_that_the_conversations_of_other_channels_are_passed_over(scene, listener, following):
    await scene.handed_over()
    assert await following("another").tell() == 0
    assert listener.heard == []


async def test_that_a_channel_hears_of_a_handoff_after_the_customer_has(scene, listener, following):
    await scene.write("1 asks")
    followed = following("web")
    assert await followed.tell() == 0
    await scene.delivery.deliver()
    assert await followed.tell() == 1


async def test_that_a_handoff_does_not_wait_for_words_that_cannot_be_sent(scene, listener, following):
    await scene.write("1 asks")
    followed = following("web")
    assert await followed.tell() == 0
    scene.now += WORDS_FIRST + timedelta(seconds=1)
    assert await followed.tell() == 1


async def test_that_staff_hear_of_a_handoff_at_once(scene, listener, following):
    await scene.write("1 asks")
    assert await following(None).tell() == 1


async def test_that_a_handoff_before_a_new_followers_first_look_is_told(scene, listener):
    memory = ChannelMemory(scene.store.writer, scene.store.reader)
    late = Following(memory, "new", listener, lambda: scene.now)
    scene.now += timedelta(seconds=1)
    await scene.handed_over()
    assert await late.tell() == 1
