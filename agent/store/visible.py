"""What customers may see of their conversations: their own words, what was let out to them, and who has the conversation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from typing import Any, Literal

from agent.messages import Source, Stage
from agent.store import codec
from agent.store.connection import Connection, Runner

MOST_TURNS = 100
"""So many turns of a long conversation are read back, the last ones."""

_PULSE = (
    "SELECT c.version, (SELECT max(o.changed_at) FROM outgoing o WHERE o.conversation_id = c.conversation_id)"
    " FROM conversations c WHERE c.conversation_id = ?"
)
_STANDING = "SELECT stage, state FROM conversations WHERE conversation_id = ?"
_PERSON = "SELECT person FROM tickets WHERE ticket_id = ?"
_PLACE_OF_TURN = "SELECT seq FROM turns WHERE turn_id = ? AND conversation_id = ?"
_PLACE_OF_OUTGOING = "SELECT seq FROM outgoing WHERE message_id = ? AND conversation_id = ?"
_BEFORE_LAST = "SELECT seq FROM turns WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1 OFFSET ?"
_TURNS = (
    "SELECT t.seq, t.turn_id, t.message_id, t.request, t.reply, t.created_at, o.message_id FROM turns t"
    " LEFT JOIN outgoing o ON o.message_id = t.turn_id WHERE t.conversation_id = ? AND t.seq > ? ORDER BY t.seq"
)
_OUTGOING = (
    "SELECT o.seq, o.after_turn, o.message_id, o.kind, o.text, o.person, o.status, o.channel, o.created_at, t.reply,"
    " t.message_id FROM outgoing o LEFT JOIN turns t ON t.turn_id = o.message_id"
    " WHERE o.conversation_id = ? AND o.seq > ? AND o.after_turn >= ? ORDER BY o.seq"
)
_UNSENT_BEFORE = (
    "SELECT 1 FROM outgoing WHERE conversation_id = ? AND seq <= ? AND status IN ('waiting', 'released') LIMIT 1"
)
_ACKNOWLEDGE = (
    "UPDATE outgoing SET status = 'sent', changed_at = ? WHERE conversation_id = ? AND status = 'released'"
    " AND seq <= (SELECT seq FROM outgoing WHERE message_id = ? AND conversation_id = ?)"
)

_Row = Sequence[Any]


@dataclass(frozen=True)
class Cursor:
    """How far a reader has read. It names messages, not places, so that it tells nothing of other conversations."""

    turn: str = ""
    """The last turn; empty: none."""
    outgoing: str = ""
    """The last message that went through the outbox; empty: none."""


@dataclass(frozen=True)
class Seen:
    """One message as its customer sees it."""

    entry_id: str
    """The customer's own id of their message; of a reply the turn's; of other words the outbox's."""
    role: Literal["customer", "bot", "person", "notice"]
    text: str
    at: datetime
    """Aware, UTC."""
    cursor: Cursor | None
    """Of a reader who has read up to here; None: what follows belongs to it."""
    person: str | None = None
    """Who wrote it."""
    answers: str | None = None
    """The customer's message that a reply answers."""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Standing:
    """Whose conversation it is, and who speaks in it."""

    customer_id: str
    stage: Stage
    person: str | None = None
    """Who has it, while a person does."""


@dataclass(frozen=True)
class View:
    """What a reader has not read yet."""

    standing: Standing
    entries: tuple[Seen, ...]
    cursor: Cursor
    """After them."""
    unsent: str | None = None
    """The message that waits to be let out; None: none does, or one before it is out and not acknowledged."""


class VisibleThread:
    """Conversations as customers see them, in the store's database.

    Args:
        writer: its jobs are durable when they return.
        reader: sees what was committed.
        elsewhere: channels whose messages are sent by a sender of their own; they are seen here once they were sent there.
    """

    def __init__(self, writer: Runner, reader: Runner, elsewhere: Collection[str] = ()) -> None:
        self._writer = writer
        self._reader = reader
        self._elsewhere = frozenset(elsewhere)

    async def standing(self, conversation_id: str) -> Standing | None:
        """Who has a conversation; None when there is none."""
        return await self._reader.run("read a conversation", partial(_standing, conversation_id=conversation_id))

    async def pulse(self, conversation_id: str) -> tuple[object, ...] | None:
        """What is another one after each change of a conversation or its outbox, and cheap to read; None when there is none."""

        def job(connection: Connection) -> tuple[object, ...] | None:
            row = connection.execute(_PULSE, (conversation_id,)).fetchone()
            return None if row is None else tuple(row)

        return await self._reader.run("look at a conversation", job)

    async def since(self, conversation_id: str, cursor: Cursor, let_out: str | None = None) -> View | None:
        """What came after a cursor; None when there is no such conversation.

        Args:
            conversation_id: the conversation.
            cursor: as it was given before; one of another conversation counts as none.
            let_out: a message that was released for this reader.
        """
        glance = _Glance(self._elsewhere, let_out)
        job = partial(_since, conversation_id=conversation_id, cursor=cursor, glance=glance)
        return await self._reader.run("read a conversation", job)

    async def whole(self, conversation_id: str) -> View | None:
        """The last turns of a conversation with all that was let out; None when there is no such conversation."""
        glance = _Glance(self._elsewhere, whole=True)
        job = partial(_since, conversation_id=conversation_id, cursor=Cursor(), glance=glance)
        return await self._reader.run("read a conversation", job)

    async def acknowledge(self, conversation_id: str, cursor: Cursor) -> bool:
        """Record what was let out up to a cursor as sent; False when that changes nothing."""
        if not cursor.outgoing:
            return False
        row = (datetime.now(UTC).isoformat(), conversation_id, cursor.outgoing, conversation_id)

        def job(connection: Connection) -> bool:
            return connection.execute(_ACKNOWLEDGE, row).rowcount > 0

        return await self._writer.run("mark messages as sent", job)


