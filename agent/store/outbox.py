"""SQL of the outbox: messages to customers, each released in one transaction with the check of who owns the conversation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agent.messages import Reply
from agent.store import codec
from agent.store.connection import Connection
from agent.store.mail import OutgoingMessage, Release
from agent.store.records import Said

_UNSENT = "status IN ('waiting', 'released')"
_COLUMNS = "o.message_id, o.conversation_id, o.text, t.reply, o.kind, o.channel, o.attempts, o.person"
_MESSAGES = f"SELECT {_COLUMNS} FROM outgoing o LEFT JOIN turns t ON t.turn_id = o.message_id"
_INSERT = (
    "INSERT INTO outgoing (message_id, conversation_id, channel, kind, text, person, after_turn, replaceable, status,"
    " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING"
)
MOST_JOINED = 20
"""A reply to so many messages is sent, however fast the customer goes on writing."""


@dataclass(frozen=True)
class Posted:
    """A reply as it enters the outbox."""

    message_id: str
    asked_in: str
    """The customer's message that it answers."""
    conversation_id: str
    channel: str
    moment: str
    after_turn: int
    """Number of its turn."""
    replaceable: bool
    """A newer message may take its place."""


def is_replaceable(reply: Reply, joined: int) -> bool:
    """Whether a reply may stay unsent because a newer message came: it tells of nothing done, proposed or handed over.

    Args:
        reply: of a turn.
        joined: messages that it answers.
    """
    writes = any(use.effect == "write" for use in reply.tools)
    plain = reply.pending_action is None and reply.handoff is None and not writes
    return plain and reply.owner == "bot" and joined < MOST_JOINED


def post(connection: Connection, reply: Posted) -> None:
    """Put a reply into the outbox, superseded at once where a newer message waits already.

    Args:
        connection: inside the turn's transaction, which has recorded what the turn answers.
        reply: what is posted.
    """
    status = "waiting"
    if reply.replaceable and _cover(connection, reply.conversation_id, reply.asked_in):
        status = "superseded"
    row = (reply.message_id, reply.conversation_id, reply.channel, "reply", None, None, reply.after_turn)
    connection.execute(_INSERT, (*row, int(reply.replaceable), status, reply.moment, reply.moment))


def _cover(connection: Connection, conversation_id: str, message_id: str) -> bool:
    """Have the oldest message that waits answer what was asked before too; False when none waits."""
    query = (
        "UPDATE inbox SET covers = ? WHERE covers IS NULL AND seq = (SELECT min(seq) FROM inbox"
        " WHERE conversation_id = ? AND turn_id IS NULL AND delivery = 'outbox')"
    )
    return connection.execute(query, (message_id, conversation_id)).rowcount == 1


def supersede(connection: Connection, conversation_id: str, moment: str) -> str | None:
    """Keep the last reply from being sent where a newer message may take its place.

    Returns:
        The message whose reply was superseded; None: no reply waits, or it has to be sent.
    """
    query = (
        "UPDATE outgoing SET status = 'superseded', changed_at = ? WHERE status = 'waiting' AND replaceable = 1"
        " AND attempts = 0 AND seq = (SELECT max(seq) FROM outgoing WHERE conversation_id = ?) RETURNING message_id"
    )
    row = connection.execute(query, (moment, conversation_id)).fetchone()
    if row is None:
        return None
    asked = connection.execute("SELECT message_id FROM turns WHERE turn_id = ?", (row[0],)).fetchone()
    return str(asked[0])


def say(connection: Connection, conversation_id: str, said: Said, moment: str) -> bool:
    """Put words that are no reply into the outbox; False when they were there before."""
    after, channel = _last_written(connection, conversation_id)
    row = (said.message_id, conversation_id, channel, said.kind, said.text, said.person, after)
    status = "sent" if said.is_sent else "waiting"
    return connection.execute(_INSERT, (*row, 0, status, moment, moment)).rowcount == 1


def channel_of(connection: Connection, conversation_id: str) -> str:
    """The channel on which the customer wrote last."""
    return _last_written(connection, conversation_id)[1]


def _last_written(connection: Connection, conversation_id: str) -> tuple[int, str]:
    """Number and channel of the last turn; of a conversation without one, the channel of what the customer wrote first."""
    query = "SELECT seq, request FROM turns WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1"
    row = connection.execute(query, (conversation_id,)).fetchone()
    if row is None:
        query = "SELECT 0, message FROM inbox WHERE conversation_id = ? AND turn_id IS NULL ORDER BY seq LIMIT 1"
        row = connection.execute(query, (conversation_id,)).fetchone()
    seq, request = row or (0, "{}")
    return int(seq), str(codec.from_json(request, "request").get("channel") or "web")


