"""The HTTP app: one assistant behind all its routes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from channels.access.identity import CustomerGate
from channels.http.body_limit import BodyLimit
from channels.http.chat import ChatRoutes
from channels.http.openai_api import OpenAiRoutes
from channels.http.operations import Check, OperationRoutes
from channels.http.refusals import install_refusals
from channels.http.shedding import Shedding
from channels.turns import Turns

_ABOUT = """A shop's customer service: `POST /chat` takes one message of a customer and gives a grounded reply with its
sources and tool calls. Send the customer's token as `Authorization: Bearer …`."""

_SENT_HEADERS = ("Authorization", "Content-Type", "Last-Event-ID", "X-Session-Id", "X-Message-Id", "X-Customer-Id")
"""What a web page elsewhere may send."""


def create_app(
    turns: Turns,
    *,
    gate: CustomerGate,
    exposition: Callable[[], Awaitable[bytes]],
    checks: Mapping[str, Check],
    replay_clock: bool = False,
    origins: Sequence[str] = (),
    begin: Callable[[], None] = lambda: None,
    first: Sequence[APIRouter] = (),
) -> FastAPI:
    """Put the routes together.

    Args:
        turns: takes the turns.
        gate: says who the customer is.
        exposition: gives the metrics in Prometheus' text format.
        checks: what ``/ready`` looks at, by name.
        replay_clock: whether a request may state the time.
        origins: web pages that may call from a browser, such as ``https://shop.example``; empty: none may.
        begin: called when the server takes requests.
        first: routes that are tried before the others: those below ``/conversations/{id}``, whose id may hold slashes.

    Returns:
        The app; at shutdown it waits for the turns in flight.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        begin()
        yield
        await turns.finish()

    app = FastAPI(title="xiaoer 店小二", version="0.1.0", description=_ABOUT, lifespan=lifespan)
    app.add_middleware(BodyLimit)
    app.add_middleware(Shedding)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=_SENT_HEADERS,
            expose_headers=["Retry-After", "X-Session-Id"],
        )
    install_refusals(app)
    for router in first:
        app.include_router(router)
    app.include_router(ChatRoutes(turns, gate, replay_clock=replay_clock).router())
    app.include_router(OpenAiRoutes(turns, gate).router())
    app.include_router(OperationRoutes(checks, exposition).router())
    return app
