"""What the store knows of one customer: given out whole, or taken away but for what an audit needs."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from agent.messages import Reply
from agent.state import ConversationState
from agent.store import codec
from agent.store.channels import NAMES_CUSTOMER
from agent.store.connection import Connection
from agent.store.durable import DurableStore
from agent.store.errors import CustomerHeld
from agent.store.upkeep.tables import (
    ACTIONS,
    CONVERSATIONS,
    OF_CONVERSATIONS,
    OUTGOING,
    TICKETS,
    TURNS,
    Table,
)

TURN_WAIT_S = 10.0
"""How long an erasure waits for a turn that is being worked."""
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class Erased:
    """What an erasure emptied; the rows stay, without personal data."""

    conversations: int = 0
    turns: int = 0
    tickets: int = 0
    actions: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        mine, its = asdict(self), asdict(other)
        return Erased(**{name: mine[name] + its[name] for name in mine})


async def conversations_of(store: DurableStore, customer_id: str) -> tuple[str, ...]:
    """The conversations of a customer, also those with nothing but an accepted message, in the order of their ids."""

    def job(connection: Connection) -> tuple[str, ...]:
        return _conversations(connection, customer_id)

    return await store.reader.run("look for a customer's conversations", job)


async def export_customer(store: DurableStore, customer_id: str) -> dict[str, Any]:
    """Everything that the store keeps of a customer, as plain JSON: each conversation with its rows of every table."""
    found = []
    for conversation_id in await conversations_of(store, customer_id):

        def job(connection: Connection, name: str = conversation_id) -> dict[str, Any]:
            return {
                table.name: [_plain(table, row) for row in _rows(connection, table, name)] for table in OF_CONVERSATIONS
            }

        found.append({"conversation_id": conversation_id, **await store.reader.run("export a conversation", job)})
    events = await store.reader.run("export a customer's events", partial(_events, customer_id=customer_id))
    return {"customer_id": customer_id, "conversations": found, "events": events}


async def erase_customer(store: DurableStore, customer_id: str) -> Erased:
    """Take everything personal away, conversation by conversation, each in one transaction.

    What stays, under an invented name: that there were turns, tickets, moves and writes, when, of which kind, and how they ended.
    Words, orders, arguments, receipts, ids of the customer and of the conversation are gone; what was to be sent is not sent.

    Raises:
        CustomerHeld: the end of a write of this customer is not known yet: what it was is still needed.
        ConversationBusy: a turn of the customer does not end.
    """
    erased = Erased()
    for conversation_id in await conversations_of(store, customer_id):
        async with store.turn_of(conversation_id, TURN_WAIT_S):

            def job(connection: Connection, name: str = conversation_id) -> Erased:
                return _erase(connection, name, customer_id)

            erased += await store.writer.run("erase a conversation", job)
    await store.writer.run("erase a customer's events", partial(_erase_events, customer_id=customer_id))
    return erased


def _conversations(connection: Connection, customer_id: str) -> tuple[str, ...]:
    owner = codec.to_json({"customer_id": customer_id}, "customer")[1:-1]
    pattern = "%" + "".join(f"!{char}" if char in "!%_" else char for char in owner) + "%"
    query = "SELECT conversation_id, state FROM conversations WHERE state LIKE ? ESCAPE '!'"
    rows = connection.execute(query, (pattern,)).fetchall()
    found = {row[0] for row in rows if codec.state_from_json(row[1]).customer_id == customer_id}
    accepted = connection.execute("SELECT DISTINCT conversation_id FROM inbox WHERE customer_id = ?", (customer_id,))
    return tuple(sorted({*found, *(row[0] for row in accepted), *_remembered(connection, customer_id)}))


def _remembered(connection: Connection, customer_id: str) -> Iterator[str]:
    """Conversations that did not begin, of which a channel keeps whose they will be."""
    query = (
        "SELECT m.conversation_id, m.value FROM channel_memory m LEFT JOIN conversations c USING (conversation_id)"
        " WHERE m.conversation_id IS NOT NULL AND c.version IS NULL AND m.value LIKE ?"
    )
    for conversation_id, value in connection.execute(query, (f'{{%"{NAMES_CUSTOMER}"%',)).fetchall():
        kept = json.loads(value)
        if isinstance(kept, dict) and kept.get(NAMES_CUSTOMER) == customer_id:
            yield conversation_id


def _rows(connection: Connection, table: Table, conversation_id: str) -> Iterator[dict[str, Any]]:
    query = f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE conversation_id = ? ORDER BY {table.key}"
    for row in connection.execute(query, (conversation_id,)).fetchall():
        yield dict(zip(table.columns, row, strict=True))


def _events(connection: Connection, customer_id: str) -> list[dict[str, Any]]:
    """What the shop's systems reported of a customer."""
    query = "SELECT event_id, kind, amount, at FROM shop_events WHERE customer_id = ? ORDER BY at, event_id"
    rows = connection.execute(query, (customer_id,)).fetchall()
    return [dict(zip(("event_id", "kind", "amount", "at"), row, strict=True)) for row in rows]


def _erase_events(connection: Connection, customer_id: str) -> None:
    """Forget what the shop's systems reported of a customer: they hold it themselves."""
    connection.execute("DELETE FROM shop_events WHERE customer_id = ?", (customer_id,))


def _plain(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(value) if name in table.json and value else value for name, value in row.items()}


