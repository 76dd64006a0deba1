"""Tools in a conversation: the program calls them, so what is left of them is what they returned."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from finetune.data.formats.dialogue import Turn

_STOPS = "。！？!?"


def facts_of(result: str) -> tuple[str, ...]:
    """Write a tool's result as facts.

    Args:
        result: JSON or plain text.

    Returns:
        A JSON object is one fact (``total: 3.5，status: 生成。``), a list one an item, plain text one a line.
    """
    try:
        value = json.loads(result)
    except ValueError:
        return tuple(_closed(line.strip()) for line in result.splitlines() if line.strip())
    items = value if isinstance(value, list) else [value]
    return tuple(_closed("，".join(_leaves(item))) for item in items if item not in ({}, [], None, ""))


def add_answer(turns: list[Turn], turn: Turn) -> None:
    """Add an answer to a conversation; one that goes on after a call of a tool is one answer with what was said before the call."""
    if turn.found and turns and turns[-1].speaker == "assistant":
        before = turns.pop()
        turn = replace(turn, text=f"{_closed(before.text.strip())}{turn.text}", found=(*before.found, *turn.found))
    turns.append(turn)


def _leaves(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _leaves(held, f"{name}{key}" if isinstance(held, dict | list) else str(key))
    elif isinstance(value, list):
        for held in value:
            yield from _leaves(held, name)
    else:
        yield f"{name}: {value}" if name else str(value)


def _closed(text: str) -> str:
    return text if text.endswith(tuple(_STOPS)) else f"{text}。"
