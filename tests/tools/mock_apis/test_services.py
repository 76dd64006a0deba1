import json

import pytest

from tools.errors import NotFound, Refused
from tools.mock_apis.apis import MockApis


async def test_that_a_customer_sees_orders_newest_first(back_ends):
    orders = await back_ends.orders.list_orders("U1", limit=3)
    assert [order.order_id for order in orders] == ["A7", "A6", "A5"]


async def test_that_a_customer_is_known_by_the_session(back_ends):
    customer = await back_ends.orders.get_customer("U1")
    assert (customer.name, customer.level) == ("李雨", "vip")


async def test_that_another_customers_things_look_like_missing_ones(back_ends):
    for order_id in ("B0", "no-such", "B0/../A1", "../customers/U2", "订单?x=1#y"):
        with pytest.raises(NotFound) as caught:
            await back_ends.orders.get_order("U1", order_id)
        assert str(caught.value) == str(NotFound("order", order_id))
    for tracking_no in ("T99", "no-such"):
        with pytest.raises(NotFound):
            await back_ends.logistics.get_shipment("U1", tracking_no)


async def test_that_another_customers_order_cannot_be_touched(apis, back_ends):
    before = apis.snapshot()
    for act in (
        back_ends.orders.cancel_order("U1", "B0", reason="x", key="1"),
        back_ends.orders.change_address("U1", "B0", address="x", key="2"),
        back_ends.orders.create_return("U1", "B0", skus=["tea-100"], kind="return", reason="x", key="3"),
    ):
        with pytest.raises(NotFound):
            await act
    assert apis.snapshot() == before


async def test_that_the_bodies_of_foreign_and_missing_orders_are_the_same(back_ends):
    http = back_ends.orders.transport._client
    answers = [await http.get(f"/orders/{name}", headers={"X-Customer-Id": "U1"}) for name in ("B0", "no-such")]
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].content == answers[1].content


async def test_that_scans_come_in_order_of_time(back_ends):
    parcel = await back_ends.logistics.get_shipment("U1", "T3")
    assert [event.text for event in parcel.events] == ["已揽收", "到达"]
    assert str(parcel.eta) == "2026-11-21"


@pytest.mark.parametrize(("order_id", "refund"), [("A0", None), ("A1", "90.5")])
async def test_that_an_order_not_being_packed_can_be_cancelled(back_ends, order_id, refund):
    receipt = await back_ends.orders.cancel_order("U1", order_id, reason="不要了", key="k")
    assert receipt.detail == {"status": "cancelled", "refund_amount": refund}
    assert (await back_ends.orders.get_order("U1", order_id)).status == "cancelled"


@pytest.mark.parametrize("order_id", ["A2", "A3", "A4", "A5", "A6", "A7"])
async def test_that_an_order_under_way_is_not_cancelled(apis, back_ends, order_id):
    before = apis.snapshot()["orders"]
    with pytest.raises(Refused) as caught:
        await back_ends.orders.cancel_order("U1", order_id, reason="不要了", key="k")
    assert "订单" in caught.value.reason
    assert apis.snapshot()["orders"] == before


@pytest.mark.parametrize(("order_id", "is_done"), [("A0", 1), ("A1", 1), ("A2", 1), ("A3", 0), ("A4", 0), ("A5", 0)])
async def test_that_an_address_changes_only_before_shipping(back_ends, order_id, is_done):
    change = back_ends.orders.change_address("U1", order_id, address="上海市静安区1号", phone="13900000000", key="k")
    if is_done:
        await change
        assert (await back_ends.orders.get_order("U1", order_id)).address == "上海市静安区1号"
    else:
        with pytest.raises(Refused):
            await change


async def give_back(back_ends, order_id, skus, key, kind="return"):
    return await back_ends.orders.create_return("U1", order_id, skus=skus, kind=kind, reason="不喜欢", key=key)


async def test_that_an_order_is_refunding_once_everything_in_it_goes_back(back_ends):
    first = await give_back(back_ends, "A4", ["tea-100"], "1")
    assert first.detail["amount"] == "60.50"
    assert (await back_ends.orders.get_order("U1", "A4")).status == "signed"
    await give_back(back_ends, "A4", ["cup-1"], "2")
    assert (await back_ends.orders.get_order("U1", "A4")).status == "refunding"


@pytest.mark.parametrize(
    ("order_id", "skus", "code"),
    [("A0", ["cup-1"], "unpaid"), ("A2", ["cup-1"], "not_shipped"), ("A4", ["hat"], "not_in_order")],
)
async def test_that_only_goods_that_were_sent_go_back(back_ends, order_id, skus, code):
    with pytest.raises(Refused) as caught:
        await give_back(back_ends, order_id, skus, "k")
    assert caught.value.code == code


