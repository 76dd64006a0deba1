"""What people see of all conversations: a list, latest first, the handoffs of each, and whether anything changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.messages import Reply, Stage
from agent.state import ConversationState
from agent.store import codec, handoffs
from agent.store.connection import Connection, Runner
from agent.store.records import HandoffTicket, Json

SCANNED = 1000
"""Conversations that one search looks through: a question for a rare word keeps no turn waiting."""
_RECENT = 64
"""Rows of each log that the mark is made of: one that became visible late, beside a later one, changes it too."""
_MOST_TICKETS = 500

_LISTED = (
    "SELECT c.conversation_id, c.stage, c.state, c.updated_at, t.request, t.reply, t.trace, t.created_at"
    " FROM conversations c LEFT JOIN turns t"
    " ON t.seq = (SELECT max(seq) FROM turns WHERE conversation_id = c.conversation_id)"
)
_ORDER = " ORDER BY c.updated_at DESC, c.conversation_id DESC LIMIT ?"
_HOLDS = (
    " AND (lower(c.conversation_id) LIKE ? ESCAPE '!' OR lower(c.state) LIKE ? ESCAPE '!'"
    " OR EXISTS (SELECT 1 FROM turns w WHERE w.conversation_id = c.conversation_id"
    " AND (lower(w.request) LIKE ? ESCAPE '!' OR lower(w.reply) LIKE ? ESCAPE '!'))"
    " OR EXISTS (SELECT 1 FROM outgoing o WHERE o.conversation_id = c.conversation_id"
    " AND lower(o.text) LIKE ? ESCAPE '!'))"
)
_WITH_PEOPLE = " AND c.stage IN ('queued', 'human')"
"""As the index of these says it, which is read then: few of a shop's conversations are with people at a time."""
_WORDS = "SELECT request, reply FROM turns WHERE conversation_id = ? ORDER BY seq"
_SAID = "SELECT text FROM outgoing WHERE conversation_id = ? AND text IS NOT NULL"
_WAITING = (
    "SELECT ticket_id FROM tickets JOIN conversations c USING (conversation_id)"
    " WHERE tickets.status = 'open' AND c.shop_id = ? ORDER BY tickets.created_at, ticket_id LIMIT ?"
)
_LOGS = ("turns", "outgoing", "handoff_log")


@dataclass(frozen=True)
class Wanted:
    """Which conversations to list."""

    stages: tuple[Stage, ...] = ()
    """Empty: all."""
    text: str = ""
    """Words of a message, an id of a conversation, customer or order, or a part of one; empty: no matter."""
    before: tuple[datetime, str] | None = None
    """Only those after this place in the list: when it changed, and its id."""
    limit: int = 50


@dataclass(frozen=True)
class Listed:
    """A conversation as a list shows it."""

    conversation_id: str
    state: ConversationState
    changed_at: datetime
    """Aware, UTC."""
    asked_at: datetime | None
    """When the customer wrote last; None: no turn is kept."""
    request: Json
    """Of the last turn; empty: there is none."""
    reply: Reply | None
    trace: Json
    ticket: HandoffTicket | None
    """The handoff under way; None: none is."""


@dataclass(frozen=True)
class Page:
    """A part of a list."""

    conversations: tuple[Listed, ...]
    next: tuple[datetime, str] | None
    """Where the list goes on; None: it ends here."""


@dataclass(frozen=True)
class Mark:
    """What was there at one moment."""

    text: str
    """Another one when anything changed."""
    waiting: tuple[str, ...]
    """Ids of the handoffs that wait for a person, oldest first."""


class Overview:
    """Reads what a shop's people look at.

    Args:
        reader: sees what was committed.
        shop_id: whose conversations.
    """

    def __init__(self, reader: Runner, shop_id: str) -> None:
        self._reader = reader
        self._shop_id = shop_id

    async def conversations(self, wanted: Wanted) -> Page:
        """List conversations, the latest change first. A search may give fewer than asked for and go on where it ends."""

        def job(connection: Connection) -> Page:
            return _page(connection, self._shop_id, wanted)

        return await self._reader.run("list conversations", job)

    async def tickets_of(self, conversation_id: str) -> tuple[HandoffTicket, ...]:
        """All handoffs of a conversation, the latest first."""

        def job(connection: Connection) -> tuple[HandoffTicket, ...]:
            query = "SELECT ticket_id FROM tickets WHERE conversation_id = ? ORDER BY created_at DESC, ticket_id"
            ids = [row[0] for row in connection.execute(query, (conversation_id,)).fetchall()]
            return tuple(ticket for one in ids if (ticket := handoffs.ticket(connection, one)) is not None)

        return await self._reader.run("read the handoffs of a conversation", job)

    async def mark(self, conversation_id: str | None = None) -> Mark:
        """Say whether anything changed: in few short reads, so that it may be asked once a second.

        Args:
            conversation_id: whose messages on their way to the customer, and those not worked yet, count too; None: of none.
        """

        def job(connection: Connection) -> Mark:
            parts = [str(int(connection.execute(_recent(log)).fetchone()[0])) for log in _LOGS]
            waiting = tuple(row[0] for row in connection.execute(_WAITING, (self._shop_id, _MOST_TICKETS)).fetchall())
            sent = _sent(connection, conversation_id) if conversation_id is not None else ""
            return Mark(".".join((*parts, *waiting[-1:], str(len(waiting)), sent)), waiting)

        return await self._reader.run("look for changes", job)


