"""What a turn leaves behind: the reply, the state, the record, the ticket and the move to a person."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.evidence import Brief
from agent.floor import ShopFloor
from agent.handoff.hours import is_open
from agent.handoff.notices import say_notice
from agent.handoff.package import open_ticket
from agent.handoff.reasons import offers_person
from agent.handoff.stages import moves_after_turn
from agent.mailroom.bursts import Burst
from agent.messages import Handoff, Reply, ToolUse
from agent.state import ConversationState
from agent.store.records import HandoffTicket, Move, TurnRecord
from agent.turn.context import Turn
from agent.turn.graph import Work
from agent.turn.memory import remember
from agent.turn.trace import trace_of


@dataclass(frozen=True)
class Done:
    """A turn worked through, ready to be stored."""

    reply: Reply
    state: ConversationState
    trace: Mapping[str, Any] = field(default_factory=dict)
    ticket: HandoffTicket | None = None
    moves: tuple[Move, ...] = ()

    @property
    def writes(self) -> tuple[ToolUse, ...]:
        """What the turn did at the back-ends."""
        return tuple(use for use in self.reply.tools if use.effect == "write")


def finished(work: Work, floor: ShopFloor) -> Done:
    """What a turn leaves that went through the graph."""
    turn, brief, draft = work["turn"], work["brief"], work["draft"]
    reason = work.get("handoff_reason")
    ticket = open_ticket(turn, brief, reason) if reason else None
    sources = {(fact.source.kind, fact.source.id): fact.source for fact in draft.facts if fact.source is not None}
    reply = Reply(
        conversation_id=turn.message.conversation_id,
        message_id=turn.message.message_id,
        turn_id=turn.turn_id,
        reply=draft.text,
        outcome="handoff" if reason else brief.outcome,
        intents=tuple(dict.fromkeys(answer.intent for answer in brief.answers)),
        strategy="handoff" if reason else brief.strategy,
        owner="human" if reason else "bot",
        sources=tuple(sources.values()),
        tools=tuple(turn.desk.uses),
        pending_action=turn.notes.pending if not reason else None,
        handoff=_handoff(turn, ticket),
        worded_by=draft.worded_by,
        release_id=floor.release.release_id,
        adapter_id=floor.adapter_id,
        timings_ms=work["timings"],
    )
    return _left(turn, reply, {**trace_of(work), **floor.mark}, ticket)


def given_up(turn: Turn, floor: ShopFloor, why: str) -> Done:
    """What a turn leaves that could not be worked, however often it was tried: a person takes over."""
    ticket = open_ticket(turn, Brief(()), "turn_failed")
    notice = say_notice(turn.profile, turn.now, "turn_failed")
    said = replace(
        relayed(turn, floor).reply,
        reply=turn.profile.style.addressed(notice),
        worded_by="composer",
        handoff=_handoff(turn, ticket),
    )
    return _left(turn, said, {"failed": why, **floor.mark}, ticket)


def relayed(turn: Turn, floor: ShopFloor, earlier: tuple[ToolUse, ...] = ()) -> Done:
    """What a turn leaves while a person owns the conversation: the message is kept, the bot says nothing.

    Args:
        turn: opened, not worked.
        floor: of the release.
        earlier: what was done at the back-ends before a person took over in the middle of the turn; the person reads it.
    """
    reply = Reply(
        conversation_id=turn.message.conversation_id,
        message_id=turn.message.message_id,
        turn_id=turn.turn_id,
        reply="",
        outcome="handoff",
        intents=(),
        strategy="handoff",
        owner="human",
        tools=earlier,
        worded_by="human",
        release_id=floor.release.release_id,
    )
    return Done(reply, turn.state.with_exchange(turn.message.text, ""), floor.mark)


def _left(turn: Turn, reply: Reply, trace: Mapping[str, Any], ticket: HandoffTicket | None) -> Done:
    reason, number = (ticket.reason, ticket.ticket_id) if ticket else (None, None)
    stage, moves = moves_after_turn(turn.state.stage, reason, offers_person(reply.reply), turn.now, number)
    return Done(reply, remember(turn, reply, stage), trace, ticket, moves)


def _handoff(turn: Turn, ticket: HandoffTicket | None) -> Handoff | None:
    if ticket is None:
        return None
    notice = say_notice(turn.profile, turn.now, ticket.reason)
    return Handoff(ticket.reason, ticket.ticket_id, notice, is_open(turn.profile, turn.now))


def record(turn: Turn, burst: Burst, reply: Reply, trace: Mapping[str, Any]) -> TurnRecord:
    """The turn as the store keeps it.

    Args:
        turn: worked.
        burst: the messages that it answers.
        reply: what it answered.
        trace: for people who look into it.
    """
    message = turn.message
    request = {
        "customer_id": message.customer_id,
        "text": message.text,
        "product_id": message.product_id,
        "region": message.region,
        "channel": message.channel,
        **({"joined": burst.joined} if burst.joined > 1 else {}),
    }
    return TurnRecord(
        turn_id=turn.turn_id,
        conversation_id=message.conversation_id,
        message_id=message.message_id,
        text_digest=burst.digest,
        request=request,
        reply=reply,
        trace=trace,
        created_at=turn.now,
        shop_id=turn.profile.shop_id,
    )


def turn_id_of(conversation_id: str, message_id: str) -> str:
    """The number of the turn that answers a message: a turn begun again after a crash has it again."""
    return "t-" + hashlib.sha256(f"{conversation_id}\n{message_id}".encode("utf-8", "surrogatepass")).hexdigest()[:20]
