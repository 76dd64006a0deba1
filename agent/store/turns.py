"""SQL of turns: committing one, and reading conversations, transcripts, tickets and the outbox."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

from agent.errors import ConversationBusy, MessageIdReused
from agent.messages import Reply
from agent.state import ConversationState
from agent.store import codec
from agent.store.connection import Connection
from agent.store.errors import RecordUnreadable, RecordUnstorable, StoreUnavailable
from agent.store.port import Conversation, HandoffTicket, OutgoingMessage, TicketStatus, TurnRecord

_TURN_COLUMNS = (
    "t.turn_id, t.conversation_id, t.message_id, t.text_digest, t.request, t.reply, t.trace, t.created_at, c.shop_id"
)
_ALL_TURNS = f"SELECT {_TURN_COLUMNS} FROM turns t JOIN conversations c USING (conversation_id)"
_TURNS = f"{_ALL_TURNS} WHERE t.conversation_id = ?"
_INSERT_CONVERSATION = "INSERT INTO conversations VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT DO NOTHING"
_UPDATE_CONVERSATION = (
    "UPDATE conversations SET version = version + 1, state = ?, updated_at = ?"
    " WHERE conversation_id = ? AND version = ?"
)
_INSERT_TURN = (
    "INSERT INTO turns (turn_id, conversation_id, message_id, text_digest, request, reply, trace, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING seq"
)
_SAVE_TICKET = (
    "INSERT INTO tickets (ticket_id, conversation_id, reason, package, status, created_at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (ticket_id) DO UPDATE SET reason = excluded.reason, package = excluded.package,"
    " status = excluded.status WHERE tickets.conversation_id = excluded.conversation_id"
)


def committing(
    turn: TurnRecord, state: ConversationState, expected_version: int, ticket: HandoffTicket | None, place: str
) -> Callable[[Connection], None]:
    """Prepare the commit of a turn; all encoding happens here, on the caller's thread.

    Raises:
        RecordUnstorable: a record cannot be written, or the parts do not belong to one conversation.
    """
    _check_belonging(turn, ticket)
    moment = codec.moment_to_text(turn.created_at, "turn")
    stored_state = codec.state_to_json(state)
    turn_row = (
        turn.turn_id,
        turn.conversation_id,
        turn.message_id,
        turn.text_digest,
        codec.to_json(turn.request, "request"),
        codec.reply_to_json(turn.reply),
        codec.to_json(turn.trace, "trace"),
        moment,
    )
    ticket_row = None if ticket is None else _ticket_row(ticket)

    def job(connection: Connection) -> None:
        if expected_version:
            cas = (stored_state, moment, turn.conversation_id, expected_version)
            changed = connection.execute(_UPDATE_CONVERSATION, cas).rowcount
        else:
            first = (turn.conversation_id, turn.shop_id, stored_state, moment, moment)
            changed = connection.execute(_INSERT_CONVERSATION, first).rowcount
        if not changed:
            raise ConversationBusy(turn.conversation_id)
        added = connection.execute(_INSERT_TURN, turn_row).fetchone()
        if added is None:
            raise _why_refused(connection, turn, place)
        if turn.reply.reply:
            connection.execute("INSERT INTO outbox (seq) VALUES (?)", (added[0],))
        if ticket_row is not None and not connection.execute(_SAVE_TICKET, ticket_row).rowcount:
            raise RecordUnstorable("ticket", f"{ticket_row[0]!r} belongs to another conversation")

    return job


def load(connection: Connection, conversation_id: str) -> Conversation | None:
    """Read a conversation as it was last committed."""
    query = "SELECT shop_id, state, version FROM conversations WHERE conversation_id = ?"
    row = connection.execute(query, (conversation_id,)).fetchone()
    return None if row is None else Conversation(conversation_id, row[0], codec.state_from_json(row[1]), row[2])


def find_turn(connection: Connection, conversation_id: str, message_id: str) -> TurnRecord | None:
    """Read the turn that answered a message."""
    row = connection.execute(f"{_TURNS} AND t.message_id = ?", (conversation_id, message_id)).fetchone()
    return None if row is None else _turn(row)


def transcript(connection: Connection, conversation_id: str) -> tuple[TurnRecord, ...]:
    """Read all turns of a conversation, in the order of their commits."""
    return tuple(_turn(row) for row in connection.execute(f"{_TURNS} ORDER BY t.seq", (conversation_id,)))


def recent(connection: Connection, limit: int, shop_id: str) -> tuple[TurnRecord, ...]:
    """Read the last turns of a shop, the latest first."""
    query = f"{_ALL_TURNS} WHERE c.shop_id = ? ORDER BY t.seq DESC LIMIT ?"
    return tuple(_turn(row) for row in connection.execute(query, (shop_id, limit)))


def open_tickets(connection: Connection) -> tuple[HandoffTicket, ...]:
    """Read the open tickets, oldest first."""
    query = (
        "SELECT ticket_id, conversation_id, reason, package, created_at, status FROM tickets"
        " WHERE status = 'open' ORDER BY created_at, ticket_id"
    )
    return tuple(_ticket(row) for row in connection.execute(query))


def unsent(connection: Connection, limit: int) -> tuple[OutgoingMessage, ...]:
    """Read replies not yet sent, oldest first."""
    query = (
        "SELECT t.turn_id, t.conversation_id, t.reply FROM outbox o JOIN turns t USING (seq)"
        " WHERE o.sent_at IS NULL ORDER BY o.seq LIMIT ?"
    )
    rows = connection.execute(query, (limit,))
    return tuple(OutgoingMessage(row[0], row[1], codec.reply_from_json(row[2]).reply) for row in rows)


def mark_sent(connection: Connection, turn_id: str) -> bool:
    """Record that a reply was sent; False when it was so before, or there is none."""
    query = "UPDATE outbox SET sent_at = ? WHERE sent_at IS NULL AND seq = (SELECT seq FROM turns WHERE turn_id = ?)"
    return connection.execute(query, (datetime.now(UTC).isoformat(), turn_id)).rowcount == 1


def _check_belonging(turn: TurnRecord, ticket: HandoffTicket | None) -> None:
    expected = (turn.turn_id, turn.conversation_id, turn.message_id)
    found = (turn.reply.turn_id, turn.reply.conversation_id, turn.reply.message_id)
    if found != expected:
        raise RecordUnstorable("turn", f"its reply is for {found!r}, the turn is {expected!r}")
    if ticket is not None and ticket.conversation_id != turn.conversation_id:
        raise RecordUnstorable("ticket", f"it is of {ticket.conversation_id!r}, the turn of {turn.conversation_id!r}")


def _why_refused(
    connection: Connection, turn: TurnRecord, place: str
) -> ConversationBusy | MessageIdReused | StoreUnavailable:
    query = "SELECT text_digest FROM turns WHERE conversation_id = ? AND message_id = ?"
    row = connection.execute(query, (turn.conversation_id, turn.message_id)).fetchone()
    if row is None:
        return StoreUnavailable("commit a turn", place, f"turn id {turn.turn_id!r} was used before: use a new one")
    if row[0] != turn.text_digest:
        return MessageIdReused(turn.conversation_id, turn.message_id)
    return ConversationBusy(turn.conversation_id)


def _turn(row: tuple[Any, ...]) -> TurnRecord:
    reply: Reply = codec.reply_from_json(row[5])
    return TurnRecord(
        turn_id=row[0],
        conversation_id=row[1],
        message_id=row[2],
        text_digest=row[3],
        request=codec.from_json(row[4], "request"),
        reply=reply,
        trace=codec.from_json(row[6], "trace"),
        created_at=codec.moment_from_text(row[7], "turn"),
        shop_id=row[8],
    )


def _ticket_row(ticket: HandoffTicket) -> tuple[str, ...]:
    package = codec.to_json(ticket.package, "ticket")
    moment = codec.moment_to_text(ticket.created_at, "ticket")
    return (ticket.ticket_id, ticket.conversation_id, ticket.reason, package, ticket.status, moment)


def _ticket(row: tuple[Any, ...]) -> HandoffTicket:
    if row[5] not in get_args(TicketStatus):
        raise RecordUnreadable("ticket", f"unknown status {row[5]!r}")
    package = codec.from_json(row[3], "ticket")
    return HandoffTicket(row[0], row[1], row[2], package, codec.moment_from_text(row[4], "ticket"), row[5])
