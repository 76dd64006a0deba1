"""What the JSON of the console's API has in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from channels.http.wire import ErrorReply

ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": ErrorReply, "description": "Nobody is signed in, or the key is nobody's."},
    403: {"model": ErrorReply, "description": "The person may not do this, or no page of the console sent it."},
    422: {"model": ErrorReply, "description": "The request does not fit; the message names the key."},
    429: {"model": ErrorReply, "description": "Too many wrong keys; Retry-After says when."},
    503: {"model": ErrorReply, "description": "Nothing was stored; try again."},
}
"""What any request of the console may be answered with."""


class Asked(BaseModel):
    """What a page sends: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What a page is told."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
