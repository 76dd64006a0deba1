"""Detection: which format a file is written in, seen from the keys of its rows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from finetune.data.formats.alpaca import read_alpaca
from finetune.data.formats.dialogue import Dialogue, fail
from finetune.data.formats.messages import read_messages
from finetune.data.formats.question_answer import read_question, rename
from finetune.data.formats.records import Record, read_records
from finetune.data.formats.sharegpt import read_sharegpt
from finetune.errors import DataError
from finetune.problems import Problem

Format = Literal["messages", "sharegpt", "alpaca", "question_answer"]

_SIGNS: Mapping[Format, str] = MappingProxyType(
    {"messages": "messages", "sharegpt": "conversations", "alpaca": "instruction", "question_answer": "question"}
)
"""The key by which each format is known."""
_READERS: Mapping[Format, Callable[[Record], Dialogue]] = MappingProxyType(
    {
        "messages": read_messages,
        "sharegpt": read_sharegpt,
        "alpaca": read_alpaca,
        "question_answer": read_question,
    }
)


def detect(record: Record) -> Format:
    """Say in which format a row is written.

    Raises:
        DataError: in none, or in several at once.
    """
    keys = set(record.values) | set(rename(record.values))
    found = [name for name, sign in _SIGNS.items() if sign in keys]
    if len(found) == 1:
        return found[0]
    signs = ", ".join(f"{sign!r} ({name})" for name, sign in _SIGNS.items())
    what = f"this row is {' and '.join(found)} at once" if found else f"this row has the keys {sorted(record.values)}"
    raise fail(record.place, f"{what}; expected exactly one of {signs}")


def read_as(path: Path, form: Format, adapt: Callable[[Record], Record]) -> tuple[Dialogue, ...]:
    """Read a data file whose format is known and whose columns have names of their own.

    Args:
        path: the file.
        form: of the adapted rows.
        adapt: gives a row the keys of the format.

    Raises:
        DataError: every broken row is in it, with its line and what to do.
    """
    return _read_all(read_records(path), lambda record: _READERS[form](adapt(record)))


def read_dialogues(path: Path) -> tuple[Format, tuple[Dialogue, ...]]:
    """Read a data file, all of whose rows are in one format.

    Args:
        path: the file.

    Raises:
        DataError: every broken row is in it, with its line and what to do.
    """
    records = read_records(path)
    form = detect(records[0])
    return form, _read_all(records, lambda record: _read(record, form))


def _read_all(records: Sequence[Record], read: Callable[[Record], Dialogue]) -> tuple[Dialogue, ...]:
    dialogues: list[Dialogue] = []
    problems: list[Problem] = []
    for record in records:
        try:
            dialogues.append(read(record))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(dialogues)


def _read(record: Record, form: Format) -> Dialogue:
    found = detect(record)
    if found != form:
        raise fail(record.place, f"this row is {found}, the rows before are {form}; put it in a file of its own")
    return _READERS[form](record)
