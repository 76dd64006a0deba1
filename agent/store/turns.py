"""SQL of turns: committing one, and reading conversations and transcripts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agent.errors import ConversationBusy, MessageIdReused
from agent.messages import Reply
from agent.state import ConversationState
from agent.store import codec, handoffs, outbox
from agent.store.connection import Connection
from agent.store.errors import RecordUnstorable, StoreUnavailable
from agent.store.records import Conversation, HandoffTicket, Opening, TurnEffects, TurnRecord

_TURN_COLUMNS = (
    "t.turn_id, t.conversation_id, t.message_id, t.text_digest, t.request, t.reply, t.trace, t.created_at, c.shop_id"
)
_ALL_TURNS = f"SELECT {_TURN_COLUMNS} FROM turns t JOIN conversations c USING (conversation_id)"
_TURNS = f"{_ALL_TURNS} WHERE t.conversation_id = ?"
_INSERT_TURN = (
    "INSERT INTO turns (turn_id, conversation_id, message_id, text_digest, request, reply, trace, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_NUMBER = "SELECT seq FROM turns WHERE turn_id = ?"
_ANSWER = "UPDATE inbox SET turn_id = ?, message = '' WHERE conversation_id = ? AND message_id = ? AND turn_id IS NULL"
_BURST = "SELECT turn_id, text_digest FROM inbox WHERE conversation_id = ? AND message_id = ? AND turn_id IS NOT NULL"
_OPENING = (
    "SELECT 'conversation', shop_id, state, version FROM conversations WHERE conversation_id = ?"
    " UNION ALL SELECT 'waiting', message_id, '', seq FROM inbox WHERE conversation_id = ? AND turn_id IS NULL"
    " UNION ALL SELECT 'answered', '', '', seq FROM turns WHERE conversation_id = ? AND message_id = ?"
    " UNION ALL SELECT 'answered', '', '', seq FROM inbox"
    " WHERE conversation_id = ? AND message_id = ? AND turn_id IS NOT NULL"
)


def committing(
    turn: TurnRecord,
    state: ConversationState,
    expected_version: int,
    ticket: HandoffTicket | None,
    effects: TurnEffects,
    place: str,
) -> Callable[[Connection], None]:
    """Prepare the commit of a turn; all encoding happens here, on the caller's thread.

    Raises:
        RecordUnstorable: a record cannot be written, or the parts do not belong to one conversation.
    """
    _check_belonging(turn)
    handoffs.check_moves(effects.moves, state.stage)
    moment = codec.moment_to_text(turn.created_at, "turn")
    stored_state = codec.state_to_json(state)
    begin = effects.moves[0].from_stage if effects.moves else state.stage
    cas = (stored_state, moment, state.stage, turn.conversation_id, expected_version, begin)
    first = (turn.conversation_id, turn.shop_id, stored_state, moment, moment, state.stage)
    turn_row = _turn_values(turn, moment)
    ticket_row = None if ticket is None else handoffs.ticket_values(ticket, turn.conversation_id)

    def job(connection: Connection) -> None:
        if expected_version:
            changed = connection.execute(handoffs.UPDATE_CONVERSATION, cas).rowcount
        else:
            changed = connection.execute(handoffs.INSERT_CONVERSATION, first).rowcount
        if not changed:
            raise ConversationBusy(turn.conversation_id)
        if not connection.execute(_INSERT_TURN, turn_row).rowcount:
            raise _why_refused(connection, turn, place)
        for message_id in (*effects.answers, turn.message_id):
            connection.execute(_ANSWER, (turn.turn_id, turn.conversation_id, message_id))
        handoffs.log(connection, turn.conversation_id, effects.moves)
        if turn.reply.reply and not effects.told:
            number = connection.execute(_NUMBER, (turn.turn_id,)).fetchone()[0]
            outbox.post(connection, _posted(turn, moment, number, effects.joined))
        if ticket_row is not None:
            handoffs.save_ticket(connection, ticket_row)

    return job


def _turn_values(turn: TurnRecord, moment: str) -> tuple[object, ...]:
    written = (
        codec.to_json(turn.request, "request"),
        codec.reply_to_json(turn.reply),
        codec.to_json(turn.trace, "trace"),
    )
    return (turn.turn_id, turn.conversation_id, turn.message_id, turn.text_digest, *written, moment)


def _posted(turn: TurnRecord, moment: str, number: int, joined: int) -> outbox.Posted:
    channel = str(turn.request.get("channel") or "web")
    replaceable = outbox.is_replaceable(turn.reply, joined)
    return outbox.Posted(turn.turn_id, turn.message_id, turn.conversation_id, channel, moment, number, replaceable)


def opening(connection: Connection, conversation_id: str, message_id: str) -> Opening:
    """Read what a turn starts from; one statement, so that all of it is of one moment."""
    conversation, is_answered = None, False
    waiting: list[tuple[int, str]] = []
    place = (conversation_id, message_id)
    for kind, text, state, number in connection.execute(_OPENING, (conversation_id, conversation_id, *place, *place)):
        if kind == "conversation":
            conversation = Conversation(conversation_id, text, codec.state_from_json(state), number)
        elif kind == "waiting":
            waiting.append((number, text))
        else:
            is_answered = True
    turn = find_turn(connection, conversation_id, message_id) if is_answered else None
    return Opening(conversation, turn, tuple(text for _, text in sorted(waiting)))


def load(connection: Connection, conversation_id: str) -> Conversation | None:
    """Read a conversation as it was last committed."""
    query = "SELECT shop_id, state, version FROM conversations WHERE conversation_id = ?"
    row = connection.execute(query, (conversation_id,)).fetchone()
    return None if row is None else Conversation(conversation_id, row[0], codec.state_from_json(row[1]), row[2])


def find_turn(connection: Connection, conversation_id: str, message_id: str) -> TurnRecord | None:
    """Read the turn that answered a message, be it together with a later one."""
    row = connection.execute(f"{_TURNS} AND t.message_id = ?", (conversation_id, message_id)).fetchone()
    if row is not None:
        return _turn(row)
    burst = connection.execute(_BURST, (conversation_id, message_id)).fetchone()
    if burst is None:
        return None
    row = connection.execute(f"{_ALL_TURNS} WHERE t.turn_id = ?", (burst[0],)).fetchone()
    return None if row is None else in_burst(_turn(row), message_id, burst[1])


def in_burst(turn: TurnRecord, message_id: str, digest: str) -> TurnRecord:
    """A turn as one of the earlier messages of its burst sees it: no text of its own, a pointer to the message that has it."""
    reply = replace(turn.reply, message_id=message_id, reply="", answered_with=turn.message_id)
    return replace(turn, message_id=message_id, text_digest=digest, reply=reply)


def transcript(connection: Connection, conversation_id: str) -> tuple[TurnRecord, ...]:
    """Read all turns of a conversation, in the order of their commits."""
    return tuple(_turn(row) for row in connection.execute(f"{_TURNS} ORDER BY t.seq", (conversation_id,)))


def recent(connection: Connection, limit: int, shop_id: str) -> tuple[TurnRecord, ...]:
    """Read the last turns of a shop, the latest first."""
    query = f"{_ALL_TURNS} WHERE c.shop_id = ? ORDER BY t.seq DESC LIMIT ?"
    return tuple(_turn(row) for row in connection.execute(query, (shop_id, limit)))


def since(connection: Connection, shop_id: str, moment: str) -> tuple[TurnRecord, ...]:
    """Read the turns of a shop from a moment on, in the order of their commits."""
    query = f"{_ALL_TURNS} WHERE c.shop_id = ? AND t.created_at >= ? ORDER BY t.seq"
    return tuple(_turn(row) for row in connection.execute(query, (shop_id, moment)))


def _check_belonging(turn: TurnRecord) -> None:
    expected = (turn.turn_id, turn.conversation_id, turn.message_id)
    found = (turn.reply.turn_id, turn.reply.conversation_id, turn.reply.message_id)
    if found != expected:
        raise RecordUnstorable("turn", f"its reply is for {found!r}, the turn is {expected!r}")


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
