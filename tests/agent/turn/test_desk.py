import pytest

from agent.turn.desk import ToolDesk
from tools.errors import Refused, Unavailable
from tools.mock_apis.faults import Fault


@pytest.fixture
def desk_of(tea):
    """A desk of one turn, at the counter of a customer."""

    def make(counter, customer_id: str | None = None) -> ToolDesk:
        pack, release, _ = tea
        return ToolDesk(customer_id or counter.customer_id, counter.assistant.backends, release.catalogue, pack.now)

    return make


async def test_that_the_same_thing_is_asked_for_once_a_turn(fang, desk_of) -> None:
    desk = desk_of(fang)
    for _ in range(3):
        await desk.own_orders()
        await desk.order("TEA-88231")
        await desk.shipment("YT8800112233")
    assert len(fang.requests) == 3
    assert [use.name for use in desk.uses] == ["list_orders", "get_order", "get_shipment"]


async def test_that_orders_come_newest_first(fang, desk_of) -> None:
    orders = await desk_of(fang).own_orders()
    assert [order.order_id for order in orders] == ["TEA-88240", "TEA-88231", "TEA-88102"]


async def test_that_another_customers_order_is_none_like_a_missing_one(fang, desk_of) -> None:
    desk = desk_of(fang)
    assert await desk.order("TEA-88155") is None
    assert await desk.order("TEA-00000") is None
    assert [(use.ok, use.error) for use in desk.uses] == [(False, "NotFound")] * 2


async def test_that_a_failed_call_is_recorded_with_its_error(fang, desk_of) -> None:
    fang.apis.orders_faults.set(Fault(kind="error", status=503))
    desk = desk_of(fang)
    with pytest.raises(Unavailable):
        await desk.own_orders()
    (use,) = desk.uses
    assert (use.name, use.ok, use.effect, use.error) == ("list_orders", False, "read", "Unavailable")
    assert use.elapsed_ms > 0


async def test_that_an_answer_that_failed_is_asked_for_again(fang, desk_of) -> None:
    fang.apis.orders_faults.set(Fault(kind="error", status=503))
    desk = desk_of(fang)
    with pytest.raises(Unavailable):
        await desk.order("TEA-88231")
    fang.apis.orders_faults.clear()
    assert (await desk.order("TEA-88231")).status == "shipped"


async def test_that_a_write_is_recorded_as_one_whether_it_is_done_or_refused(fang, desk_of) -> None:
    desk = desk_of(fang)
    orders = desk.backends.orders
    for number in ("TEA-88240", "TEA-88231"):
        try:
            await desk.write(
                "cancel_order",
                {"order_id": number},
                lambda number=number: orders.cancel_order("tea-cust-a", number, reason="x", key=f"key-{number}"),
            )
        except Refused:
            pass
    assert [(use.effect, use.ok, use.error) for use in desk.uses] == [
        ("write", True, None),
        ("write", False, "Refused"),
    ]


async def test_that_offers_for_wavering_customers_are_found_for_them_alone(cheng, desk_of) -> None:
    calm = await desk_of(cheng).promotions(("tea-longjing",))
    wavering = await desk_of(cheng).promotions(("tea-longjing",), is_hesitating=True)
    assert [item.promotion_id for item in calm] == ["tea-199-15"]
    assert [item.promotion_id for item in wavering] == ["tea-199-15", "tea-wait-8"]


async def test_that_offers_that_do_not_cover_the_goods_are_left_out(cheng, desk_of) -> None:
    found = await desk_of(cheng).promotions(("ware-hu",), is_hesitating=True)
    assert [item.promotion_id for item in found] == ["tea-199-15"]


async def test_that_an_entitlement_that_cannot_be_read_is_none(cheng, desk_of) -> None:
    cheng.apis.orders_faults.set(Fault(kind="garbage"))
    found = await desk_of(cheng).promotions(("tea-longjing",), is_hesitating=True)
    assert [item.promotion_id for item in found] == ["tea-199-15"]


async def test_that_stock_is_read_by_sku_and_recorded_as_asked(fang, desk_of) -> None:
    desk = desk_of(fang)
    product = desk.catalogue.by_product["tea-rougui"]
    (sku,) = desk.stock(product, (desk.catalogue.by_sku["tea-rougui-100"][1],), {"size": "100g"})
    assert sku.stock == 0
    assert desk.uses[0].args == {"product_id": "tea-rougui", "size": "100g", "sku": "tea-rougui-100"}
    assert len(desk.stock(product, (), {})) == 3


async def test_that_a_customer_without_a_record_is_none(fang, desk_of) -> None:
    assert await desk_of(fang, "stranger").customer() is None
    assert (await desk_of(fang, "tea-cust-b").customer()).level == "vip"
