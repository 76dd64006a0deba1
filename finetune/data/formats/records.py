"""Records: what stands in a data file, each with the line on which it begins."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.errors import DataError
from finetune.problems import Place, Problem, ProblemKind
from knowledge.strict_json import unique_keys


@dataclass(frozen=True)
class Record:
    """One row as it was written."""

    place: Place
    values: dict[str, Any]


def read_records(path: Path) -> tuple[Record, ...]:
    """Read a file of rows.

    Args:
        path: ``.jsonl`` (an object a line), ``.json`` (an array of objects, or an object a line) or ``.csv`` (with a header).

    Raises:
        DataError: the file cannot be read; it names the first broken line.
    """
    text = _read_text(path)
    suffix = path.suffix.lower()
    if suffix not in (".jsonl", ".json", ".csv"):
        raise _fail(path, 1, f"expected a .jsonl, .json or .csv file, got the ending {path.suffix!r}; save it as one")
    if suffix == ".csv":
        records = tuple(_read_csv(path, text))
    elif text.lstrip().startswith("["):
        records = tuple(_read_array(path, text))
    else:
        records = tuple(_read_lines(path, text))
    if not records:
        raise _fail(path, 1, "the file holds no rows; add some, or take it out of data")
    return records


def _fail(path: Path, line: int, message: str, kind: ProblemKind = "format") -> DataError:
    return DataError([Problem(kind, "error", Place(str(path), line), message)])


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _fail(path, 1, f"the file cannot be read ({error.strerror}); mend data in the configuration") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _fail(path, line, "this is not UTF-8; save the file as UTF-8 (Excel: 'CSV UTF-8')", "encoding") from error


def _read_lines(path: Path, text: str) -> Iterator[Record]:
    # Not splitlines: U+2028 and its like may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        value, end = _decode(path, number, line, len(line) - len(line.lstrip()))
        if line[end:].strip():
            raise _fail(path, number, "something stands after the row; write one object a line, or one array")
        yield _record(path, number, value)


def _read_array(path: Path, text: str) -> Iterator[Record]:
    at = text.index("[") + 1
    line = text.count("\n", 0, at) + 1
    while True:
        at, line = _skip(text, at, line)
        if at < len(text) and text[at] == "]":
            if text[at + 1 :].strip():
                raise _fail(path, line, "something stands after the end of the array; delete it")
            return
        value, end = _decode(path, line, text, at)
        yield _record(path, line, value)
        line += text.count("\n", at, end)
        at, line = _skip(text, end, line)
        if at >= len(text) or text[at] not in ",]":
            raise _fail(path, line, "expected ',' or ']' after a row; mend the JSON")
        at += text[at] == ","


def _skip(text: str, at: int, line: int) -> tuple[int, int]:
    """Over white space, counting lines."""
    while at < len(text) and text[at] in " \t\r\n":
        line += text[at] == "\n"
        at += 1
    return at, line


def _decode(path: Path, line: int, text: str, at: int) -> tuple[Any, int]:
    decoder = json.JSONDecoder(object_pairs_hook=unique_keys, parse_constant=_no_constant)
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _fail(path, line + text.count("\n", at, error.pos), f"this is no JSON: {error.msg}; mend it") from error
    except (ValueError, RecursionError) as error:
        raise _fail(path, line, f"this is no usable JSON: {error}; mend it") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


def _record(path: Path, line: int, value: Any) -> Record:
    if not isinstance(value, dict):
        raise _fail(path, line, f"expected an object for each row, got {type(value).__name__}; write {{...}}")
    return Record(Place(str(path), line), value)


def _read_csv(path: Path, text: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    begins = 1
    try:
        for cells in reader:
            if not header:
                header = _header(path, cells)
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    raise _fail(
                        path, begins, f"{len(cells)} cells for {len(header)} columns; put texts with commas in quotes"
                    )
                yield Record(Place(str(path), begins), dict(zip(header, cells, strict=True)))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _fail(path, begins, f"this is no CSV: {error}; mend the quotes") from error


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise _fail(path, 1, f"the column {twice[0]!r} stands twice; rename or delete one")
    return header
