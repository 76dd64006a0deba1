"""What channels keep between their steps: what they were told of handoffs, cursors of their own, how much they may still send."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from agent.store import codec, handoffs, outbox
from agent.store.connection import Connection, Runner
from agent.store.records import Move

_RECALL = "SELECT value FROM channel_memory WHERE name = ?"
_KEPT_UNDER = "SELECT name, value FROM channel_memory WHERE substr(name, 1, ?) = ? ORDER BY name"
_REMEMBER = (
    "INSERT INTO channel_memory (name, conversation_id, value, changed_at) VALUES (?, ?, ?, ?) ON CONFLICT (name)"
    " DO UPDATE SET conversation_id = excluded.conversation_id, value = excluded.value, changed_at = excluded.changed_at"
)
_UNTOLD = (
    f"SELECT l.seq, l.conversation_id, c.state, {handoffs.MOVE_COLUMNS} FROM handoff_log l JOIN conversations c USING (conversation_id)"
    " WHERE l.seq > ? AND NOT EXISTS (SELECT 1 FROM channel_memory m WHERE m.name = ? || l.seq) ORDER BY l.seq LIMIT ?"
)
_TOLD = "SELECT l.seq FROM handoff_log l JOIN channel_memory m ON m.name = ? || l.seq WHERE l.seq > ? AND l.at < ?"
_OLDEST_UNTOLD = (
    "SELECT min(l.seq) FROM handoff_log l WHERE l.seq > ?"
    " AND NOT EXISTS (SELECT 1 FROM channel_memory m WHERE m.name = ? || l.seq)"
)
_SINCE = (
    "SELECT o.text, t.reply FROM outgoing o LEFT JOIN turns t ON t.turn_id = o.message_id"
    " WHERE o.conversation_id = ? AND o.status = 'sent' AND o.attempts > 0"
    " AND o.after_turn = (SELECT max(seq) FROM turns WHERE conversation_id = ?) ORDER BY o.seq"
)
"""What people wrote at a desk elsewhere was never released, so it has no attempts."""
_SPEAKING = "SELECT 1 FROM outgoing WHERE conversation_id = ? AND status IN ('waiting', 'released') LIMIT 1"
_LAST_ASKED = "SELECT accepted_at FROM inbox WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1"

NAMES_CUSTOMER = "customer"
"""Under this key a value that is a JSON object names the customer: one who has written nothing yet is found by it and erased."""
SETTLED = timedelta(minutes=5)
"""A move so old is in the log for good: no transaction that began before it is still open."""


@dataclass(frozen=True)
class LoggedMove:
    """A move of a conversation as a channel is told of it."""

    seq: int
    """Its number in the log; a later move of the same conversation has a larger one."""
    conversation_id: str
    customer_id: str
    channel: str
    """On which the customer wrote last."""
    move: Move


@dataclass(frozen=True)
class Sending:
    """What was sent to a customer since their last message."""

    asked_at: datetime | None
    """When their last message was accepted; None: none was."""
    texts: tuple[str, ...] = ()
    """What was sent since, in order."""


class ChannelMemory:
    """What channels keep, beside the conversations in the store's database.

    Args:
        writer: its jobs are durable when they return.
        reader: sees what the writer made durable.
    """

    def __init__(self, writer: Runner, reader: Runner) -> None:
        self._writer = writer
        self._reader = reader

    async def recall(self, channel: str, key: str) -> str | None:
        """What a channel keeps under a key; None: nothing."""
        return await self._reader.run("read a channel's memory", partial(_recall, name=f"{channel}/{key}"))

    async def remember(self, channel: str, key: str, value: str, conversation_id: str | None = None) -> None:
        """Keep something durably, in place of what was under the key.

        Args:
            channel: whose it is.
            key: under which it is found.
            value: what is kept.
            conversation_id: which it is about: an erasure of its customer takes it along; None: about none.
        """
        row = (f"{channel}/{key}", conversation_id, value, datetime.now(UTC).isoformat())
        await self._writer.run("keep a channel's memory", partial(_remember, row=row))

    async def forget(self, channel: str, key: str) -> None:
        """Keep nothing under a key any more."""
        await self._writer.run("forget a channel's memory", partial(_forget, name=f"{channel}/{key}"))

    async def kept_under(self, channel: str, prefix: str) -> dict[str, str]:
        """What a channel keeps under all keys that begin alike.

        Args:
            channel: whose it is.
            prefix: of the keys.

        Returns:
            What is kept, by what follows the prefix.
        """
        job = partial(_kept_under, begin=f"{channel}/{prefix}")
        return await self._reader.run("read a channel's memory", job)

    async def untold(self, follower: str, limit: int = 100, since: datetime | None = None) -> tuple[LoggedMove, ...]:
        """Moves that a follower was not told of, oldest first.

        Args:
            follower: asks.
            limit: moves at most.
            since: from when on one who asks for the first time is told; None: from now on.
        """
        floor = await self.recall(follower, "floor")
        if floor is None:
            floor = str(
                await self._writer.run("begin to follow", partial(_begin, name=f"{follower}/floor", since=since))
            )
        job = partial(_untold, follower=follower, floor=int(floor), limit=limit)
        return await self._reader.run("read moves", job)

    async def mark_told(self, follower: str, logged: LoggedMove) -> None:
        """Record that a follower was told of a move."""
        await self.remember(follower, f"told/{logged.seq}", "")

    async def sweep(self, follower: str, now: datetime) -> None:
        """Forget single marks of old moves: everything up to a floor was told."""
        before = codec.moment_to_text(now - SETTLED, "time")
        await self._writer.run("sweep a channel's memory", partial(_sweep, follower=follower, before=before))

    async def is_speaking(self, conversation_id: str) -> bool:
        """Whether words to the customer are on their way or about to be."""
        job = partial(_is_speaking, conversation_id=conversation_id)
        return await self._reader.run("read what waits to be sent", job)

    async def sending(self, conversation_id: str) -> Sending:
        """What was sent in a conversation since the customer's last message."""
        return await self._reader.run("read what was sent", partial(_sending, conversation_id=conversation_id))


