"""Handover to a person: why, what the person gets to read, and what the customer is told."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Literal

from agent.evidence import Brief
from agent.facts.shop import say_days
from agent.profile import ShopProfile
from agent.state import ConversationState
from agent.turn import Turn
from agent.understanding.folding import fold_name
from agent.understanding.intents import DISPLAY_NAMES

HandoffReason = Literal[
    "requested", "always_word", "anger", "over_limit", "tool_outage", "unresolved", "unknown_outcome", "safety"
]

ANGRY_TURNS = 2
"""So many angry turns bring a person; one furious turn does at once."""
FURIOUS = 3
_CLAIMS = re.compile(r"赔|退(?:我|款|钱|给我|还)?\s*\d|补偿|补我|索赔")
"""Words that claim money."""
_CLAIMED = re.compile(r"(?:赔偿?|补偿|退)(?:我|款|钱|给我|还我?)?\s*(\d{1,7}(?:\.\d{1,2})?)(?![\d-])")
_OFFERS = re.compile(r"需要(?:的话)?我(?:帮您)?转(?:接)?人工")
"""How a reply asks whether a person shall take over."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(profile: ShopProfile, now: datetime) -> bool:
    """Whether people are on duty at ``now`` (aware); shops that state no hours count as open."""
    if not profile.service_hours:
        return True
    local = now.astimezone(profile.timezone)
    for days, hours in profile.service_hours.items():
        start, _, end = hours.partition("-")
        if _is_day(days, local.weekday()) and time.fromisoformat(start) <= local.time() < _end(end):
            return True
    return False


def _end(text: str) -> time:
    return time.max if text.strip() == "24:00" else time.fromisoformat(text.strip())


def _is_day(days: str, weekday: int) -> bool:
    names = [part.strip().lower()[:3] for part in days.split("-")]
    first, last = _DAYS.index(names[0]), _DAYS.index(names[-1])
    return first <= weekday <= last if first <= last else weekday >= first or weekday <= last


def say_notice(profile: ShopProfile, now: datetime, reason: str) -> str:
    """Tell the customer that a person takes over; outside service hours, when people are back."""
    sorry = "非常抱歉给您带来了不好的体验，" if reason in ("anger", "always_word", "unresolved", "tool_outage") else ""
    if is_open(profile, now):
        return f"{sorry}已经为您转接人工客服，请稍等，同事会看到我们之前的对话。"
    hours = "，".join(f"{say_days(days)}{span}" for days, span in (profile.service_hours or {}).items())
    return f"{sorry}现在不在人工服务时间，已经为您登记，人工客服上线后会第一时间回复您。服务时间：{hours}。"


def ticket_id(conversation_id: str, turn_id: str) -> str:
    """A ticket number that a repeated turn gives again."""
    return "h-" + hashlib.sha256(f"{conversation_id}\n{turn_id}".encode()).hexdigest()[:12]


def offers_person(reply: str) -> bool:
    """Whether a reply asked the customer if a person shall take over, so that a plain yes means that."""
    return _OFFERS.search(reply) is not None


def decide(turn: Turn) -> HandoffReason | None:
    """Say whether a person must take over after this turn, and why.

    The customer's own word comes first, then words the shop lists as always, anger, a claim over the limit, an outage of the
    back-ends, and the ledger of unresolved turns in a row.
    """
    rules = turn.profile.handoff
    notes, state = turn.notes, turn.state
    if notes.handoff is not None:
        reason: HandoffReason = notes.handoff  # type: ignore[assignment]
        return reason
    if _says_always_word(turn):
        return "always_word"
    if _claimed(turn) > rules.refund_amount:
        return "over_limit"
    level = turn.understood.mood.anger
    if level >= FURIOUS or (level >= FURIOUS - 1 and state.anger + 1 >= ANGRY_TURNS):
        return "anger"
    if notes.failures and state.failures + 1 >= rules.max_failures:
        return "tool_outage" if "tool" in notes.failures else "unresolved"
    return None


def _says_always_word(turn: Turn) -> bool:
    """Whether the message holds a word that the shop lists as always, written with spaces or in traditional characters too."""
    said = "".join(turn.understood.folded.split())
    words = ("".join(fold_name(word).split()) for word in turn.profile.handoff.always)
    return any(word and word in said for word in words)


def _claimed(turn: Turn) -> Decimal:
    """The largest amount that the customer claims in so many words; 0: none."""
    text = turn.understood.folded
    if not _CLAIMS.search(text):
        return Decimal(0)
    bare = [Decimal(amount) for amount in _CLAIMED.findall(text)]
    return max((*turn.understood.entities.amounts, *bare), default=Decimal(0))


def pack(turn: Turn, brief: Brief, state: ConversationState, reason: str) -> Mapping[str, object]:
    """What the person reads first: summary, the ask in the customer's words, evidence, tools tried, mood, promises."""
    intents = [score.intent for score in turn.understood.intents]
    return {
        "summary": f"{'、'.join(DISPLAY_NAMES[intent] for intent in intents) or '未识别'}；转人工原因：{reason}",
        "ask": turn.message.text,
        "customer_id": turn.message.customer_id,
        "intents": intents,
        "slots": {
            "order_id": turn.notes.order_id or state.last_order_id,
            "product_id": turn.notes.product_id or state.focus_product,
        },
        "evidence": [fact.text for fact in brief.facts],
        "tools": [{"name": use.name, "args": dict(use.args), "ok": use.ok} for use in turn.desk.uses],
        "mood": {"anger": turn.understood.mood.anger, "hesitation": turn.understood.mood.hesitation},
        "promises": [state.pending.summary] if state.pending else [],
        "history": [list(entry) for entry in state.history[-6:]],
    }
