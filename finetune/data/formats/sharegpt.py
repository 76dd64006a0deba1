"""ShareGPT: ``{"conversations": [{"from": "human", "value": ...}, {"from": "gpt", "value": ...}]}``."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from finetune.data.formats.dialogue import Dialogue, Extras, Turn, fail, fit, make_dialogue
from finetune.data.formats.records import Record


class Said(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    speaker: Literal["human", "user", "gpt", "assistant", "system"] = Field(alias="from")
    value: str


class ShareGptRow(Extras):
    """One row of the file."""

    conversations: list[Said]
    system: str = ""


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
    turns = [
        Turn("customer" if message.speaker in ("human", "user") else "assistant", message.value) for message in said
    ]
    return make_dialogue(record.place, turns, system, row)
