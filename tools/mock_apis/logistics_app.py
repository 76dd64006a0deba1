"""The mocked logistics service."""

from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse

from tools.mock_apis.store import MockStore
from tools.mock_apis.wire import add_error_answers, asking_customer


def logistics_app(store: MockStore) -> FastAPI:
    """Make the logistics service over a shop's data."""
    app = FastAPI(title="Mocked logistics service", openapi_url=None)

    @app.get("/shipments/{tracking_no}")
    async def get_shipment(tracking_no: str, customer: Annotated[str, Depends(asking_customer)]) -> JSONResponse:
        return JSONResponse(store.shipment(customer, tracking_no))

    add_error_answers(app)
    return app
