"""Plain data checked against a model, with every mismatch told by file, line, key and nearest known key."""

import re
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from rapidfuzz import fuzz, process

from knowledge.errors import PackError
from knowledge.findings import Finding
from knowledge.marked import Marked

Model = TypeVar("Model", bound=BaseModel)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def _day(value: Any) -> Any:
    if isinstance(value, str) and not _DAY.fullmatch(value.strip()):
        raise ValueError("a day is written as 2026-01-31")
    return value.strip() if isinstance(value, str) else value


def _moment(value: Any) -> Any:
    if isinstance(value, str) and not _MOMENT.fullmatch(value.strip()):
        raise ValueError("a moment is written with its offset, as 2026-11-01T00:00:00+08:00")
    return value.strip() if isinstance(value, str) else value


def _number(value: Any) -> Any:
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError("a number is written with digits and at most one point, as 128 or 0.88")
    return value.strip() if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day, ``2026-01-31``."""
Moment = Annotated[datetime, BeforeValidator(_moment)]
"""An aware moment, ``2026-11-01T00:00:00+08:00``."""
Amount = Annotated[Decimal, BeforeValidator(_number)]
"""A decimal number without signs or separators."""


class Record(BaseModel):
    """A part of a pack file: unknown keys are errors, surrounding blanks are not."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def parse(model: type[Model], marked: Marked, path: tuple[str | int, ...] = ()) -> Model:
    """Read data as a model.

    Args:
        model: what the data should be.
        marked: the file the data comes from.
        path: where in the file the data stands; empty: the whole file.

    Raises:
        PackError: with one finding for each key or value that does not fit.
    """
    value = marked.value
    for part in path:
        value = value[part]
    try:
        return model.model_validate(value)
    except ValidationError as cause:
        raise PackError(findings_of(cause, model, marked, path)) from cause


def findings_of(
    error: ValidationError, model: type[BaseModel], marked: Marked, path: tuple[str | int, ...] = ()
) -> list[Finding]:
    """Tell each mismatch by its place in the file.

    Args:
        error: what the model refused.
        model: the model that refused it.
        marked: the file with its places.
        path: where in the file the refused data stands.
    """
    findings = []
    details = error.errors(include_url=False)
    within = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in within:
            continue  # the list is only short because its items did not fit, which is told by itself
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        place = marked.place((*path, *loc))
        key = ".".join(str(part) for part in loc) or "the file"
        if detail["type"] == "extra_forbidden":
            findings.append(unknown_key(place, str(loc[-1]), known_keys(model, loc[:-1])))
        elif detail["type"] == "missing":
            message = f"key {key!r} is missing."
            findings.append(Finding("missing_key", "error", place, message, f"Add {str(loc[-1])!r} here."))
        else:
            findings.append(Finding("bad_value", "error", place, _mismatch(key, detail), "Correct the value."))
    return findings


def unknown_key(place: Any, key: str, known: list[str]) -> Finding:
    """A key that the format does not have, with the nearest one that it has.

    Args:
        place: where the key stands.
        key: as the editor wrote it.
        known: the keys that are allowed there.
    """
    nearest = process.extractOne(key.lower(), known, scorer=fuzz.ratio, score_cutoff=50)
    advice = f"Did you mean {nearest[0]!r}?" if nearest else f"Known here: {', '.join(known)}."
    return Finding("unknown_key", "error", place, f"unknown key {key!r}.", advice)


def known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys a model knows at a place.

    Args:
        model: the model of the whole data.
        path: keys and list positions down to the place.
    """
    current: type[BaseModel] | None = model
    for part in path:
        if current is None or not isinstance(part, str):
            continue
        info = current.model_fields.get(part)
        current = _model_within(info.annotation) if info else None
    return list(current.model_fields) if current else []


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if (
        isinstance(annotation, type)
        and not isinstance(annotation, types.GenericAlias)
        and issubclass(annotation, BaseModel)
    ):
        return annotation
    for inner in typing.get_args(annotation):
        found = _model_within(inner)
        if found:
            return found
    return None


def _mismatch(key: str, detail: Any) -> str:
    text = str(detail["msg"]).removeprefix("Value error, ")
    shown = (
        ""
        if detail["type"] == "value_error" and isinstance(detail["input"], dict)
        else f" (found {_short(detail['input'])})"
    )
    return f"{key!r} does not fit: {text}{shown}."


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
