"""Where in a JSON text a value stands, so that a finding can name its line."""

import re
from collections.abc import Sequence
from json import JSONDecoder

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder()


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Find the line of a value.

    Args:
        text: a valid JSON text.
        path: keys and indices from the top to the value.

    Returns:
        The 1-based line on which the value begins; where a part of the path does not exist, the line of the last part
        that does.
    """
    position = _skip(text, 0)
    for part in path:
        found = _member(text, position, part) if isinstance(part, str) else _element(text, position, part)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _after(text: str, position: int) -> int:
    return _skip(text, _DECODER.raw_decode(text, position)[1])


def _member(text: str, position: int, key: str) -> int | None:
    if text[position] != "{":
        return None
    position = _skip(text, position + 1)
    while text[position] == '"':
        name, end = _DECODER.raw_decode(text, position)
        value = _skip(text, _skip(text, end) + 1)
        if name == key:
            return value
        position = _after(text, value)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return None


def _element(text: str, position: int, index: int) -> int | None:
    if text[position] != "[":
        return None
    position = _skip(text, position + 1)
    for _ in range(index):
        if text[position] == "]":
            return None
        position = _after(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return None if text[position] == "]" else position