async def test_that_nothing_goes_back_twice(back_ends):
    await give_back(back_ends, "A4", ["cup-1", "cup-1"], "1", "exchange")
    with pytest.raises(Refused) as caught:
        await give_back(back_ends, "A4", ["cup-1"], "2")
    assert caught.value.code == "already_returning"


async def test_that_coupons_are_one_each_within_the_quota(back_ends):
    state = await back_ends.orders.coupon_state("U1", "hello")
    assert (state.left, state.held, state.paid_orders, state.level) == (1, False, 7, "vip")
    await back_ends.orders.issue_coupon("U1", "hello", key="1")
    for customer, code in (("U1", "already_held"), ("U2", "quota_exhausted")):
        with pytest.raises(Refused) as caught:
            await back_ends.orders.issue_coupon(customer, "hello", key="2")
        assert caught.value.code == code
    assert (await back_ends.orders.coupon_state("U1", "endless")).left is None
    with pytest.raises(NotFound):
        await back_ends.orders.issue_coupon("U1", "no-such", key="3")


async def test_that_waiting_for_goods_twice_is_waiting_once(apis, back_ends):
    for key in ("1", "2"):
        await back_ends.orders.subscribe_restock("U1", "hat", key=key)
    assert apis.snapshot()["subscriptions"] == [{"customer_id": "U1", "sku": "hat"}]


async def test_that_a_repeated_key_returns_the_stored_receipt(apis, back_ends):
    receipts = [await back_ends.orders.issue_coupon("U1", "endless", key="k") for _ in range(3)]
    assert receipts[0] == receipts[1] == receipts[2]
    assert len(apis.snapshot()["coupons"]) == 1


async def test_that_a_repeated_key_returns_the_stored_refusal(back_ends):
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            await back_ends.orders.cancel_order("U1", "A3", reason="x", key="k")
        assert caught.value.code == "shipped"
    assert (await back_ends.orders.action_status("U1", "k")).state == "refused"


async def test_that_a_key_cannot_be_used_for_something_else(back_ends):
    await back_ends.orders.cancel_order("U1", "A0", reason="x", key="k")
    for act in (
        back_ends.orders.cancel_order("U1", "A1", reason="x", key="k"),
        back_ends.orders.subscribe_restock("U1", "hat", key="k"),
    ):
        with pytest.raises(Refused) as caught:
            await act
        assert caught.value.code == "key_reused"


async def test_that_a_key_belongs_to_its_customer(back_ends):
    await back_ends.orders.subscribe_restock("U1", "hat", key="k")
    assert (await back_ends.orders.action_status("U1", "k")).state == "done"
    assert (await back_ends.orders.action_status("U2", "k")).state == "absent"
    assert (await back_ends.orders.subscribe_restock("U2", "cup", key="k")).detail == {"sku": "cup"}


async def test_that_a_reset_shop_does_the_same_again(apis, back_ends):
    fresh = apis.snapshot()
    ends = []
    for _ in range(2):
        apis.reset()
        assert apis.snapshot() == fresh
        await give_back(back_ends, "A4", ["cup-1"], "1")
        await back_ends.orders.issue_coupon("U1", "hello", key="2")
        ends.append(json.dumps(apis.snapshot(), ensure_ascii=False))
    assert ends[0] == ends[1]


async def test_that_the_clock_can_be_set(apis, back_ends, seed):
    apis.reset(now=seed.now.replace(year=2030))
    assert (await back_ends.orders.subscribe_restock("U1", "hat", key="k")).at.year == 2030


async def test_that_a_file_starts_from_the_seed_each_time(seed, tmp_path):
    for _ in range(2):
        apis = MockApis(seed, database=tmp_path / "shop.sqlite")
        async_ends = apis.in_process()
        assert (await async_ends.orders.cancel_order("U1", "A0", reason="x", key="k")).order_id == "A0"
        await async_ends.aclose()
        apis.close()


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, {"sku": "hat"}, 401),
        ({"X-Customer-Id": "U1"}, {"sku": "hat"}, 400),
        ({"X-Customer-Id": "U1", "Idempotency-Key": "k"}, {"sku": "hat", "customer_id": "U2"}, 422),
        ({"X-Customer-Id": "U1", "Idempotency-Key": "k"}, {"sku": ""}, 422),
    ],
)
async def test_that_a_wrong_request_is_told_so(back_ends, headers, body, status):
    answer = await back_ends.orders.transport._client.post("/restock-subscriptions", headers=headers, json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
