from decimal import Decimal

import httpx
import pytest

from tools.errors import NotFound, Unavailable
from tools.logistics_client import LogisticsClient
from tools.orders_client import OrdersClient

ORDER = {
    "order_id": "A1",
    "customer_id": "U1",
    "status": "paid",
    "created_at": "2026-11-15T10:21:00+08:00",
    "amount": "259.00",
    "items": [{"sku": "s", "quantity": 1, "price": 259.1}],
}


def answering(transport_to, body):
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    return transport_to(lambda request: httpx.Response(200, **content))


async def test_that_amounts_are_exact_and_times_are_aware(transport_to):
    order = await OrdersClient(answering(transport_to, ORDER)).get_order("U1", "A1")
    assert (order.amount, order.items[0].price) == (Decimal("259.00"), Decimal("259.1"))
    assert order.created_at.utcoffset() is not None


async def test_that_a_back_end_may_grow_fields(transport_to):
    order = await OrdersClient(answering(transport_to, {**ORDER, "colour_of_box": "red"})).get_order("U1", "A1")
    assert order.order_id == "A1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        {**ORDER, "status": "lost"},
        {**ORDER, "amount": -1},
        {**ORDER, "amount": "NaN"},
        {**ORDER, "created_at": "2026-11-15T10:21:00"},
        {**ORDER, "items": [{"sku": "s", "quantity": 0, "price": 1}]},
        {**ORDER, "address": "长" * 501},
        {**ORDER, "order_id": "A2"},
    ],
)
async def test_that_a_garbled_order_is_no_order(transport_to, body):
    with pytest.raises(Unavailable):
        await OrdersClient(answering(transport_to, body)).get_order("U1", "A1")


async def test_that_a_careless_back_end_cannot_leak_another_customers_order(transport_to):
    client = OrdersClient(answering(transport_to, {**ORDER, "customer_id": "U2"}))
    with pytest.raises(NotFound) as caught:
        await client.get_order("U1", "A1")
    assert str(caught.value) == str(NotFound("order", "A1"))
    with pytest.raises(NotFound):
        await OrdersClient(answering(transport_to, {"customer_id": "U2"})).get_customer("U1")


async def test_that_a_list_with_a_foreign_order_is_not_trusted(transport_to):
    orders = {"orders": [ORDER, {**ORDER, "order_id": "A2", "customer_id": "U2"}]}
    with pytest.raises(Unavailable, match="another customer"):
        await OrdersClient(answering(transport_to, orders)).list_orders("U1")


async def test_that_another_parcel_than_asked_for_is_garbage(transport_to):
    parcel = {"tracking_no": "T2", "carrier": "顺丰", "status": "signed"}
    with pytest.raises(Unavailable):
        await LogisticsClient(answering(transport_to, parcel)).get_shipment("U1", "T1")
