"""The ticket of a handoff: its number, and what the person gets to read."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from agent.evidence import Brief
from agent.handoff.hours import closes_at, is_open
from agent.privacy.masking import mask_tree
from agent.state import ConversationState
from agent.store.records import HandoffTicket
from agent.turn.context import Turn
from agent.understanding.intents import DISPLAY_NAMES

_IDENTIFIERS = frozenset({"customer_id", "order_id", "product_id", "channel"})
"""By these the person finds the case: they stay as they are."""


def ticket_id(conversation_id: str, turn_id: str) -> str:
    """A ticket number that a repeated turn gives again."""
    return "h-" + hashlib.sha256(f"{conversation_id}\n{turn_id}".encode()).hexdigest()[:12]


def open_ticket(turn: Turn, brief: Brief, reason: str) -> HandoffTicket:
    """Open the ticket of a turn that hands over: for the first queue, or for a call back when nobody is on duty."""
    profile, rules = turn.profile, turn.profile.handoff
    conversation_id = turn.message.conversation_id
    on_duty = is_open(profile, turn.now)
    due = turn.now + timedelta(seconds=rules.acknowledge_s) if on_duty and rules.acknowledge_s else None
    return HandoffTicket(
        ticket_id=ticket_id(conversation_id, turn.turn_id),
        conversation_id=conversation_id,
        reason=reason,
        package=pack(turn, brief, turn.state, reason),
        created_at=turn.now,
        kind="live" if on_duty else "call_back",
        queue=rules.queues[0] if rules.queues else "",
        due_at=due or (closes_at(profile, turn.now) if on_duty else None),
        notices=0 if on_duty else 1,
    )


def pack(turn: Turn, brief: Brief, state: ConversationState, reason: str) -> Mapping[str, object]:
    """What the person reads first: summary, the ask in the customer's words, evidence, tools tried, mood, promises.

    Personal data is masked: a ticket goes to queues and mails; the conversation itself holds what was said.
    """
    intents = [score.intent for score in turn.understood.intents]
    package = {
        "summary": f"{'、'.join(DISPLAY_NAMES[intent] for intent in intents) or '未识别'}；转人工原因：{reason}",
        "ask": turn.message.text,
        "customer_id": turn.message.customer_id,
        "intents": intents,
        "slots": {
            "order_id": turn.notes.order_id or next(iter(turn.understood.entities.order_ids), state.last_order_id),
            "product_id": turn.notes.product_id or state.focus_product,
        },
        "evidence": _evidence(brief),
        "tools": [{"name": use.name, "args": dict(use.args), "ok": use.ok} for use in turn.desk.uses],
        "failures": [*state.failed_by, *turn.notes.failures],
        "mood": {"anger": turn.understood.mood.anger, "hesitation": turn.understood.mood.hesitation},
        "promises": [state.pending.summary] if state.pending else [],
        "history": [list(entry) for entry in state.history[-6:]],
    }
    masked: Mapping[str, object] = mask_tree(package, leave=_IDENTIFIERS)
    return masked


def _evidence(brief: Brief) -> list[str]:
    """What was found out, each once: not the notice that a person takes over, which is a fact of the turn too."""
    found = (
        fact.text
        for answer in brief.answers
        for fact in answer.facts
        if not (answer.outcome == "handoff" and fact.kind == "shop")
    )
    return list(dict.fromkeys(found))
