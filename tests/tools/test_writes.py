import json

import httpx
import pytest

from tools.errors import NotFound, OutcomeUnknown, RateLimited, Refused, Unavailable
from tools.orders_client import OrdersClient

RECEIPT = {
    "receipt_id": "R1",
    "action": "cancel_order",
    "order_id": "A1",
    "at": "2026-11-20T10:00:00+08:00",
    "detail": {"status": "cancelled"},
    "key": "k",
}
ABSENT = (404, {"error": {"code": "not_found", "reason": ""}})


def shop(write, *statuses):
    """A back-end which answers a write with ``write`` and questions about it with ``statuses`` in turn."""

    def handle(request):
        handle.seen.append(request.method)
        asked = handle.seen.count("GET")
        answer = write if request.method == "POST" else statuses[min(asked, len(statuses)) - 1]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return httpx.Response(status, json=body) if isinstance(body, dict) else httpx.Response(status, content=body)

    handle.seen = []
    return handle


async def cancel(transport):
    thing = ("order", "A1")
    return await transport.write(
        "U1", "/orders/A1/cancel", {"reason": "不要了"}, action="cancel_order", key="k", thing=thing
    )


async def test_that_a_write_carries_its_key_and_its_customer(transport_to):
    def handle(request):
        assert (request.headers["Idempotency-Key"], request.headers["X-Customer-Id"]) == ("k", "U1")
        return httpx.Response(200, json=RECEIPT)

    assert (await cancel(transport_to(handle))).receipt_id == "R1"


async def test_that_a_write_is_made_by_the_name_of_its_tool_without_what_was_not_given(transport_to):
    def handle(request):
        assert request.url.path == "/orders/A1/cancel"
        assert json.loads(request.content) == {"reason": "不要了"}
        return httpx.Response(200, json=RECEIPT)

    args = {"order_id": "A1", "reason": "不要了", "exchange_sku": None}
    assert (await OrdersClient(transport_to(handle)).make("cancel_order", "U1", args, key="k")).receipt_id == "R1"


@pytest.mark.parametrize(
    "lost",
    [
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("gone"),
        httpx.WriteError("reset"),
        (500, b""),
        (503, b""),
        (408, b""),
        (302, b""),
        (200, b"<html>"),
        (200, {**RECEIPT, "key": "other"}),
        (200, {**RECEIPT, "action": "issue_coupon"}),
    ],
)
async def test_that_a_lost_answer_is_asked_for_and_the_write_not_repeated(transport_to, lost):
    back_end = shop(lost, (200, {"state": "done", "receipt": RECEIPT}))
    assert (await cancel(transport_to(back_end))).receipt_id == "R1"
    assert back_end.seen == ["POST", "GET"]


async def test_that_a_refusal_is_learned_from_the_status_too(transport_to):
    refused = {"state": "refused", "error": {"code": "shipped", "reason": "订单已经发货"}}
    with pytest.raises(Refused) as caught:
        await cancel(transport_to(shop(httpx.ReadTimeout("slow"), (200, refused))))
    assert (caught.value.code, caught.value.reason) == ("shipped", "订单已经发货")


async def test_that_a_write_the_back_end_never_saw_is_known_as_not_done(transport_to):
    back_end = shop(httpx.ReadTimeout("slow"), ABSENT)
    with pytest.raises(Unavailable) as caught:
        await cancel(transport_to(back_end))
    assert caught.value.not_done
    assert back_end.seen == ["POST", "GET", "GET"]


async def test_that_a_write_still_on_its_way_is_found_by_the_second_question(transport_to):
    back_end = shop(httpx.ReadTimeout("slow"), ABSENT, (200, {"state": "done", "receipt": RECEIPT}))
    assert (await cancel(transport_to(back_end))).key == "k"


@pytest.mark.parametrize(
    "status",
    [
        httpx.ReadTimeout("slow"),
        (500, b""),
        (404, b"<h1>nginx</h1>"),
        (200, b"garbage"),
        (200, {"state": "pending"}),
        (200, {"state": "done"}),
        (200, {"state": "done", "receipt": {**RECEIPT, "key": "other"}}),
        (200, {"state": "done", "receipt": {**RECEIPT, "action": "issue_coupon"}}),
        (409, {"error": {"code": "odd", "reason": ""}}),
    ],
)
async def test_that_what_cannot_be_learned_stays_unknown(transport_to, status):
    with pytest.raises(OutcomeUnknown) as caught:
        await cancel(transport_to(shop(httpx.ReadTimeout("slow"), status)))
    assert (caught.value.key, caught.value.action, caught.value.code) == ("k", "cancel_order", "outcome_unknown")


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("")])
async def test_that_a_write_which_never_left_needs_no_question(transport_to, error):
    back_end = shop(error)
    with pytest.raises(Unavailable) as caught:
        await cancel(transport_to(back_end))
    assert caught.value.not_done
    assert back_end.seen == ["POST"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ABSENT, NotFound),
        ((409, {"error": {"code": "shipped", "reason": "已发货"}}), Refused),
        ((422, {"error": {"code": "invalid", "reason": ""}}), Refused),
        ((429, b""), RateLimited),
        ((401, b""), Unavailable),
        ((404, b"<h1>nginx</h1>"), Unavailable),
    ],
)
async def test_that_a_clear_no_is_taken_as_one(transport_to, answer, error):
    back_end = shop(answer)
    with pytest.raises(error) as caught:
        await cancel(transport_to(back_end))
    assert back_end.seen == ["POST"]
    assert getattr(caught.value, "not_done", True)


async def test_that_a_refusal_without_words_still_has_words_for_the_customer(transport_to):
    with pytest.raises(Refused) as caught:
        await cancel(transport_to(shop((409, {"error": {"code": "odd", "reason": ""}}))))
    assert caught.value.reason == "系统没有受理这次操作"


async def test_that_an_open_breaker_holds_a_write_back_but_not_the_question_about_it(transport_to):
    back_end = shop((500, b""), (200, {"state": "done", "receipt": RECEIPT}))
    transport = transport_to(back_end, min_outcomes=1)
    assert (await cancel(transport)).receipt_id == "R1"
    assert transport.breaker.state == "open"
    with pytest.raises(Unavailable) as caught:
        await cancel(transport)
    assert caught.value.not_done
    assert back_end.seen == ["POST", "GET"]


async def test_that_broken_characters_in_a_customers_words_do_not_break_the_call(transport_to):
    def handle(request):
        assert rb"\ud83d" in request.content
        return httpx.Response(200, json=RECEIPT)

    await transport_to(handle).write(
        "U1", "/x", {"reason": "\ud83d"}, action="cancel_order", key="k", thing=("order", "A1")
    )
