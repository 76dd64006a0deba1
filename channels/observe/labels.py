"""Label values: each label has a fixed set of them, so that no caller can make the number of series grow."""

from collections.abc import Collection
from typing import Literal, get_args

from agent.audit.finding import FindingKind
from agent.handoff.reasons import HandoffReason
from agent.messages import Outcome, Reply, ToolUse
from agent.wording.draft import Recall
from tools.errors import NotFound, OutcomeUnknown, RateLimited, Refused, Unavailable
from tools.toolbox import TOOLS

DeliveryEnd = Literal["sent", "failed", "given_up"]
"""How one attempt to send a message ended; ``failed``: it is tried again."""

OTHER = "other"
"""Stands for whatever is not in a label's set."""
STAGES = frozenset({"begin", "understand", "retrieve", "act", "generate", "audit", "hand_off", "commit", "total"})
OUTCOMES = frozenset({*get_args(Outcome), "relayed", "failed"})
REASONS: frozenset[str] = frozenset(get_args(HandoffReason))
FINDINGS: frozenset[str] = frozenset(get_args(FindingKind))
RECALLS: frozenset[str] = frozenset(get_args(Recall))
TOOL_NAMES: frozenset[str] = frozenset(tool.name for tool in TOOLS)
TOOL_ENDS = frozenset(kind.__name__ for kind in (NotFound, Refused, Unavailable, RateLimited, OutcomeUnknown))
CHANNELS = frozenset({"web", "openai", "chatwoot", "wecom", "dingtalk", "webhook", "rasa"})
REFUSALS = {
    400: "body",
    401: "signature",
    404: "unknown",
    408: "slow",
    409: "conflict",
    413: "size",
    422: "body",
    429: "limit",
}
"""Why a webhook was refused, by HTTP status."""


def bounded(value: str, known: Collection[str]) -> str:
    """The value where it is known, else ``other``."""
    return value if value in known else OTHER


def outcome_of(reply: Reply) -> str:
    """How a turn ended; ``relayed``: its message was kept for the person who owns the conversation."""
    is_relayed = reply.owner == "human" and reply.handoff is None
    return "relayed" if is_relayed else bounded(reply.outcome, OUTCOMES)


def end_of(use: ToolUse) -> str:
    """How a tool call ended."""
    return "ok" if use.ok else bounded(use.error or "", TOOL_ENDS)


def refusal_of(status: int) -> str:
    """Why a webhook was refused."""
    return "unavailable" if status >= 500 else REFUSALS.get(status, OTHER)