@dataclass(frozen=True)
class _Glance:
    """Which rows of the outbox a reader may see."""

    elsewhere: frozenset[str]
    let_out: str | None = None
    whole: bool = False
    """All that was let out for any reader."""

    def may_see(self, row: _Row) -> bool:
        """Whether a row is seen, or passed over because nobody ever will."""
        message_id, status, channel = row[2], row[6], row[7]
        if status == "released" and channel not in self.elsewhere:
            return self.whole or message_id == self.let_out
        return status not in ("waiting", "released")

    def may_release(self, row: _Row) -> bool:
        """Whether a row that is not seen is let out by readers."""
        return row[7] not in self.elsewhere


def _standing(connection: Connection, conversation_id: str) -> Standing | None:
    row = connection.execute(_STANDING, (conversation_id,)).fetchone()
    if row is None:
        return None
    state = codec.state_from_json(row[1])
    stage: Stage = row[0]
    taken = connection.execute(_PERSON, (state.ticket_id,)).fetchone() if stage == "human" else None
    return Standing(state.customer_id, stage, taken[0] if taken else None)


def _since(connection: Connection, conversation_id: str, cursor: Cursor, glance: _Glance) -> View | None:
    standing = _standing(connection, conversation_id)
    if standing is None:
        return None
    turn = _place(connection, _PLACE_OF_TURN, (cursor.turn, conversation_id))
    outgoing = _place(connection, _PLACE_OF_OUTGOING, (cursor.outgoing, conversation_id))
    first = _place(connection, _BEFORE_LAST, (conversation_id, MOST_TURNS))
    turns = connection.execute(_TURNS, (conversation_id, max(turn, first))).fetchall()
    rows = connection.execute(_OUTGOING, (conversation_id, outgoing, first)).fetchall()
    passed = list(takewhile(glance.may_see, rows))
    held = next((row[2] for row in rows[len(passed) :][:1] if glance.may_release(row)), None)
    if held is not None and connection.execute(_UNSENT_BEFORE, (conversation_id, outgoing)).fetchone():
        held = None
    return View(standing, *_in_order(turns, passed, cursor), held)


def _place(connection: Connection, query: str, row: tuple[object, ...]) -> int:
    found = connection.execute(query, row).fetchone()
    return int(found[0]) if found else 0


def _in_order(turns: Sequence[_Row], outgoing: Sequence[_Row], cursor: Cursor) -> tuple[tuple[Seen, ...], Cursor]:
    """Turns and what went through the outbox, as they followed each other; each entry with the cursor after it."""
    places = sorted([(row[0], 0, row) for row in turns] + [(row[1], 1, row) for row in outgoing], key=lambda at: at[:2])
    entries: list[Seen] = []
    for _, is_outgoing, row in places:
        if is_outgoing:
            cursor = Cursor(cursor.turn, row[2])
            entries += _outgoing_entry(row, cursor)
        else:
            cursor = Cursor(row[1], cursor.outgoing)
            entries += _turn_entries(row, cursor)
    return tuple(entries), cursor


def _turn_entries(row: _Row, cursor: Cursor) -> list[Seen]:
    _, turn_id, message_id, request, written, created_at, posted = row
    at = codec.moment_from_text(created_at, "turn")
    asked = str(codec.from_json(request, "request").get("text", ""))
    reply = codec.reply_from_json(written)
    if posted is not None or not reply.reply:
        return [Seen(message_id, "customer", asked, at, cursor)]
    answer = Seen(turn_id, "bot", reply.reply, at, cursor, answers=message_id, sources=reply.sources)
    return [Seen(message_id, "customer", asked, at, None), answer]


def _outgoing_entry(row: _Row, cursor: Cursor) -> list[Seen]:
    _, _, message_id, kind, text, person, status, _, created_at, written, asked = row
    if status not in ("sent", "released"):
        return []
    at = codec.moment_from_text(created_at, "message")
    if kind != "reply":
        return [Seen(message_id, kind, text, at, cursor, person)]
    reply = codec.reply_from_json(written)
    return [Seen(message_id, "bot", reply.reply, at, cursor, answers=asked, sources=reply.sources)]