def _erase(connection: Connection, conversation_id: str, customer_id: str) -> Erased:
    held = "SELECT key FROM actions WHERE conversation_id = ? AND (outcome IS NULL OR outcome = 'unknown') ORDER BY key"
    keys = tuple(row[0] for row in connection.execute(held, (conversation_id,)))
    if keys:
        raise CustomerHeld(customer_id, keys)
    alias = f"erased-{secrets.token_hex(8)}"
    connection.execute("DELETE FROM inbox WHERE conversation_id = ?", (conversation_id,))
    connection.execute("DELETE FROM channel_memory WHERE conversation_id = ?", (conversation_id,))
    known = tuple(_rows(connection, CONVERSATIONS, conversation_id))
    if not known:
        return Erased(conversations=1)
    _insert_alias(connection, known[0], alias)
    turns = _erase_turns(connection, conversation_id, alias)
    _erase_outgoing(connection, conversation_id, alias, turns)
    tickets = _erase_tickets(connection, conversation_id, alias)
    actions = _erase_actions(connection, conversation_id, alias, turns)
    connection.execute("UPDATE ratings SET conversation_id = ? WHERE conversation_id = ?", (alias, conversation_id))
    connection.execute("DELETE FROM conversations WHERE conversation_id = ?", (conversation_id,))
    return Erased(1, len(turns), tickets, actions)


def _insert_alias(connection: Connection, row: dict[str, Any], alias: str) -> None:
    """The conversation under its invented name: its rows are moved there, then the old one goes."""
    state = codec.state_to_json(ConversationState(customer_id=alias, stage="closed"))
    values = {**row, "conversation_id": alias, "state": state, "stage": "closed"}
    _insert(connection, CONVERSATIONS, values)


def _insert(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in table.columns)
    query = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})"
    connection.execute(query, tuple(values[name] for name in table.columns))


def _erase_turns(connection: Connection, conversation_id: str, alias: str) -> dict[str, str]:
    """Empty the turns; their old ids with their new ones."""
    renamed: dict[str, str] = {}
    query = (
        "UPDATE turns SET turn_id = ?, conversation_id = ?, message_id = ?, text_digest = '', request = '{}', reply = ?,"
        " trace = '{}' WHERE seq = ?"
    )
    for number, row in enumerate(_rows(connection, TURNS, conversation_id), start=1):
        turn_id, message_id = f"{alias}-t{number}", f"{alias}-m{number}"
        reply = _audited(codec.reply_from_json(row["reply"]), alias, message_id, turn_id)
        connection.execute(query, (turn_id, alias, message_id, codec.reply_to_json(reply), row["seq"]))
        renamed[row["turn_id"]] = turn_id
    return renamed


def _audited(reply: Reply, alias: str, message_id: str, turn_id: str) -> Reply:
    """What a reply was, without what it said."""
    return Reply(
        conversation_id=alias,
        message_id=message_id,
        turn_id=turn_id,
        reply="",
        outcome=reply.outcome,
        intents=reply.intents,
        strategy=reply.strategy,
        owner=reply.owner,
        worded_by=reply.worded_by,
        release_id=reply.release_id,
        adapter_id=reply.adapter_id,
    )


def _erase_outgoing(connection: Connection, conversation_id: str, alias: str, turns: dict[str, str]) -> None:
    query = "UPDATE outgoing SET message_id = ?, conversation_id = ?, text = ?, status = ?, due_at = NULL WHERE seq = ?"
    for number, row in enumerate(_rows(connection, OUTGOING, conversation_id), start=1):
        status = "withdrawn" if row["status"] in ("waiting", "released") else row["status"]
        message_id = turns.get(row["message_id"], f"{alias}-o{number}")
        text = None if row["text"] is None else ""
        connection.execute(query, (message_id, alias, text, status, row["seq"]))


def _erase_tickets(connection: Connection, conversation_id: str, alias: str) -> int:
    """Empty the tickets and the moves; the number of tickets."""
    save = (
        "UPDATE tickets SET ticket_id = ?, conversation_id = ?, package = '{}', status = 'closed', due_at = NULL"
        " WHERE ticket_id = ?"
    )
    moves = "UPDATE handoff_log SET ticket_id = ? WHERE ticket_id = ?"
    tickets = tuple(_rows(connection, TICKETS, conversation_id))
    for number, row in enumerate(tickets, start=1):
        connection.execute(save, (f"{alias}-k{number}", alias, row["ticket_id"]))
        connection.execute(moves, (f"{alias}-k{number}", row["ticket_id"]))
    query = "SELECT DISTINCT reason FROM handoff_log WHERE conversation_id = ?"
    for (reason,) in connection.execute(query, (conversation_id,)).fetchall():
        if not _CODE.fullmatch(reason):
            free = "UPDATE handoff_log SET reason = '' WHERE conversation_id = ? AND reason = ?"
            connection.execute(free, (conversation_id, reason))
    emptied = "UPDATE handoff_log SET conversation_id = ?, note = '' WHERE conversation_id = ?"
    connection.execute(emptied, (alias, conversation_id))
    erasure = (
        "INSERT INTO handoff_log (conversation_id, ticket_id, from_stage, to_stage, actor, reason, note, at)"
        " VALUES (?, NULL, 'closed', 'closed', 'system', 'erased', '', ?)"
    )
    connection.execute(erasure, (alias, codec.moment_to_text(datetime.now(UTC), "erasure")))
    return len(tickets)


def _erase_actions(connection: Connection, conversation_id: str, alias: str, turns: dict[str, str]) -> int:
    query = "UPDATE actions SET conversation_id = ?, turn_id = ?, args = '{}', receipt = NULL WHERE key = ?"
    rows = tuple(_rows(connection, ACTIONS, conversation_id))
    for row in rows:
        connection.execute(query, (alias, turns.get(row["turn_id"], alias), row["key"]))
    return len(rows)
