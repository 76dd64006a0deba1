"""Records as JSON text and back, without loss: what is stored is what was answered."""

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from numbers import Integral, Real
from typing import Any

import orjson

from agent.messages import Handoff, PendingAction, Reply, Source, ToolUse
from agent.state import ConversationState
from agent.store.errors import RecordUnreadable, RecordUnstorable

_AS_STORED = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(value: Mapping[str, object], what: str) -> str:
    """Write a mapping as compact JSON text that any database accepts.

    Records become mappings without their defaults, dates ISO text, tuples and sets lists, other objects their ``str``.

    Args:
        value: text keys only.
        what: the record's name, for the error message.

    Raises:
        RecordUnstorable: keys are not text, or the mapping contains itself.
    """
    try:
        return _written(value)
    except (TypeError, ValueError, RecursionError) as exc:
        raise RecordUnstorable(what, str(exc)) from exc


def from_json(text: str, what: str) -> dict[str, Any]:
    """Read a mapping written by `to_json`.

    Raises:
        RecordUnreadable: the text is not a JSON mapping.
    """
    try:
        value = json.loads(text)
    except ValueError as exc:
        raise RecordUnreadable(what, str(exc)) from exc
    if not isinstance(value, dict):
        raise RecordUnreadable(what, f"a mapping was expected, found {type(value).__name__}")
    return value


def reply_to_json(reply: Reply) -> str:
    """Write a reply as JSON text; fields at their default are left out.

    Raises:
        RecordUnstorable: its tool arguments cannot be written.
    """
    return to_json(_slim(reply), "reply")


def reply_from_json(text: str) -> Reply:
    """Read a reply written by `reply_to_json`; fields of later versions may be missing.

    Raises:
        RecordUnreadable: the text is not a reply.
    """
    data = from_json(text, "reply")
    try:
        data["intents"] = tuple(data["intents"])
        data["sources"] = tuple(_source(source) for source in data.get("sources", ()))
        data["tools"] = tuple(_use(use) for use in data.get("tools", ()))
        for key, kind in (("pending_action", PendingAction), ("handoff", Handoff)):
            if data.get(key) is not None:
                data[key] = kind(**data[key])
        return Reply(**data)
    except (KeyError, TypeError, ValueError) as exc:
        raise RecordUnreadable("reply", f"{type(exc).__name__}: {exc}") from exc


def state_to_json(state: ConversationState) -> str:
    """Write a state as JSON text for `ConversationState.from_json`; fields at their default are left out.

    Raises:
        RecordUnstorable: the arguments of its pending action cannot be written.
    """
    return to_json(_slim(state), "conversation state")


def state_from_json(text: str) -> ConversationState:
    """Read a state written by `state_to_json`.

    Raises:
        RecordUnreadable: the text is not a state.
    """
    try:
        return ConversationState.from_json(text)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise RecordUnreadable("conversation state", f"{type(exc).__name__}: {exc}") from exc


def moment_to_text(moment: datetime, what: str) -> str:
    """Write an aware datetime as UTC text whose order is the order of time.

    Raises:
        RecordUnstorable: the datetime has no time zone.
    """
    if moment.tzinfo is None:
        raise RecordUnstorable(what, f"its time {moment.isoformat()!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_from_text(text: str, what: str) -> datetime:
    """Read a datetime written by `moment_to_text`; aware, in UTC.

    Raises:
        RecordUnreadable: the text is not a datetime.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError as exc:
        raise RecordUnreadable(what, str(exc)) from exc


@cache
def _defaults(kind: Any) -> Mapping[str, object] | None:
    """The defaults of a record type, MISSING where there is none; None: it is no record type."""
    if not is_dataclass(kind):
        return None
    return {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(kind)
    }


def _slim(record: Any) -> dict[str, object]:
    """The fields of a record that differ from their default."""
    defaults = _defaults(record.__class__) or {}
    return {name: value for name, default in defaults.items() if (value := getattr(record, name)) != default}


def _use(data: Mapping[str, Any]) -> ToolUse:
    as_of = data.get("as_of")
    return ToolUse(**{**data, "as_of": datetime.fromisoformat(as_of)} if as_of else data)


def _source(data: dict[str, Any]) -> Source:
    for key in ("effective_from", "effective_to"):
        if data.get(key) is not None:
            data[key] = date.fromisoformat(data[key])
    return Source(**data)


def _plain(value: Any) -> object:
    """What the JSON writer puts in the place of an object that it does not know."""
    if _defaults(value.__class__) is not None:
        return _slim(value)
    if isinstance(value, date):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Real):  # numpy's numbers among them
        return int(value) if isinstance(value, Integral) else float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, AbstractSet):
        return sorted(str(item) for item in value)
    return str(value)


_SLOWER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
"""Writes what orjson cannot."""


def _written(value: Mapping[str, object]) -> str:
    try:
        written = orjson.dumps(value, default=_plain, option=_AS_STORED)
    except TypeError:  # half characters, whole numbers of more than 64 bits, keys that are not text
        return _storable(_SLOWER.encode(value))
    # A null may stand for an infinite number, which orjson cannot tell.
    return _storable(_SLOWER.encode(value)) if b"null" in written else written.decode()


def _storable(text: str) -> str:
    """JSON text with half characters escaped: they have no UTF-8 form, and read back as they were."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", text)
    return text
