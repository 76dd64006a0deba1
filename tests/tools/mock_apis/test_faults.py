import pytest

from tools.errors import OutcomeUnknown, RateLimited, Unavailable
from tools.mock_apis.faults import Fault


async def test_that_a_single_error_is_ridden_out_by_a_read(apis, back_ends):
    apis.orders_faults.set(Fault(kind="error", status=503, times=1))
    assert (await back_ends.orders.get_order("U1", "A1")).order_id == "A1"
    assert apis.orders_faults.requests == ["GET /orders/A1"] * 2


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="hang"),
        Fault(kind="error"),
        Fault(kind="garbage"),
        Fault(kind="huge", huge_bytes=2_000_000),
        Fault(kind="latency", latency_s=5),
    ],
    ids=lambda fault: fault.kind,
)
async def test_that_a_bad_day_is_told_in_time(apis, back_ends, fault):
    apis.logistics_faults.set(fault)
    with pytest.raises(Unavailable):
        await back_ends.logistics.get_shipment("U1", "T3")
    apis.logistics_faults.clear()
    assert (await back_ends.logistics.get_shipment("U1", "T3")).tracking_no == "T3"


async def test_that_a_little_latency_is_no_failure(apis, back_ends):
    apis.orders_faults.set(Fault(kind="latency", latency_s=0.005))
    assert (await back_ends.orders.get_order("U1", "A1")).order_id == "A1"


async def test_that_patience_asked_for_is_told(apis, back_ends):
    apis.orders_faults.set(Fault(kind="rate_limit", retry_after_s=30))
    with pytest.raises(RateLimited) as caught:
        await back_ends.orders.get_order("U1", "A1")
    assert caught.value.retry_after_s == 30


@pytest.mark.parametrize("kind", ["hang", "error", "garbage", "huge"])
async def test_that_a_write_whose_answer_is_lost_is_done_once_and_known(apis, back_ends, kind):
    apis.orders_faults.set(Fault(kind=kind, match="POST *", acts=True, huge_bytes=2_000_000))
    receipt = await back_ends.orders.issue_coupon("U1", "endless", key="k")
    assert receipt.key == "k"
    assert len(apis.snapshot()["coupons"]) == 1
    assert apis.orders_faults.requests == ["POST /coupons", "GET /actions/k"]


async def test_that_a_write_that_hangs_before_acting_is_not_done(apis, back_ends):
    apis.orders_faults.set(Fault(kind="hang", match="POST *"))
    with pytest.raises(Unavailable) as caught:
        await back_ends.orders.issue_coupon("U1", "endless", key="k")
    assert caught.value.not_done
    assert apis.snapshot()["coupons"] == []


async def test_that_a_write_stays_unknown_while_everything_hangs_and_is_learned_later(apis, back_ends):
    apis.orders_faults.set(Fault(kind="hang", acts=True))
    with pytest.raises(OutcomeUnknown):
        await back_ends.orders.issue_coupon("U1", "endless", key="k")
    apis.orders_faults.clear()
    status = await back_ends.orders.action_status("U1", "k")
    assert (status.state, len(apis.snapshot()["coupons"])) == ("done", 1)


async def test_that_faults_can_be_switched_over_http(apis, back_ends):
    http = back_ends.orders.transport._client
    answer = await http.post("/_faults", json=[{"kind": "error", "match": "GET /orders/*", "status": 500}])
    assert answer.json()[0]["match"] == "GET /orders/*"
    with pytest.raises(Unavailable):
        await back_ends.orders.get_order("U1", "A1")
    assert (await back_ends.orders.get_customer("U1")).customer_id == "U1"
    assert (await http.delete("/_faults")).json() == []
    assert (await back_ends.orders.get_order("U1", "A1")).order_id == "A1"


async def test_that_an_unknown_fault_is_refused(back_ends):
    answer = await back_ends.orders.transport._client.post("/_faults", json=[{"kind": "fire"}])
    assert answer.status_code == 422
    assert "kind" in answer.text
