"""Requests to a contact centre's API: what went wrong becomes a failure that says when to try again."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from agent.errors import DeliveryFailed

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
FINAL = frozenset({400, 410, 413, 422})
"""The same request will be refused again."""


def vendor_client(url: str = "", transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client that waits for no answer for long and follows no redirect.

    Args:
        url: base of all requests; empty: none.
        transport: instead of the network.
    """
    return httpx.AsyncClient(base_url=url, timeout=TIMEOUT, follow_redirects=False, transport=transport)


async def sent(message_id: str, request: Awaitable[httpx.Response], final: frozenset[int] = FINAL) -> httpx.Response:
    """Wait for a request that carries a message.

    Args:
        message_id: for the failure.
        request: under way.
        final: statuses after which asking again changes nothing.

    Raises:
        DeliveryFailed: it was not answered with a success; final where asking again changes nothing.
    """
    try:
        answer = await request
    except httpx.HTTPError as error:
        raise DeliveryFailed(message_id, f"{type(error).__name__}: {error}") from error
    if answer.is_success:
        return answer
    wait_s = retry_after_s(answer.headers.get("Retry-After"))
    why = f"it was answered with {answer.status_code}"
    raise DeliveryFailed(message_id, why, retry_after_s=wait_s, is_final=answer.status_code in final)


def retry_after_s(stated: str | None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for; None: it asks for none that can be read.

    Args:
        stated: the header: seconds or an HTTP date.
    """
    if stated is None:
        return None
    if stated.strip().isdigit():
        return float(stated)
    try:
        at = parsedate_to_datetime(stated)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
