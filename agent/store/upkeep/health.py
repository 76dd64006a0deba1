"""Looking a store over: whether all that it holds can be read and fits together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from agent.errors import StoreError
from agent.messages import Stage
from agent.store import codec
from agent.store.connection import Connection
from agent.store.durable import DurableStore
from agent.store.records import ActionOutcome, TicketKind, TicketStatus
from agent.store.upkeep.keeper import Keeper
from agent.store.upkeep.tables import ACTIONS, ALL, CONVERSATIONS, INBOX, TICKETS, TURNS, Table

BATCH = 500
"""Rows read at a time."""
MOST_TOLD = 100
"""Findings told of one table at most: a damaged file can have millions."""

Look = Callable[[dict[str, Any]], Iterator[str]]
"""Looks at a row and tells what is wrong with it; a record that cannot be read raises."""

_LOOSE = {
    "turns without their conversation": (
        "SELECT count(*) FROM turns t LEFT JOIN conversations c USING (conversation_id) WHERE c.version IS NULL"
    ),
    "conversations with more turns than commits": (
        "SELECT count(*) FROM conversations c WHERE c.version <"
        " (SELECT count(*) FROM turns t WHERE t.conversation_id = c.conversation_id)"
    ),
    "answered messages without their turn": (
        "SELECT count(*) FROM inbox i LEFT JOIN turns t ON t.turn_id = i.turn_id"
        " WHERE i.turn_id IS NOT NULL AND t.seq IS NULL"
    ),
    "replies to be sent without their turn": (
        "SELECT count(*) FROM outgoing o LEFT JOIN turns t ON t.turn_id = o.message_id"
        " WHERE o.text IS NULL AND t.seq IS NULL"
    ),
}
_OPEN = {
    "messages_waiting": "SELECT count(*) FROM inbox WHERE turn_id IS NULL",
    "messages_unsent": "SELECT count(*) FROM outgoing WHERE status IN ('waiting', 'released')",
    "tickets_open": "SELECT count(*) FROM tickets WHERE status = 'open'",
    "actions_unsettled": "SELECT count(*) FROM actions WHERE outcome IS NULL OR outcome = 'unknown'",
}


@dataclass(frozen=True)
class Health:
    """What a look over the store found."""

    findings: tuple[str, ...]
    """What is wrong, in words; empty: all is well."""
    rows: dict[str, int]
    """Rows by table."""
    open: dict[str, int]
    """What waits for somebody: nothing wrong by itself."""


async def look_over(store: DurableStore, keeper: Keeper) -> Health:
    """Read every row once, in batches, beside the turns that go on; the database's own checks come first.

    Args:
        store: open.
        keeper: of the same database.
    """
    findings = list(await keeper.damages())
    rows: dict[str, int] = {}
    for table in ALL:
        found = await _look_at(store, table, _LOOKS.get(table.name, _any))
        rows[table.name] = found[0]
        findings += found[1]
    for what, query in _LOOSE.items():
        if loose := await _count(store, query):
            findings.append(f"{loose} {what}")
    waiting = {name: await _count(store, query) for name, query in _OPEN.items()}
    return Health(tuple(findings), rows, waiting)


async def _count(store: DurableStore, query: str) -> int:
    def job(connection: Connection) -> int:
        return int(connection.execute(query).fetchone()[0])

    return await store.reader.run("count rows", job)


async def _look_at(store: DurableStore, table: Table, look: Look) -> tuple[int, list[str]]:
    """The rows of a table, and what is wrong with them."""
    columns, last, count = ", ".join(table.columns), None, 0
    findings: list[str] = []
    place = table.columns.index(table.key)
    while True:
        rows = await store.reader.run("read a table", _batch(table, columns, last))
        count += len(rows)
        for row in rows:
            wrong = _told(look, dict(zip(table.columns, row, strict=True)))
            if wrong and len(findings) < MOST_TOLD:
                findings.append(f"{table.name} {row[place]!r}: {wrong}")
        if len(rows) < BATCH:
            return count, findings
        last = rows[-1][place]


def _batch(table: Table, columns: str, last: Any) -> Callable[[Connection], list[Any]]:
    after = "" if last is None else f" WHERE {table.key} > ?"
    query = f"SELECT {columns} FROM {table.name}{after} ORDER BY {table.key} LIMIT {BATCH}"
    return lambda connection: connection.execute(query, () if last is None else (last,)).fetchall()


def _conversation(row: dict[str, Any]) -> Iterator[str]:
    state = codec.state_from_json(row["state"])
    if row["stage"] not in get_args(Stage):
        yield f"unknown stage {row['stage']!r}"
    if state.stage != row["stage"]:
        yield f"its state says {state.stage!r}, its column {row['stage']!r}"


def _turn(row: dict[str, Any]) -> Iterator[str]:
    reply = codec.reply_from_json(row["reply"])
    if (reply.turn_id, reply.conversation_id) != (row["turn_id"], row["conversation_id"]):
        yield f"its reply is of turn {reply.turn_id!r}"
    codec.from_json(row["request"], "request")
    codec.from_json(row["trace"], "trace")
    codec.moment_from_text(row["created_at"], "turn")


def _accepted(row: dict[str, Any]) -> Iterator[str]:
    if row["turn_id"] is None:
        codec.from_json(row["message"], "message")
    return iter(())


def _ticket(row: dict[str, Any]) -> Iterator[str]:
    codec.from_json(row["package"], "ticket")
    if row["status"] not in get_args(TicketStatus) or row["kind"] not in get_args(TicketKind):
        yield f"unknown status {row['status']!r} or kind {row['kind']!r}"


def _action(row: dict[str, Any]) -> Iterator[str]:
    codec.from_json(row["args"], "arguments")
    if row["outcome"] is not None and row["outcome"] not in get_args(ActionOutcome):
        yield f"unknown outcome {row['outcome']!r}"


def _any(row: dict[str, Any]) -> Iterator[str]:
    return iter(())


def _told(look: Look, row: dict[str, Any]) -> str:
    """What is wrong with a row; empty: nothing."""
    try:
        return "; ".join(look(row))
    except StoreError as exc:
        return str(exc)


_LOOKS: dict[str, Look] = {
    CONVERSATIONS.name: _conversation,
    TURNS.name: _turn,
    INBOX.name: _accepted,
    TICKETS.name: _ticket,
    ACTIONS.name: _action,
}
