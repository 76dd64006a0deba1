"""SQL of the ledger of actions: what was about to be done at a back-end, and how it ended."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

from agent.store import codec
from agent.store.connection import Connection
from agent.store.errors import ActionConflict, RecordUnreadable
from agent.store.records import Action, ActionOutcome, Json

_COLUMNS = "key, conversation_id, turn_id, tool, args, intended_at, outcome, receipt"
_OPEN = "outcome IS NULL OR outcome = 'unknown'"
_CHANGEABLE = "outcome IS NULL OR outcome IN ('unknown', 'lapsed')"


def intending(
    key: str, conversation_id: str, turn_id: str, tool: str, args: Json
) -> Callable[[Connection], Action | None]:
    """Prepare the record of an intent; the job returns the stored action when the key was there before.

    Raises:
        RecordUnstorable: the arguments cannot be written.
    """
    written = codec.to_json(args, "arguments")
    row = (key, conversation_id, turn_id, tool, written, codec.moment_to_text(datetime.now(UTC), "action"))
    insert = (
        "INSERT INTO actions (key, conversation_id, turn_id, tool, args, intended_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING"
    )

    def job(connection: Connection) -> Action | None:
        if connection.execute(insert, row).rowcount:
            return None
        stored = _action(connection.execute(f"SELECT {_COLUMNS} FROM actions WHERE key = ?", (key,)).fetchone())
        if (stored.tool, stored.args) != (tool, codec.from_json(written, "arguments")):
            raise ActionConflict(key, f"was intended as {stored.tool}({stored.args!r}), not as {tool}({args!r})")
        return stored

    return job


def settling(key: str, outcome: ActionOutcome, receipt: Json | None) -> Callable[[Connection], None]:
    """Prepare the record of how an action ended.

    Raises:
        RecordUnstorable: the receipt cannot be written.
    """
    written = None if receipt is None else codec.to_json(receipt, "receipt")
    row = (outcome, written, codec.moment_to_text(datetime.now(UTC), "action"), key)
    update = f"UPDATE actions SET outcome = ?, receipt = ?, settled_at = ? WHERE key = ? AND ({_CHANGEABLE})"

    def job(connection: Connection) -> None:
        if connection.execute(update, row).rowcount:
            return
        stored = connection.execute("SELECT outcome FROM actions WHERE key = ?", (key,)).fetchone()
        if stored is None:
            raise ActionConflict(key, "was never intended: record the intent before the back-end is called")
        if stored[0] != outcome:
            raise ActionConflict(key, f"ended as {stored[0]!r} and cannot end as {outcome!r}: a person has to look")

    return job


def unsettled(connection: Connection) -> tuple[Action, ...]:
    """Read the actions whose end is not known, oldest first."""
    query = f"SELECT {_COLUMNS} FROM actions WHERE {_OPEN} ORDER BY intended_at, key"
    return tuple(_action(row) for row in connection.execute(query))


def _action(row: tuple[Any, ...]) -> Action:
    key, conversation_id, turn_id, tool, args, intended_at, outcome, receipt = row
    if outcome is not None and outcome not in get_args(ActionOutcome):
        raise RecordUnreadable("action", f"unknown outcome {outcome!r}")
    return Action(
        key=key,
        conversation_id=conversation_id,
        turn_id=turn_id,
        tool=tool,
        args=codec.from_json(args, "arguments"),
        intended_at=codec.moment_from_text(intended_at, "action"),
        outcome=outcome,
        receipt=None if receipt is None else codec.from_json(receipt, "receipt"),
    )
