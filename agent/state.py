"""What a conversation remembers between turns: small, plain, and stored as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from agent.messages import Owner, PendingAction, Stage

Slot = Literal["order", "product", "sku", "address", "measure", "words"]
"""What the agent asked for; ``words``: it did not understand."""

HISTORY_KEPT = 12
"""Entries of history kept in the state; whole turns stay in the store."""


@dataclass(frozen=True)
class PendingSlot:
    """A question of the agent that the next message may answer."""

    intent: str
    slot: Slot
    options: tuple[str, ...] = ()
    """What was listed to choose from, in order."""


@dataclass(frozen=True)
class ConversationState:
    """The durable memory of one conversation."""

    customer_id: str = ""
    stage: Stage = "bot"
    """Where it stands between the bot and people; the store keeps it in a column too, changed by moves only."""
    turns: int = 0
    history: tuple[tuple[str, str], ...] = ()
    """Last exchanges as (role, text), oldest first; role is ``customer``, ``assistant`` or ``human``."""
    last_intents: tuple[str, ...] = ()
    focus_product: str | None = None
    """The product the talk is about."""
    last_order_id: str | None = None
    pending: PendingAction | None = None
    """The write that the last reply asked about."""
    parked: PendingAction | None = None
    """The latest write that was left open since: a bare yes does not count for it, a yes that names it does."""
    slot: PendingSlot | None = None
    failures: int = 0
    """Unresolved turns in a row."""
    failed_by: tuple[str, ...] = ()
    """What those turns failed by, oldest first."""
    anger: int = 0
    """Angry turns since the bot took the conversation."""
    offered: tuple[str, ...] = ()
    """Promotions already offered: none is pressed twice."""
    ticket_id: str | None = None
    """The handoff ticket while the conversation waits for a person or has one."""

    @property
    def owner(self) -> Owner:
        """Whose word the customer waits for: a person's from the moment the conversation is queued."""
        return "human" if self.stage in ("queued", "human") else "bot"

    def with_exchange(self, customer_text: str, reply: str) -> "ConversationState":
        """Add one exchange to the history, dropping the oldest."""
        added = (("customer", customer_text), *((("assistant", reply),) if reply else ()))
        return replace(self, turns=self.turns + 1, history=(*self.history, *added)[-HISTORY_KEPT:])

    def with_person(self, text: str) -> "ConversationState":
        """Add what a person wrote to the customer."""
        return replace(self, history=(*self.history, ("human", text))[-HISTORY_KEPT:])

    def without_last_exchange(self) -> "ConversationState":
        """Take the last exchange out of the history: its reply was never sent, its message is answered anew."""
        ends = [place for place, (role, _) in enumerate(self.history) if role == "customer"]
        return replace(self, history=self.history[: ends[-1]]) if ends else self

    def waiting_for_nothing(self) -> "ConversationState":
        """Forget what the bot proposed and asked for, and count its failures anew: a person had the conversation."""
        return replace(self, pending=None, parked=None, slot=None, failures=0, failed_by=(), anger=0)

    @property
    def customer_texts(self) -> tuple[str, ...]:
        """The customer's last messages, oldest first."""
        return tuple(text for role, text in self.history if role == "customer")

    @property
    def replies(self) -> tuple[str, ...]:
        """The assistant's last replies, oldest first."""
        return tuple(text for role, text in self.history if role == "assistant")

    def to_json(self) -> str:
        """Write the state as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"), default=str)

    @classmethod
    def from_json(cls, text: str) -> "ConversationState":
        """Read a state written by `to_json`; keys of older versions may be missing."""
        data: dict[str, Any] = json.loads(text)
        data["history"] = tuple((str(role), str(said)) for role, said in data.get("history", ()))
        for key in ("last_intents", "offered", "failed_by"):
            data[key] = tuple(data.get(key, ()))
        if data.pop("owner", "bot") == "human":  # written before there were stages
            data.setdefault("stage", "queued")
        for key in ("pending", "parked"):
            data[key] = _optional(PendingAction, data.get(key))
        slot = data.get("slot")
        data["slot"] = slot and PendingSlot(slot["intent"], slot["slot"], tuple(slot.get("options", ())))
        return cls(**data)


def _optional(kind: type[Any], data: Mapping[str, Any] | None) -> Any:
    return None if data is None else kind(**data)
