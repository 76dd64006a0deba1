"""One HTTP exchange: send a request once, within a time, and read an answer of bounded length."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx

from tools.errors import NotFound

_PRINTABLE_ASCII = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    retry_after_s: float | None = None
    """Seconds the back-end asked to wait, >= 0."""

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Lost:
    """Nothing usable came back."""

    reason: str
    was_sent: bool
    """False only when it is certain that the back-end never saw the request."""
    is_transient: bool = True
    """Whether the same request may fare better in a moment."""


def path_segment(kind: str, value: str) -> str:
    """Make a customer's word safe as one segment of a path.

    Args:
        kind: what the word names, for the error.
        value: an id as the customer or the model wrote it.

    Returns:
        The percent-encoded segment.

    Raises:
        NotFound: no back-end can have a thing of that name (empty, too long, dots only, control characters).
    """
    if not 0 < len(value) <= 128 or not value.strip(".") or not value.isprintable():
        raise NotFound(kind, value[:128])
    return quote(value, safe="")


def header_value(value: str) -> str:
    """Make an id safe as a header: printable ASCII but ``%`` stands as it is, everything else is percent-encoded."""
    return quote(value, safe=_PRINTABLE_ASCII)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After``: seconds or an HTTP date; None when absent or unreadable."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        wait = parsedate_to_datetime(text) - datetime.now(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, wait.total_seconds())


async def exchange(
    client: httpx.AsyncClient, request: httpx.Request, *, within_s: float, max_bytes: int
) -> Answer | Lost:
    """Send a request once.

    Args:
        client: the connection pool.
        request: what to send.
        within_s: seconds for everything: connecting, sending and reading to the end.
        max_bytes: the longest answer that is read; the connection is dropped beyond it.

    Returns:
        The answer, or why there is none. Cancellation passes through.
    """
    try:
        async with asyncio.timeout(within_s):
            return await _read_answer(client, request, max_bytes)
    except TimeoutError:
        return Lost(f"no answer within {within_s:.2f} s", was_sent=True)
    except _NEVER_SENT as error:
        return Lost(f"could not connect ({type(error).__name__}: {error})", was_sent=False)
    except httpx.HTTPError as error:
        return Lost(f"connection lost ({type(error).__name__}: {error})", was_sent=True)


async def _read_answer(client: httpx.AsyncClient, request: httpx.Request, max_bytes: int) -> Answer | Lost:
    response = await client.send(request, stream=True)
    try:
        encoding = response.headers.get("content-encoding", "identity")
        if encoding != "identity":  # a few bytes can unpack to gigabytes
            return Lost(
                f"the answer came packed as {encoding!r}, though identity was asked for", True, is_transient=False
            )
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > max_bytes:
                return Lost(f"the answer is longer than {max_bytes} bytes", True, is_transient=False)
        return Answer(response.status_code, bytes(body), retry_after_s(response.headers))
    finally:
        await response.aclose()
