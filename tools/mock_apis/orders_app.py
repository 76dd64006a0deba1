"""The mocked orders service."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from tools.mock_apis.actions import Actions, Request
from tools.mock_apis.errors import Missing
from tools.mock_apis.store import MockStore
from tools.mock_apis.wire import add_error_answers, asking_customer, request_key
from tools.orders import ReturnKind
from tools.receipts import ActionName

Customer = Annotated[str, Depends(asking_customer)]
Key = Annotated[str, Depends(request_key)]
Words = Annotated[str, Field(min_length=1, max_length=500)]
Id = Annotated[str, Field(min_length=1, max_length=128)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CancelBody(_Body):
    """Arguments of a cancellation."""

    reason: Words


class AddressBody(_Body):
    """Arguments of a change of address."""

    address: Words
    receiver: Words | None = None
    phone: Words | None = None


class ReturnBody(_Body):
    """Arguments of a return."""

    skus: Annotated[list[Id], Field(min_length=1, max_length=50)]
    kind: ReturnKind
    reason: Words
    exchange_sku: Id | None = None


class CouponBody(_Body):
    """Arguments of a coupon."""

    promotion_id: Id


class RestockBody(_Body):
    """Arguments of a restock subscription."""

    sku: Id


def orders_app(store: MockStore) -> FastAPI:
    """Make the orders service over a shop's data."""
    app = FastAPI(title="Mocked orders service", openapi_url=None)
    actions = Actions(store)
    app.include_router(_reads(store, actions))
    app.include_router(_order_writes(actions))
    app.include_router(_other_writes(actions))
    add_error_answers(app)
    return app


def _reads(store: MockStore, actions: Actions) -> APIRouter:
    router = APIRouter()

    @router.get("/customers/{customer_id}")
    async def get_customer(customer_id: str, customer: Customer) -> JSONResponse:
        if customer_id != customer:
            raise Missing
        return JSONResponse(store.customer(customer))

    @router.get("/orders")
    async def list_orders(customer: Customer, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> JSONResponse:
        return JSONResponse({"orders": store.orders(customer, limit)})

    @router.get("/orders/{order_id}")
    async def get_order(order_id: str, customer: Customer) -> JSONResponse:
        return JSONResponse(store.order(customer, order_id))

    @router.get("/coupons/{promotion_id}")
    async def get_coupon(promotion_id: str, customer: Customer) -> JSONResponse:
        return JSONResponse(store.coupon(customer, promotion_id))

    @router.get("/actions/{key}")
    async def get_action(key: str, customer: Customer) -> JSONResponse:
        return JSONResponse(actions.status(customer, key))

    return router


def _order_writes(actions: Actions) -> APIRouter:
    router = APIRouter(prefix="/orders/{order_id}")

    @router.post("/cancel")
    async def cancel(order_id: str, body: CancelBody, customer: Customer, key: Key) -> JSONResponse:
        request = _request(customer, key, "cancel_order", body, order_id)
        return _told(actions.cancel_order(request, order_id))

    @router.post("/address")
    async def change_address(order_id: str, body: AddressBody, customer: Customer, key: Key) -> JSONResponse:
        request = _request(customer, key, "change_address", body, order_id)
        return _told(actions.change_address(request, order_id, **body.model_dump()))

    @router.post("/returns")
    async def create_return(order_id: str, body: ReturnBody, customer: Customer, key: Key) -> JSONResponse:
        request = _request(customer, key, "create_return", body, order_id)
        return _told(
            actions.create_return(
                request,
                order_id,
                skus=list(dict.fromkeys(body.skus)),
                kind=body.kind,
                reason=body.reason,
                exchange_sku=body.exchange_sku,
            )
        )

    return router


def _other_writes(actions: Actions) -> APIRouter:
    router = APIRouter()

    @router.post("/coupons")
    async def issue_coupon(body: CouponBody, customer: Customer, key: Key) -> JSONResponse:
        request = _request(customer, key, "issue_coupon", body)
        return _told(actions.issue_coupon(request, body.promotion_id))

    @router.post("/restock-subscriptions")
    async def subscribe_restock(body: RestockBody, customer: Customer, key: Key) -> JSONResponse:
        request = _request(customer, key, "subscribe_restock", body)
        return _told(actions.subscribe_restock(request, body.sku))

    return router


def _request(customer: str, key: str, action: ActionName, body: _Body, order_id: str | None = None) -> Request:
    return Request(customer, key, action, {"order_id": order_id, **body.model_dump()})


def _told(answer: dict[str, Any]) -> JSONResponse:
    if answer["state"] == "done":
        return JSONResponse(answer["receipt"])
    return JSONResponse({"error": answer["error"]}, 409)
