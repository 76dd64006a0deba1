"""Columns: a row under a registry's own names, given the keys of its format."""

from collections.abc import Mapping
from typing import Any

from finetune.data.datasets.entry import Entry, Tags
from finetune.data.formats.detect import Format
from finetune.data.formats.dialogue import Extras, fail
from finetune.data.formats.records import Record

_SHAREGPT = Tags(
    role_tag="from", content_tag="value", user_tag="human", assistant_tag="gpt", observation_tag="observation",
    function_tag="function_call", system_tag="system",
)  # fmt: skip
_OPENAI = Tags(
    role_tag="role", content_tag="content", user_tag="user", assistant_tag="assistant", observation_tag="tool",
    function_tag="function", system_tag="system",
)  # fmt: skip


def form_of(entry: Entry) -> Format:
    """The format that a dataset's rows have once their columns are renamed."""
    return "messages" if entry.formatting == "openai" else entry.formatting


def adapt(record: Record, entry: Entry) -> Record:
    """Give a row the keys of its format; columns that the registry does not name are left out.

    Args:
        record: as the file has it.
        entry: says which column holds what.

    Raises:
        DataError: a column or the speaker of a message is not there.
    """
    own = {key: value for key, value in record.values.items() if key in Extras.model_fields and value not in ("", None)}
    values = _alpaca(record, entry) if entry.formatting == "alpaca" else _conversation(record, entry)
    return Record(record.place, {**own, **values})


def _alpaca(record: Record, entry: Entry) -> dict[str, Any]:
    named = entry.named
    values = {"instruction": _held(record, named.prompt), "output": _held(record, named.response)}
    optional = {"input": named.query, "history": named.history, "system": named.system}
    return {**values, **_optional(record, optional)}


def _conversation(record: Record, entry: Entry) -> dict[str, Any]:
    named = entry.named
    said = _held(record, named.messages)
    if not isinstance(said, list) or not all(isinstance(message, dict) for message in said):
        raise fail(record.place, f"column {named.messages!r}: expected a list of messages, got {said!r:.60}")
    native = _OPENAI if entry.formatting == "openai" else _SHAREGPT
    tags = native.model_copy(update=entry.tags.model_dump(exclude_none=True))
    messages = [_message(record, message, tags, native) for message in said]
    key = "messages" if entry.formatting == "openai" else "conversations"
    kept = _optional(record, {"system": named.system, "tools": named.tools})
    if key == "messages" and "system" in kept:
        messages.insert(0, {"role": "system", "content": kept.pop("system")})
    return {key: messages, **kept}


def _message(record: Record, message: Mapping[str, Any], tags: Tags, native: Tags) -> dict[str, Any]:
    role, content = str(tags.role_tag), str(tags.content_tag)
    called = ("user_tag", "assistant_tag", "observation_tag", "function_tag", "system_tag")
    speakers = {getattr(tags, tag): getattr(native, tag) for tag in called}
    if role not in message or message[role] not in speakers:
        known = ", ".join(map(repr, speakers))
        raise fail(record.place, f"a message's {role!r} is {message.get(role)!r}; the registry's tags know {known}")
    rest = {key: value for key, value in message.items() if key not in (role, content)} if native is _OPENAI else {}
    return {**rest, str(native.role_tag): speakers[message[role]], str(native.content_tag): message.get(content)}


def _held(record: Record, column: str | None) -> Any:
    if column not in record.values:
        raise fail(record.place, f"there is no column {column!r}; the row has {sorted(record.values)}")
    return record.values[column]


def _optional(record: Record, columns: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        key: held for key, column in columns.items() if column and (held := record.values.get(column)) not in (None, "")
    }
