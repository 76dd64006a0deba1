"""Server-sent events: a reply told piece by piece."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.responses import StreamingResponse


def event(data: Any, name: str | None = None) -> str:
    """Write one event.

    Args:
        data: JSON; a string stands as it is.
        name: the event's name; None: unnamed.

    Source:
        WHATWG HTML, server-sent events: JSON has no raw line feeds, so one ``data`` line is enough.
    """
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "") + f"data: {text}\n\n"


def stream(events: Iterable[str]) -> StreamingResponse:
    """Send events one by one, kept by no cache and held back by no proxy."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_each(iter(events)), media_type="text/event-stream", headers=headers)


async def _each(events: Iterator[str]) -> Any:
    for one in events:
        yield one
