"""Server-sent events: a reply told piece by piece."""

import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from typing import Any

from fastapi.responses import StreamingResponse

HEARTBEAT = ": still there\n\n"
"""A comment that clients pass over and that keeps proxies from closing a quiet stream."""


def event(data: Any, name: str | None = None, cursor: str | None = None) -> str:
    """Write one event.

    Args:
        data: JSON; a string stands as it is.
        name: the event's name; None: unnamed.
        cursor: what a reader that comes again states as ``Last-Event-ID``; None: its last one stays.

    Source:
        WHATWG HTML, server-sent events: JSON has no raw line feeds, so one ``data`` line is enough.
    """
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    head = (f"id: {cursor}\n" if cursor else "") + (f"event: {name}\n" if name else "")
    return f"{head}data: {text}\n\n"


def stream(events: Iterable[str] | AsyncIterable[str], headers: Mapping[str, str] | None = None) -> StreamingResponse:
    """Send events one by one, kept by no cache and held back by no proxy.

    Args:
        events: as `event` writes them.
        headers: more of the response's; None: no more.
    """
    told = events if isinstance(events, AsyncIterable) else _each(events)
    kept = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", **(headers or {})}
    return StreamingResponse(told, media_type="text/event-stream", headers=kept)


async def _each(events: Iterable[str]) -> AsyncIterator[str]:
    for one in events:
        yield one