def _recent(log: str) -> str:
    return f"SELECT coalesce(sum(seq), 0) FROM (SELECT seq FROM {log} ORDER BY seq DESC LIMIT {_RECENT}) AS latest"


def _sent(connection: Connection, conversation_id: str) -> str:
    query = "SELECT status, count(*) FROM outgoing WHERE conversation_id = ? GROUP BY status ORDER BY status"
    sent = ",".join(f"{status}{number}" for status, number in connection.execute(query, (conversation_id,)))
    unworked = "SELECT count(*) FROM inbox WHERE conversation_id = ? AND turn_id IS NULL"
    return f"{sent}.{connection.execute(unworked, (conversation_id,)).fetchone()[0]}"


def _page(connection: Connection, shop_id: str, wanted: Wanted) -> Page:
    where, parameters = "c.shop_id = ?", [shop_id]
    if wanted.stages and set(wanted.stages) <= {"queued", "human"}:
        where += _WITH_PEOPLE
    if wanted.stages:
        where += f" AND c.stage IN ({', '.join('?' for _ in wanted.stages)})"
        parameters += wanted.stages
    if wanted.before is not None:
        where += " AND (c.updated_at, c.conversation_id) < (?, ?)"
        parameters += [codec.moment_to_text(wanted.before[0], "place"), wanted.before[1]]
    if not wanted.text:
        rows = connection.execute(f"{_LISTED} WHERE {where}{_ORDER}", (*parameters, wanted.limit + 1)).fetchall()
        listed = tuple(_listed(connection, row) for row in rows[: wanted.limit])
        return Page(listed, _place(listed[-1]) if len(rows) > wanted.limit else None)
    return _found(connection, where, parameters, wanted)


def _found(connection: Connection, where: str, parameters: list[str], wanted: Wanted) -> Page:
    """Search the next so many conversations; where some are left, the list goes on behind them."""
    ids = "SELECT c.conversation_id, c.updated_at FROM conversations c"
    scanned = connection.execute(f"{ids} WHERE {where}{_ORDER}", (*parameters, SCANNED)).fetchall()
    if not scanned:
        return Page((), None)
    last, changed = scanned[-1]
    bounded = f"{where} AND (c.updated_at, c.conversation_id) >= (?, ?)"
    sought = wanted.text.lower()
    stored = f"%{_escaped(json.dumps(sought, ensure_ascii=False)[1:-1])}%"
    likes = (f"%{_escaped(sought)}%", stored, stored, stored, f"%{_escaped(sought)}%")
    query = f"{_LISTED} WHERE {bounded}{_HOLDS}{_ORDER}"
    found: list[Listed] = []
    for row in connection.execute(query, (*parameters, changed, last, *likes, SCANNED)).fetchall():
        if any(sought in words.lower() for words in _words(connection, row)):
            found.append(_listed(connection, row))
            if len(found) == wanted.limit:
                return Page(tuple(found), _place(found[-1]))
    ends = (codec.moment_from_text(changed, "conversation"), last) if len(scanned) == SCANNED else None
    return Page(tuple(found), ends)


def _words(connection: Connection, row: tuple[Any, ...]) -> Iterator[str]:
    """What a conversation may be found by: its stored form also holds names of fields, which are no words of anybody."""
    state = codec.state_from_json(row[2])
    yield from (row[0], state.customer_id, state.last_order_id or "", state.focus_product or "")
    yield from (text for _, text in state.history)
    for request, reply in connection.execute(_WORDS, (row[0],)).fetchall():
        yield str(codec.from_json(request, "request").get("text", ""))
        answered = codec.reply_from_json(reply)
        yield answered.reply
        yield from (str(value) for use in answered.tools for value in use.args.values())
    yield from (text for (text,) in connection.execute(_SAID, (row[0],)).fetchall())


def _escaped(text: str) -> str:
    return "".join(f"!{char}" if char in "!%_" else char for char in text)


def _place(listed: Listed) -> tuple[datetime, str]:
    return listed.changed_at, listed.conversation_id


def _listed(connection: Connection, row: tuple[Any, ...]) -> Listed:
    conversation_id, _, stored, changed, request, reply, trace, asked = row
    state = codec.state_from_json(stored)
    has_turn = asked is not None
    return Listed(
        conversation_id=conversation_id,
        state=state,
        changed_at=codec.moment_from_text(changed, "conversation"),
        asked_at=codec.moment_from_text(asked, "turn") if has_turn else None,
        request=_mapping(request, "request"),
        reply=codec.reply_from_json(reply) if has_turn else None,
        trace=_mapping(trace, "trace"),
        ticket=handoffs.ticket(connection, state.ticket_id) if state.ticket_id else None,
    )


def _mapping(text: str | None, what: str) -> Mapping[str, Any]:
    return codec.from_json(text, what) if text else {}