def _recall(connection: Connection, name: str) -> str | None:
    row = connection.execute(_RECALL, (name,)).fetchone()
    return None if row is None else str(row[0])


def _forget(connection: Connection, name: str) -> None:
    connection.execute("DELETE FROM channel_memory WHERE name = ?", (name,))


def _kept_under(connection: Connection, begin: str) -> dict[str, str]:
    rows = connection.execute(_KEPT_UNDER, (len(begin), begin)).fetchall()
    return {str(name)[len(begin) :]: str(value) for name, value in rows}


def _remember(connection: Connection, row: tuple[str, str | None, str, str]) -> None:
    connection.execute(_REMEMBER, row)


def _begin(connection: Connection, name: str, since: datetime | None) -> int:
    known = _recall(connection, name)
    if known is not None:
        return int(known)
    before = "9" if since is None else codec.moment_to_text(since, "time")
    query = "SELECT coalesce(max(seq), 0) FROM handoff_log WHERE at < ?"
    newest = int(connection.execute(query, (before,)).fetchone()[0])
    _remember(connection, (name, None, str(newest), datetime.now(UTC).isoformat()))
    return newest


def _untold(connection: Connection, follower: str, floor: int, limit: int) -> tuple[LoggedMove, ...]:
    rows = connection.execute(_UNTOLD, (floor, f"{follower}/told/", limit)).fetchall()
    return tuple(
        LoggedMove(
            seq,
            conversation_id,
            codec.state_from_json(state).customer_id,
            outbox.channel_of(connection, conversation_id),
            handoffs.read_move(moved),
        )
        for seq, conversation_id, state, *moved in rows
    )


def _sweep(connection: Connection, follower: str, before: str) -> None:
    floor, marks = int(_recall(connection, f"{follower}/floor") or 0), f"{follower}/told/"
    untold = connection.execute(_OLDEST_UNTOLD, (floor, marks)).fetchone()[0]
    told = [row[0] for row in connection.execute(_TOLD, (marks, floor, before)).fetchall()]
    reached = [seq for seq in told if untold is None or seq < untold]
    for seq in reached:
        connection.execute("DELETE FROM channel_memory WHERE name = ?", (f"{marks}{seq}",))
    if reached:
        _remember(connection, (f"{follower}/floor", None, str(max(reached)), datetime.now(UTC).isoformat()))


def _is_speaking(connection: Connection, conversation_id: str) -> bool:
    return connection.execute(_SPEAKING, (conversation_id,)).fetchone() is not None


def _sending(connection: Connection, conversation_id: str) -> Sending:
    sent = connection.execute(_SINCE, (conversation_id, conversation_id)).fetchall()
    texts = tuple(codec.reply_from_json(reply).reply if text is None else str(text) for text, reply in sent)
    asked = connection.execute(_LAST_ASKED, (conversation_id,)).fetchone()
    return Sending(None if asked is None else datetime.fromisoformat(asked[0]), texts)
