"""SQL of handoffs: moves between the bot and people by compare-and-set, their log, the tickets, the thread people read."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, get_args

from agent.errors import ConversationBusy
from agent.handoff.stages import ALLOWED
from agent.messages import Stage
from agent.store import codec, outbox
from agent.store.connection import Connection
from agent.store.errors import RecordUnreadable, RecordUnstorable
from agent.store.records import Amendment, HandoffTicket, Move, ThreadEntry, TicketKind, TicketStatus

INSERT_CONVERSATION = (
    "INSERT INTO conversations (conversation_id, shop_id, version, state, created_at, updated_at, stage)"
    " VALUES (?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
UPDATE_CONVERSATION = (
    "UPDATE conversations SET version = version + 1, state = ?, updated_at = ?, stage = ?"
    " WHERE conversation_id = ? AND version = ? AND stage = ?"
)
MOVE_COLUMNS = "from_stage, to_stage, actor, reason, at, ticket_id, note"
"""As `read_move` reads them."""
_INSERT_MOVE = (
    "INSERT INTO handoff_log (conversation_id, ticket_id, from_stage, to_stage, actor, reason, note, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_TICKET_COLUMNS = (
    "ticket_id, conversation_id, reason, package, created_at, status, kind, queue, person, due_at, notices"
)
_TICKETS = f"SELECT {_TICKET_COLUMNS} FROM tickets"
_SAVE_TICKET = (
    f"INSERT INTO tickets ({_TICKET_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (ticket_id) DO UPDATE SET reason = excluded.reason, package = excluded.package,"
    " status = excluded.status, kind = excluded.kind, queue = excluded.queue, person = excluded.person,"
    " due_at = excluded.due_at, notices = excluded.notices WHERE tickets.conversation_id = excluded.conversation_id"
)


def check_moves(moves: Sequence[Move], end: Stage) -> None:
    """Make sure that moves are allowed, and a chain that leads to the stage of the state.

    Raises:
        RecordUnstorable: they are not.
    """
    for move in moves:
        is_note = move.reason == "note" and move.from_stage == move.to_stage
        if move.to_stage not in ALLOWED[move.from_stage] and not is_note:
            raise RecordUnstorable("moves", f"no conversation goes from {move.from_stage!r} to {move.to_stage!r}")
    stages = [move.from_stage for move in moves[1:]] + [end]
    if moves and [move.to_stage for move in moves] != stages:
        raise RecordUnstorable("moves", f"{[(m.from_stage, m.to_stage) for m in moves]!r} do not lead to {end!r}")


def log(connection: Connection, conversation_id: str, moves: Sequence[Move]) -> None:
    """Write moves to the log."""
    for move in moves:
        moment = codec.moment_to_text(move.at, "move")
        row = (conversation_id, move.ticket_id, move.from_stage, move.to_stage, move.actor, move.reason)
        connection.execute(_INSERT_MOVE, (*row, move.note, moment))


def amending(amendment: Amendment) -> Callable[[Connection], bool]:
    """Prepare a change between turns; all encoding happens here, on the caller's thread.

    Raises:
        RecordUnstorable: a record cannot be written, or the parts do not belong together.
    """
    conversation_id, stage = amendment.conversation_id, amendment.state.stage
    check_moves(amendment.moves, stage)
    begin = amendment.moves[0].from_stage if amendment.moves else stage
    moment = codec.moment_to_text(amendment.at, "change")
    state = codec.state_to_json(amendment.state)
    ticket_row = None if amendment.ticket is None else ticket_values(amendment.ticket, conversation_id)

    def job(connection: Connection) -> bool:
        known = "SELECT 1 FROM outgoing WHERE message_id = ?"
        if any(connection.execute(known, (said.message_id,)).fetchone() for said in amendment.said):
            return False
        if amendment.expected_version:
            cas = (state, moment, stage, conversation_id, amendment.expected_version, begin)
            changed = connection.execute(UPDATE_CONVERSATION, cas).rowcount
        else:
            first = (conversation_id, amendment.shop_id, state, moment, moment, stage)
            changed = connection.execute(INSERT_CONVERSATION, first).rowcount
        if not changed:
            raise ConversationBusy(conversation_id)
        log(connection, conversation_id, amendment.moves)
        if ticket_row is not None:
            save_ticket(connection, ticket_row)
        if stage == "human" and begin != "human":
            outbox.withdraw(connection, conversation_id, moment)
        for said in amendment.said:
            outbox.say(connection, conversation_id, said, moment)
        return True

    return job


def moves(connection: Connection, conversation_id: str) -> tuple[Move, ...]:
    """Read the log of a conversation, oldest first."""
    query = f"SELECT {MOVE_COLUMNS} FROM handoff_log WHERE conversation_id = ? ORDER BY seq"
    return tuple(read_move(row) for row in connection.execute(query, (conversation_id,)))


def read_move(row: Sequence[Any]) -> Move:
    """A move from its columns of the log."""
    from_stage, to_stage, actor, reason, at, ticket_id, note = row
    return Move(from_stage, to_stage, actor, reason, codec.moment_from_text(at, "move"), ticket_id, note)


def ticket(connection: Connection, ticket_id: str) -> HandoffTicket | None:
    """Read a ticket."""
    row = connection.execute(f"{_TICKETS} WHERE ticket_id = ?", (ticket_id,)).fetchone()
    return None if row is None else _ticket(row)


def open_tickets(connection: Connection) -> tuple[HandoffTicket, ...]:
    """Read the open tickets, oldest first."""
    query = f"{_TICKETS} WHERE status = 'open' ORDER BY created_at, ticket_id"
    return tuple(_ticket(row) for row in connection.execute(query))


def due_tickets(connection: Connection, at: str) -> tuple[HandoffTicket, ...]:
    """Read the open tickets that somebody should have taken, the longest overdue first."""
    query = f"{_TICKETS} WHERE status = 'open' AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, ticket_id"
    return tuple(_ticket(row) for row in connection.execute(query, (at,)))


def thread(connection: Connection, conversation_id: str) -> tuple[ThreadEntry, ...]:
    """Read everything that was written in a conversation, in order."""
    query = (
        "SELECT seq, turn_id, message_id, request, reply, created_at FROM turns WHERE conversation_id = ? ORDER BY seq"
    )
    turns = connection.execute(query, (conversation_id,)).fetchall()
    query = (
        "SELECT after_turn, message_id, kind, text, person, status, created_at FROM outgoing"
        " WHERE conversation_id = ? ORDER BY seq"
    )
    outgoing = connection.execute(query, (conversation_id,)).fetchall()
    statuses = {row[1]: row[5] for row in outgoing}
    entries: list[tuple[int, ThreadEntry]] = []
    for seq, turn_id, message_id, request, reply, created_at in turns:
        at = codec.moment_from_text(created_at, "turn")
        asked = str(codec.from_json(request, "request").get("text", ""))
        entries.append((seq, ThreadEntry("customer", asked, at, message_id)))
        answered = codec.reply_from_json(reply).reply
        if answered:
            entries.append((seq, ThreadEntry("assistant", answered, at, turn_id, status=statuses.get(turn_id, "told"))))
    for after, message_id, kind, text, person, status, created_at in outgoing:
        if kind != "reply":
            at = codec.moment_from_text(created_at, "message")
            entries.append((after, ThreadEntry(kind, text, at, message_id, person, status)))
    return tuple(entry for _, entry in sorted(entries, key=lambda pair: pair[0]))


def ticket_values(changed: HandoffTicket, conversation_id: str) -> tuple[object, ...]:
    """A ticket as a row of its table.

    Raises:
        RecordUnstorable: it is of another conversation, or cannot be written.
    """
    if changed.conversation_id != conversation_id:
        raise RecordUnstorable("ticket", f"it is of {changed.conversation_id!r}, the change of {conversation_id!r}")
    package = codec.to_json(changed.package, "ticket")
    created = codec.moment_to_text(changed.created_at, "ticket")
    due = None if changed.due_at is None else codec.moment_to_text(changed.due_at, "ticket")
    head = (changed.ticket_id, conversation_id, changed.reason, package, created, changed.status)
    return (*head, changed.kind, changed.queue, changed.person, due, changed.notices)


def save_ticket(connection: Connection, row: tuple[object, ...]) -> None:
    """Write a ticket.

    Raises:
        RecordUnstorable: its id belongs to another conversation.
    """
    if not connection.execute(_SAVE_TICKET, row).rowcount:
        raise RecordUnstorable("ticket", f"{row[0]!r} belongs to another conversation")


def _ticket(row: tuple[Any, ...]) -> HandoffTicket:
    ticket_id, conversation_id, reason, package, created_at, status, kind, queue, person, due_at, notices = row
    if status not in get_args(TicketStatus) or kind not in get_args(TicketKind):
        raise RecordUnreadable("ticket", f"unknown status {status!r} or kind {kind!r}")
    due: datetime | None = None if due_at is None else codec.moment_from_text(due_at, "ticket")
    created = codec.moment_from_text(created_at, "ticket")
    read = codec.from_json(package, "ticket")
    return HandoffTicket(ticket_id, conversation_id, reason, read, created, status, kind, queue, person, due, notices)
