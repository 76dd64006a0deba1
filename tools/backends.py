"""The back-ends of one shop, put together."""

from dataclasses import dataclass

import httpx

from tools.limits import Limits
from tools.logistics_client import LogisticsClient
from tools.orders_client import OrdersClient
from tools.transport import Transport


@dataclass(frozen=True)
class BackEnds:
    """Everything the agent may call."""

    orders: OrdersClient
    logistics: LogisticsClient

    async def aclose(self) -> None:
        """Close all connections."""
        await self.orders.transport.aclose()
        await self.logistics.transport.aclose()


def open_client(url: str, token: str | None = None) -> httpx.AsyncClient:
    """Open a connection pool to a back-end.

    Args:
        url: its base URL; a path in it is kept.
        token: sent as a bearer token; None: none is sent.

    Returns:
        The pool. Redirects are not followed, so that the token goes nowhere else.
    """
    headers = {"Authorization": f"Bearer {token}"} if token is not None else None
    return httpx.AsyncClient(
        base_url=url,
        headers=headers,
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
) -> BackEnds:
    """Reach a shop's back-ends over the network.

    Args:
        orders_url: base URL of the orders API.
        logistics_url: base URL of the logistics API.
        orders_token: bearer token of the orders API; None: none.
        logistics_token: bearer token of the logistics API; None: none.
        limits: deadlines and bounds of both; None: the defaults.

    Returns:
        The back-ends; nothing is sent yet. Close them with ``aclose``.
    """
    return join(open_client(orders_url, orders_token), open_client(logistics_url, logistics_token), limits)
