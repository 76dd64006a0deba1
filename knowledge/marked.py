"""Plain data from YAML that remembers the line and column of every key and value.

Scalars stay text, so that ``NO``, ``0571`` or ``12:30`` mean what the editor wrote; only ``null``, ``~`` and nothing
are None. Types are given by the models that read the data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from knowledge.errors import PackError
from knowledge.findings import Finding, Place

Path = tuple[str | int, ...]

MAX_NODES = 200_000
"""A file with more values than this is refused: aliases can blow up a small file."""


@dataclass(frozen=True)
class Marked:
    """The data of a file with the place of each of its parts."""

    file: str
    value: Any
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Sequence[str | int]) -> Place:
        """Where a part stands; the nearest known parent where the part itself is missing.

        Args:
            path: keys and list positions from the top.
        """
        parts = tuple(path)
        for end in range(len(parts), -1, -1):
            if parts[:end] in self.places:
                return self.places[parts[:end]]
        return Place(self.file)


def read_yaml(text: str, file: str, first_line: int = 1) -> Marked:
    """Read YAML text strictly.

    Args:
        text: one YAML document.
        file: its name, for messages.
        first_line: the line of the file at which ``text`` begins, from 1.

    Returns:
        The data; None for an empty document.

    Raises:
        PackError: the text is not YAML, a key comes twice or is not plain text, or the file is too large.
    """
    reader = _Reader(file, first_line - 1)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as cause:
        mark = cause.problem_mark or cause.context_mark
        place = reader.at(mark) if mark else Place(file)
        why = cause.problem or cause.context or "not understood"
        advice = "Check indentation, quotes and brackets here; quote text that holds ': ' or begins with a sign."
        raise PackError([Finding("yaml", "error", place, f"the YAML cannot be read: {why}.", advice)]) from cause
    except yaml.YAMLError as cause:
        advice = "Remove control characters and other unprintable signs."
        raise PackError(
            [Finding("yaml", "error", Place(file), f"the YAML cannot be read: {cause}.", advice)]
        ) from cause
    value = None if node is None else reader.read(node, ())
    if reader.findings:
        raise PackError(reader.findings)
    return Marked(file, value, reader.places)


class _Reader:
    """Turns composed nodes into plain data, noting places and collecting findings."""

    def __init__(self, file: str, offset: int) -> None:
        self.file = file
        self.offset = offset
        self.places: dict[Path, Place] = {}
        self.findings: list[Finding] = []
        self._open: list[int] = []
        self._count = 0

    def at(self, mark: Any) -> Place:
        """The place a YAML mark means in the file."""
        return Place(self.file, mark.line + 1 + self.offset, mark.column + 1)

    def read(self, node: yaml.Node, path: Path) -> Any:
        """The plain data under a node."""
        self.places.setdefault(path, self.at(node.start_mark))
        self._count += 1
        if id(node) in self._open or self._count > MAX_NODES:
            advice = "Write the values out instead of using & and *."
            raise PackError([Finding("yaml", "error", self.at(node.start_mark), "aliases repeat without end.", advice)])
        if isinstance(node, yaml.ScalarNode):
            return None if node.style is None and node.value in ("", "null", "Null", "NULL", "~") else node.value
        self._open.append(id(node))
        value = self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._sequence(node, path)
        self._open.pop()
        return value

    def _sequence(self, node: yaml.Node, path: Path) -> list[Any]:
        return [self.read(item, (*path, position)) for position, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._note(key, "a key must be plain text.", "Write one word before the colon.")
                continue
            if key.value in result:
                first = self.places[(*path, key.value)].line
                self._note(key, f"key {key.value!r} stands here again, first in line {first}.", "Keep one of the two.")
                continue
            self.places[(*path, key.value)] = self.at(key.start_mark)
            result[key.value] = self.read(item, (*path, key.value))
        return result

    def _note(self, node: yaml.Node, message: str, advice: str) -> None:
        self.findings.append(Finding("yaml", "error", self.at(node.start_mark), message, advice))
