"""Rows of a set that somebody else wrote: JSON in lines or in an array, each row with the line at which it begins."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.errors import PackError
from knowledge.findings import Finding, Place, in_reading_order
from knowledge.marked import Marked
from knowledge.schema import findings_of
from knowledge.source import read_source
from knowledge.strict_json import unique_keys

Shape = TypeVar("Shape", bound=BaseModel)

_HEAD = 2**20
"""Characters of a file in which its first row must end for its shape to be known."""


class Foreign(BaseModel):
    """A part of another project's set: its own extra keys are passed over, those that are used must fit."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True)
class Row:
    """One row as it was written."""

    place: Place
    value: Any


def refuse(place: Place, message: str, advice: str, kind: str = "bad_value") -> PackError:
    """One thing that is wrong in a set.

    Args:
        place: where.
        message: what is wrong, naming the thing.
        advice: what to do next.
        kind: a stable word for it.
    """
    return PackError([Finding(kind, "error", place, message, advice)])


def first_keys(file: Path) -> frozenset[str]:
    """The keys of the first row of a JSON file, by which its shape is known; empty: there is no such row."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as opened:
            head = opened.read(_HEAD).lstrip()
    except OSError:
        return frozenset()
    try:
        value, _ = json.JSONDecoder().raw_decode(head.removeprefix("[").lstrip())
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(value) if isinstance(value, dict) else frozenset()


def read_rows(file: Path) -> tuple[Row, ...]:
    """Read a file of JSON rows.

    Args:
        file: an array of objects, or an object a line.

    Raises:
        PackError: it is not; with the line.
    """
    text = read_source(file.parent, file.name)
    rows = tuple(_array(text, file.name) if text.lstrip().startswith("[") else _lines(text, file.name))
    if not rows:
        raise refuse(Place(file.name, 1), "the file holds no rows.", "Add some, or leave the file out.")
    return rows


def read_value(file: Path) -> Marked:
    """Read a whole JSON file.

    Raises:
        PackError: it is missing or no JSON; with the line.
    """
    text = read_source(file.parent, file.name)
    value, end = _decode(text, 0, file.name, 1)
    if text[end:].strip():
        line = text.count("\n", 0, end) + 1
        raise refuse(Place(file.name, line), "something stands after the value.", "Keep one JSON value.", "json")
    return Marked(file.name, value, {(): Place(file.name, 1)})


def fit(shape: type[Shape], row: Row) -> Shape:
    """Read a row by its format.

    Raises:
        PackError: a key is missing or does not fit; every one is told.
    """
    try:
        return shape.model_validate(row.value)
    except ValidationError as cause:
        marked = Marked(row.place.file, row.value, {(): row.place})
        raise PackError(findings_of(cause, shape, marked)) from cause


def fit_all(shape: type[Shape], rows: tuple[Row, ...]) -> tuple[tuple[Row, Shape], ...]:
    """Read every row by one format, before telling what is wrong.

    Raises:
        PackError: with the findings of all rows.
    """
    fitting: list[tuple[Row, Shape]] = []
    findings: list[Finding] = []
    for row in rows:
        try:
            fitting.append((row, fit(shape, row)))
        except PackError as error:
            findings.extend(error.findings)
    if findings:
        raise PackError(in_reading_order(findings))
    return tuple(fitting)


def _lines(text: str, file: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            value, end = _decode(line, 0, file, number)
            if line[end:].strip():
                place = Place(file, number, end + 1)
                raise refuse(place, "something stands after the row.", "Write one object a line, or an array.", "json")
            yield Row(Place(file, number), value)


def _array(text: str, file: str) -> Iterator[Row]:
    at = _blank(text, text.index("[") + 1)
    while text[at : at + 1] != "]":
        line = text.count("\n", 0, at) + 1
        value, at = _decode(text, at, file, 1)
        yield Row(Place(file, line), value)
        at = _blank(text, at)
        if text[at : at + 1] not in (",", "]"):
            place = Place(file, text.count("\n", 0, at) + 1)
            raise refuse(place, "',' or ']' was expected after the row.", "Correct the JSON.", "json")
        at = _blank(text, at + 1) if text[at] == "," else at


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n":
        at += 1
    return at


def _decode(text: str, at: int, file: str, first_line: int) -> tuple[Any, int]:
    at = _blank(text, at)
    try:
        return json.JSONDecoder(object_pairs_hook=unique_keys).raw_decode(text, at)
    except json.JSONDecodeError as cause:
        place = Place(file, first_line + text.count("\n", 0, cause.pos), cause.colno)
        raise refuse(place, f"this is not JSON: {cause.msg}.", "Correct it here.", "json") from cause
    except (ValueError, RecursionError) as cause:
        place = Place(file, first_line + text.count("\n", 0, at))
        raise refuse(place, f"this JSON cannot be used: {cause}.", "Write each key once.", "json") from cause
