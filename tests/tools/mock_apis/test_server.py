import asyncio
import socket
import tracemalloc

import pytest

from tools.backends import connect
from tools.errors import Unavailable
from tools.limits import Limits
from tools.mock_apis.faults import Fault
from tools.mock_apis.server import MockServer

LIMITS = Limits(attempt_s=1.0, write_s=0.2, read_s=2.0, status_pauses_s=(0.0, 0.05))


@pytest.fixture
async def remote(apis):
    with MockServer(apis) as urls:
        back_ends = connect(urls.orders, urls.logistics, orders_token="secret", limits=LIMITS)
        yield back_ends
        await back_ends.aclose()


async def test_that_both_services_answer_on_real_ports(remote):
    assert (await remote.orders.get_order("U1", "A3")).tracking_no == "T3"
    assert (await remote.logistics.get_shipment("U1", "T3")).carrier == "顺丰速运"


async def test_that_act_then_hang_over_tcp_does_not_double(apis, remote):
    apis.orders_faults.set(Fault(kind="hang", match="POST *", acts=True))
    receipt = await remote.orders.cancel_order("U1", "A1", reason="不要了", key="k")
    assert receipt.detail["status"] == "cancelled"
    assert [action["key"] for action in apis.snapshot()["actions"]] == ["k"]


async def test_that_a_hundred_megabytes_do_not_fill_the_memory(apis, remote):
    apis.orders_faults.set(Fault(kind="huge"))
    tracemalloc.start()
    with pytest.raises(Unavailable, match="longer than"):
        await remote.orders.get_order("U1", "A1")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


async def test_that_many_customers_at_once_are_served(remote):
    orders = await asyncio.gather(*(remote.orders.get_order("U1", f"A{n % 8}") for n in range(40)))
    assert [order.order_id for order in orders] == [f"A{n % 8}" for n in range(40)]


async def test_that_a_stopped_server_is_unavailable_and_its_port_free(apis):
    server = MockServer(apis)
    urls = server.start()
    server.stop()
    server.stop()
    back_ends = connect(urls.orders, urls.logistics, limits=LIMITS)
    with pytest.raises(Unavailable, match="could not connect"):
        await back_ends.orders.get_order("U1", "A1")
    await back_ends.aclose()
    socket.create_server(("127.0.0.1", int(urls.orders.rsplit(":", 1)[1]))).close()


def test_that_a_taken_port_is_told(apis):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError):
        MockServer(apis, logistics_port=taken.getsockname()[1]).start()