def withdraw(connection: Connection, conversation_id: str, moment: str) -> None:
    """Keep everything from being sent that the bot said and no channel has begun to send: a person owns the conversation."""
    query = (
        "UPDATE outgoing SET status = 'withdrawn', changed_at = ? WHERE conversation_id = ? AND status = 'waiting'"
        " AND kind <> 'person'"
    )
    connection.execute(query, (moment, conversation_id))


def unsent(
    connection: Connection, limit: int, channel: str | None, conversation_id: str | None
) -> tuple[OutgoingMessage, ...]:
    """Read messages not yet sent, oldest first."""
    named = {"channel": channel, "conversation_id": conversation_id}
    wanted = {name: value for name, value in named.items() if value is not None}
    of = "".join(f" AND o.{name} = ?" for name in wanted)
    query = f"{_MESSAGES} WHERE o.{_UNSENT}{of} ORDER BY o.seq LIMIT ?"
    return tuple(_message(row) for row in connection.execute(query, (*wanted.values(), limit)))


def releasing(message_id: str, at: datetime) -> Callable[[Connection], Release]:
    """Prepare the decision whether a message may be sent now.

    Raises:
        RecordUnstorable: the time has no zone.
    """
    moment = codec.moment_to_text(at, "release")

    def job(connection: Connection) -> Release:
        query = f"SELECT seq, conversation_id, kind, due_at FROM outgoing WHERE message_id = ? AND {_UNSENT}"
        row = connection.execute(query, (message_id,)).fetchone()
        if row is None:
            return Release("gone")
        seq, conversation_id, kind, due_at = row
        # Written, not only read: in every database this waits for a move under way, and a later move waits for this.
        touch = "UPDATE conversations SET stage = stage WHERE conversation_id = ? RETURNING stage"
        stage = connection.execute(touch, (conversation_id,)).fetchone()[0]
        if (kind != "person" and stage == "human") or (kind == "notice" and stage != "queued"):
            _mark(connection, message_id, "withdrawn", moment)
            return Release("withdrawn")
        before = f"SELECT 1 FROM outgoing WHERE conversation_id = ? AND seq < ? AND {_UNSENT} LIMIT 1"
        if (due_at or "") > moment or connection.execute(before, (conversation_id, seq)).fetchone():
            return Release("wait")
        _mark(connection, message_id, "released", moment, attempts=1)
        return Release("send", _message(connection.execute(f"{_MESSAGES} WHERE o.seq = ?", (seq,)).fetchone()))

    return job


def _mark(connection: Connection, message_id: str, status: str, moment: str, attempts: int = 0) -> None:
    query = "UPDATE outgoing SET status = ?, changed_at = ?, attempts = attempts + ? WHERE message_id = ?"
    connection.execute(query, (status, moment, attempts, message_id))


def mark_sent(connection: Connection, message_id: str) -> bool:
    """Record that a message was sent; False when it was so before, or there is none."""
    query = f"UPDATE outgoing SET status = 'sent', changed_at = ? WHERE message_id = ? AND {_UNSENT}"
    return connection.execute(query, (datetime.now(UTC).isoformat(), message_id)).rowcount == 1


def mark_undelivered(connection: Connection, message_id: str) -> bool:
    """Record that a message that was sent did not reach the customer; False when none of that id was sent."""
    query = "UPDATE outgoing SET status = 'failed', changed_at = ? WHERE message_id = ? AND status = 'sent' AND attempts > 0"
    return connection.execute(query, (datetime.now(UTC).isoformat(), message_id)).rowcount == 1


def failing(message_id: str, retry_at: datetime | None) -> Callable[[Connection], bool]:
    """Prepare the record that a message could not be sent.

    Raises:
        RecordUnstorable: the time has no zone.
    """
    due = None if retry_at is None else codec.moment_to_text(retry_at, "retry")
    status = "failed" if due is None else "waiting"

    def job(connection: Connection) -> bool:
        query = (
            "UPDATE outgoing SET status = ?, due_at = ?, changed_at = ? WHERE message_id = ? AND status = 'released'"
        )
        return connection.execute(query, (status, due, datetime.now(UTC).isoformat(), message_id)).rowcount == 1

    return job


def _message(row: tuple[Any, ...]) -> OutgoingMessage:
    message_id, conversation_id, text, reply, kind, channel, attempts, person = row
    said = codec.reply_from_json(reply).reply if text is None else text
    return OutgoingMessage(message_id, conversation_id, said, kind, channel, attempts, person)
