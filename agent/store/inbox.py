"""SQL of the inbox: messages accepted from customers, durable before they are worked."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from agent.errors import ConversationOwnedByAnother, MessageIdReused
from agent.messages import CustomerMessage
from agent.store import codec, outbox, turns
from agent.store.connection import Connection
from agent.store.errors import RecordUnreadable
from agent.store.mail import Accepted, Delivery, WaitingMessage

_INSERT = (
    "INSERT INTO inbox (conversation_id, message_id, customer_id, text_digest, message, delivery, seen_version, covers,"
    " accepted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation_id, message_id) DO NOTHING"
)
_WAITING = (
    "SELECT message, text_digest, delivery, seen_version, accepted_at, covers, attempts FROM inbox"
    " WHERE conversation_id = ? AND turn_id IS NULL ORDER BY seq"
)


def accepting(message: CustomerMessage, digest: str, delivery: Delivery) -> Callable[[Connection], Accepted]:
    """Prepare the acceptance of a message.

    Raises:
        RecordUnstorable: it cannot be written.
    """
    place = (message.conversation_id, message.message_id)
    written = codec.to_json(_slim(message), "message")
    moment = codec.moment_to_text(datetime.now(UTC), "message")

    def job(connection: Connection) -> Accepted:
        version = _own_version(connection, message)
        known = turns.find_turn(connection, *place)
        if known is not None:
            _check(message, digest, known.text_digest)
            return Accepted(False, known)
        query = "SELECT text_digest FROM inbox WHERE conversation_id = ? AND message_id = ?"
        before = connection.execute(query, place).fetchone()
        if before is not None:
            _check(message, digest, before[0])
            return Accepted(False)
        covers = outbox.supersede(connection, place[0], moment) if delivery == "outbox" else None
        row = (*place, message.customer_id, digest, written, delivery, version, covers, moment)
        return Accepted(connection.execute(_INSERT, row).rowcount == 1)

    return job


def _own_version(connection: Connection, message: CustomerMessage) -> int:
    """The conversation's version; 0 when it has no turn yet."""
    query = "SELECT customer_id FROM inbox WHERE conversation_id = ? LIMIT 1"
    first = connection.execute(query, (message.conversation_id,)).fetchone()
    found = turns.load(connection, message.conversation_id)
    owners = {first[0]} if first else set()
    if found is not None:
        owners.add(found.state.customer_id)
    if owners - {message.customer_id}:
        raise ConversationOwnedByAnother(message.conversation_id)
    return found.version if found else 0


def _check(message: CustomerMessage, digest: str, known: str) -> None:
    if digest != known:
        raise MessageIdReused(message.conversation_id, message.message_id)


def waiting(connection: Connection, conversation_id: str) -> tuple[WaitingMessage, ...]:
    """Read the messages of a conversation that no turn has answered, in the order of their acceptance."""
    return tuple(_waiting(row) for row in connection.execute(_WAITING, (conversation_id,)))


def waiting_conversations(connection: Connection) -> tuple[str, ...]:
    """Read the conversations with messages that no turn has answered, the longest waiting first."""
    query = "SELECT conversation_id FROM inbox WHERE turn_id IS NULL GROUP BY conversation_id ORDER BY min(seq)"
    return tuple(row[0] for row in connection.execute(query))


def begin_again(connection: Connection, conversation_id: str, message_id: str) -> int:
    """Count that the work on a message is begun once more; 0 when it does not wait any more."""
    query = (
        "UPDATE inbox SET attempts = attempts + 1 WHERE conversation_id = ? AND message_id = ? AND turn_id IS NULL"
        " RETURNING attempts"
    )
    row = connection.execute(query, (conversation_id, message_id)).fetchone()
    return int(row[0]) if row else 0


def _slim(message: CustomerMessage) -> dict[str, Any]:
    found = {name: value for name, value in asdict(message).items() if value is not None}
    if message.now is not None:
        found["now"] = message.now.isoformat()
    return found


def _waiting(row: tuple[Any, ...]) -> WaitingMessage:
    written, digest, delivery, seen_version, accepted_at, covers, attempts = row
    data = codec.from_json(written, "message")
    try:
        if "now" in data:
            data["now"] = datetime.fromisoformat(data["now"])
        message = CustomerMessage(**data)
    except (TypeError, ValueError) as exc:
        raise RecordUnreadable("message", str(exc)) from exc
    moment = codec.moment_from_text(accepted_at, "message")
    return WaitingMessage(message, digest, delivery, seen_version, moment, covers, attempts)
