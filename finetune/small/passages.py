"""Plain Chinese, read beside the shop turns: passages of text files, one from each file by turns."""

import json
import lzma
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import TextIO

from finetune.errors import RunError

_MOST_CHARS = 400
"""A passage is as many lines of one text as fit into so many characters; a longer line is a passage alone."""
_SUFFIXES = (".txt", ".jsonl")


def read_passages(paths: Sequence[Path]) -> Iterator[str]:
    """Passages of several files without end; a file that is over begins again.

    Args:
        paths: ``.txt`` (a text a line) or ``.jsonl`` (``text``, or ``turns`` of ``content``), each also packed as ``.xz``; at least one.

    Raises:
        RunError: a file is none of these, or holds no text.
    """
    for path in paths:
        if _suffix(path) not in _SUFFIXES:
            raise RunError(f"text {str(path)!r} cannot be read: expected one of {', '.join(_SUFFIXES)}, plain or .xz")
    for passages in cycle([_again(path) for path in paths]):
        yield next(passages)


def _again(path: Path) -> Iterator[str]:
    while True:
        found = 0
        for passage in _read(path):
            found += 1
            yield passage
        if not found:
            raise RunError(f"text {str(path)!r} holds no passage: name a file with text")


def _read(path: Path) -> Iterator[str]:
    with _open(path) as stream:
        for line in stream:
            lines = [line] if _suffix(path) == ".txt" else _lines(path, line)
            yield from _join([text.strip() for text in lines if text.strip()])


def _open(path: Path) -> TextIO:
    try:
        return lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")
    except OSError as error:
        raise RunError(f"text {str(path)!r} cannot be opened ({error.strerror}); name a file that is there") from error


def _suffix(path: Path) -> str:
    return Path(path.stem).suffix if path.suffix == ".xz" else path.suffix


def _lines(path: Path, line: str) -> list[str]:
    entry = json.loads(line)
    if "text" in entry:
        return str(entry["text"]).splitlines()
    if "turns" in entry:
        return [str(turn["content"]) for turn in entry["turns"]]
    raise RunError(f"text {str(path)!r} has a line with {sorted(entry)}: expected 'text' or 'turns'")


def _join(lines: Sequence[str]) -> Iterator[str]:
    kept: list[str] = []
    length = 0
    for line in lines:
        if kept and length + len(line) > _MOST_CHARS:
            yield "\n".join(kept)
            kept, length = [], 0
        kept.append(line)
        length += len(line)
    if kept:
        yield "\n".join(kept)
