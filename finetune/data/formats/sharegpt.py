"""ShareGPT: ``{"conversations": [{"from": "human", "value": ...}, {"from": "gpt", "value": ...}]}``."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from finetune.data.formats.dialogue import Dialogue, Extras, Turn, fail, fit, make_dialogue
from finetune.data.formats.records import Record
from finetune.data.formats.tools import add_answer, facts_of


class Said(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    speaker: Literal["human", "user", "gpt", "assistant", "system", "function_call", "observation"] = Field(
        alias="from"
    )
    value: str


class ShareGptRow(Extras):
    """One row of the file."""

    conversations: list[Said]
    system: str = ""
    tools: str | list[Any] = ""
    """What could be called; not read: the program calls tools, not the model."""


def read_sharegpt(record: Record) -> Dialogue:
    """Read one row.

    Raises:
        DataError: it does not fit.
    """
    row = fit(ShareGptRow, record)
    said = list(row.conversations)
    system = row.system
    if said and said[0].speaker == "system":
        if system:
            raise fail(record.place, "two system messages; keep one of them")
        system = said.pop(0).value
    if any(message.speaker == "system" for message in said):
        raise fail(record.place, "a system message after the first place; keep one, at the beginning")
    return make_dialogue(record.place, _turns(said), system, row)


def _turns(said: Sequence[Said]) -> list[Turn]:
    """The conversation without its calls of tools; what they returned belongs to the answer after it."""
    turns: list[Turn] = []
    found: tuple[str, ...] = ()
    for message in said:
        if message.speaker == "observation":
            found += facts_of(message.value)
        elif message.speaker in ("human", "user"):
            turns.append(Turn("customer", message.value))
        elif message.speaker != "function_call":
            add_answer(turns, Turn("assistant", message.value, found=found))
            found = ()
    return turns
