"""OpenAI messages: ``{"messages": [{"role": ..., "content": ...}]}``."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.messages import Strategy
from finetune.data.formats.dialogue import Dialogue, Extras, Turn, fail, fit, make_dialogue
from finetune.data.formats.records import Record
from finetune.data.formats.tools import add_answer, facts_of


class Message(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None
    weight: Literal[0, 1] = 1
    """0: this answer stands in the history and is not learned."""
    strategy: Strategy | None = None
    """How this answer is to be given."""
    tool_calls: list[Any] = Field(default_factory=list)
    """Not learned: the program calls tools, not the model."""
    tool_call_id: str = ""
    name: str = ""


class MessagesRow(Extras):
    """One line of the file."""

    messages: list[Message]
    tools: list[Any] | str = ""
    """What could be called; not read."""


def read_messages(record: Record) -> Dialogue:
    """Read one row.

    Raises:
        DataError: it does not fit.
    """
    row = fit(MessagesRow, record)
    has_system = bool(row.messages) and row.messages[0].role == "system"
    system = row.messages[0].content if has_system else None
    said = row.messages[1:] if has_system else row.messages
    if any(message.role == "system" for message in said):
        raise fail(record.place, "a system message after the first place; keep one, at the beginning")
    return make_dialogue(record.place, _turns(said), system, row)


def _turns(said: Sequence[Message]) -> list[Turn]:
    """The conversation without its calls of tools; what they returned belongs to the answer after it."""
    turns: list[Turn] = []
    found: tuple[str, ...] = ()
    for message in said:
        text = message.content or ""
        if message.role == "tool":
            found += facts_of(text)
        elif message.role == "user":
            turns.append(Turn("customer", text))
        elif text.strip() or not message.tool_calls:
            add_answer(turns, Turn("assistant", text, message.strategy, bool(message.weight), found))
            found = ()
    return turns
