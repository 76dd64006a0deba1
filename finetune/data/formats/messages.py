"""OpenAI messages: ``{"messages": [{"role": ..., "content": ...}]}``."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from agent.messages import Strategy
from finetune.data.formats.dialogue import Dialogue, Extras, Turn, fail, fit, make_dialogue
from finetune.data.formats.records import Record


class Message(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["system", "user", "assistant"]
    content: str
    weight: Literal[0, 1] = 1
    """0: this answer stands in the history and is not learned."""
    strategy: Strategy | None = None
    """How this answer is to be given."""


class MessagesRow(Extras):
    """One line of the file."""

    messages: list[Message]


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
    turns = [
        Turn("customer", message.content)
        if message.role == "user"
        else Turn("assistant", message.content, message.strategy, bool(message.weight))
        for message in said
    ]
    return make_dialogue(record.place, turns, system, row)
