"""The back-ends of one shop, put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from tools.limits import Limits
from tools.logistics_client import LogisticsClient
from tools.orders_client import OrdersClient
from tools.transport import Transport

HeadersNow = Callable[[], Mapping[str, str]]
"""Gives the headers of what is going on now."""


@dataclass(frozen=True)
class BackEnds:
    """Everything the agent may call."""

    orders: OrdersClient
    logistics: LogisticsClient

    async def aclose(self) -> None:
        """Close all connections."""
        await self.orders.transport.aclose()
        await self.logistics.transport.aclose()


def open_client(url: str, token: str | None = None, headers_now: HeadersNow | None = None) -> httpx.AsyncClient:
    """Open a connection pool to a back-end.

    Args:
        url: its base URL; a path in it is kept.
        token: sent as a bearer token; None: none is sent.
        headers_now: asked for further headers of each request; None: there are none.

    Returns:
        The pool. Redirects are not followed, so that the token goes nowhere else.
    """
    headers = {"Authorization": f"Bearer {token}"} if token is not None else None

    async def add_headers(request: httpx.Request) -> None:
        if headers_now is not None:
            request.headers.update(headers_now())

    return httpx.AsyncClient(
        base_url=url,
        headers=headers,
        event_hooks={"request": [add_headers]} if headers_now is not None else None,
        follow_redirects=False,
        trust_env=False,
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=4.0),
    )


def join(orders: httpx.AsyncClient, logistics: httpx.AsyncClient, limits: Limits | None = None) -> BackEnds:
    """Put clients over two connection pools, each back-end with its own breaker and retry budget."""
    return BackEnds(
        OrdersClient(Transport("orders", orders, limits)),
        LogisticsClient(Transport("logistics", logistics, limits)),
    )


def connect(
    orders_url: str,
    logistics_url: str,
    *,
    orders_token: str | None = None,
    logistics_token: str | None = None,
    limits: Limits | None = None,
    headers_now: HeadersNow | None = None,
) -> BackEnds:
    """Reach a shop's back-ends over the network.

    Args:
        orders_url: base URL of the orders API.
        logistics_url: base URL of the logistics API.
        orders_token: bearer token of the orders API; None: none.
        logistics_token: bearer token of the logistics API; None: none.
        limits: deadlines and bounds of both; None: the defaults.
        headers_now: asked for further headers of each request, such as those of a trace; None: there are none.

    Returns:
        The back-ends; nothing is sent yet. Close them with ``aclose``.
    """
    return join(
        open_client(orders_url, orders_token, headers_now),
        open_client(logistics_url, logistics_token, headers_now),
        limits,
    )
