"""Conversations of a period as the store keeps them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.experiments.assignment import Assigned
from agent.messages import Handoff, Reply, ToolUse
from agent.state import ConversationState
from agent.store.feedback import Rating, ShopEvent, StoredFeedback
from agent.store.records import TurnRecord
from evaluation.online.report import Period
from evaluation.online.scores import Aftermath

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class Kept:
    """Makes turns, ratings and events of one shop."""

    shop_id: str = "lanting"
    turns: list[TurnRecord] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    events: list[ShopEvent] = field(default_factory=list)

    def turn(
        self,
        customer="U1",
        ago_h=100.0,
        text="几天发货",
        said="付款后48小时内发货",
        *,
        conversation=None,
        arm=None,
        handoff=None,
        tools=(),
        **reply,
    ):
        conversation, number = conversation or f"c-{customer}", len(self.turns)
        ids = {"conversation_id": conversation, "message_id": f"m-{number}", "turn_id": f"t-{number}"}
        told = {"outcome": "answered", "intents": ("shipping_policy",), "strategy": "inform", "owner": "bot", **reply}
        if handoff:
            told |= {
                "outcome": "handoff",
                "owner": "human",
                "handoff": Handoff(handoff, f"k-{number}", "正在转接", True),
            }
        uses = tuple(ToolUse("get_order", {}, ok, "read") for ok in tools)
        trace = {"failures": [], **(Assigned("voice", arm).mark() if arm else {})}
        self.turns.append(
            TurnRecord(
                **ids,
                text_digest=str(number),
                request={"customer_id": customer, "text": text},
                reply=Reply(**ids, reply=said, tools=uses, timings_ms={"total": 30.0 + number}, **told),
                trace=trace,
                created_at=NOW - timedelta(hours=ago_h),
                shop_id=self.shop_id,
            )
        )
        return self

    def rated(self, conversation, rating, ago_h=99.0, *, asked=True):
        at = NOW - timedelta(hours=ago_h)
        self.ratings.append(Rating(conversation, at if asked else None, rating, at if rating else None))
        return self

    def paid(self, customer, ago_h=90.0, amount="199"):
        at = NOW - timedelta(hours=ago_h)
        self.events.append(
            ShopEvent(f"e-{len(self.events)}", self.shop_id, customer, "order_paid", at, Decimal(amount))
        )
        return self

    @property
    def period(self):
        ordered = tuple(sorted(self.turns, key=lambda turn: turn.created_at))
        return Period(NOW - timedelta(days=30), NOW, ordered, Aftermath(self.ratings, self.events, NOW))

    async def store_in(self, store):
        """Write everything into a store, as the agent and the channels do."""
        versions: dict[str, int] = {}
        for turn in sorted(self.turns, key=lambda turn: turn.created_at):
            known = versions.get(turn.conversation_id, 0)
            state = ConversationState(customer_id=turn.request["customer_id"])
            await store.commit(turn, state, known)
            versions[turn.conversation_id] = known + 1
        feedback = StoredFeedback(store.writer, store.reader)
        for one in self.ratings:
            if one.asked_at:
                await feedback.ask_rating(one.conversation_id, one.asked_at)
            if one.rating:
                await feedback.rate(one.conversation_id, one.rating, one.rated_at)
        for event in self.events:
            await feedback.keep_event(event)


@pytest.fixture
def kept():
    return Kept()
