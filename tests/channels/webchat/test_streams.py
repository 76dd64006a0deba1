import asyncio

import pytest

from channels.errors import ServerBusy
from channels.webchat.streams import Streams


def test_that_a_process_holds_only_so_many_streams():
    streams = Streams(most=1)
    with streams.open("c-1"):
        with pytest.raises(ServerBusy):
            streams.check()
    streams.check()


def test_that_one_more_stream_of_a_conversation_ends_its_oldest():
    streams = Streams(most_each=2)
    with streams.open("c-1") as first, streams.open("c-1") as second, streams.open("c-2") as other:
        with streams.open("c-1") as third:
            assert [line.is_ended for line in (first, second, third, other)] == [True, False, False, False]


def test_that_one_more_stream_of_a_customer_ends_their_oldest_in_whatever_conversation():
    streams = Streams(most_of_customer=2)
    with streams.open("c-1", "U1") as first, streams.open("c-2", "U1") as second, streams.open("c-3", "U2") as other:
        with streams.open("c-4", "U1") as third:
            assert [line.is_ended for line in (first, second, third, other)] == [True, False, False, False]


async def test_that_a_ring_ends_the_wait_of_its_conversation():
    streams = Streams()
    with streams.open("c-1") as line:
        waiting = asyncio.create_task(line.wait(60))
        await asyncio.sleep(0)
        streams.ring("c-2")
        assert not waiting.done()
        streams.ring("c-1")
        await asyncio.wait_for(waiting, 20)


def test_that_a_server_that_stops_ends_all_streams_and_those_that_come_late():
    streams = Streams()
    with streams.open("c-1") as line:
        streams.close()
        with streams.open("c-2") as late:
            assert (line.is_ended, late.is_ended) == (True, True)
