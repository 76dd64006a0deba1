"""JSON in which a key stands once: Python's reader would keep the last of two without a word."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.marked import Marked
from knowledge.schema import findings_of

Shape = TypeVar("Shape", bound=BaseModel)


def parse_line(line: str, place: Place, shape: type[Shape]) -> Shape:
    """Read one line of a file of JSON lines.

    Args:
        line: a JSON object.
        place: of the line.
        shape: what the object must fit.

    Raises:
        PackError: the line is not JSON or does not fit.
    """
    try:
        value = json.loads(line, object_pairs_hook=unique_keys)
    except json.JSONDecodeError as cause:
        at = Place(place.file, place.line, cause.colno)
        finding = Finding("json", "error", at, f"the line is not JSON: {cause.msg}.", "Write one JSON object a line.")
        raise PackError([finding]) from cause
    except (ValueError, RecursionError) as cause:
        finding = Finding("json", "error", place, f"the line cannot be used: {cause}.", "Write each key once.")
        raise PackError([finding]) from cause
    try:
        return shape.model_validate(value)
    except ValidationError as cause:
        raise PackError(findings_of(cause, shape, Marked(place.file, value, {(): place}))) from cause


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs; for ``object_pairs_hook`` of a JSON reader.

    Args:
        pairs: keys and values, as they stand.

    Raises:
        ValueError: a key stands twice.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} stands twice")
        found[key] = value
    return found
