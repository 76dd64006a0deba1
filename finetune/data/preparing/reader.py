"""The reader: what serving's prompt would hold for a question, from the shop's own release and mocked back-ends."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.assembly import assemble
from agent.assistant import Assistant
from agent.evidence import Brief
from agent.messages import CustomerMessage, Reply, Strategy
from agent.state import ConversationState
from agent.store.sqlite import open_store
from agent.turn.graph import COMPOSED, TurnNodes, Work
from agent.turn.memory import remember
from agent.turn.reading import read_turn, reading_nodes
from agent.understanding.understand import Understander
from knowledge.pack import Pack
from retrieval.release import Release
from tools.mock_apis.apis import MockApis
from tools.mock_apis.seed import Seed

STRANGER = "nobody"
"""A customer without orders."""


@dataclass(frozen=True)
class Read:
    """What one message of a customer is answered from."""

    brief: Brief
    is_asked: bool
    """Whether serving asks a model for the wording; else the program words it from facts, or a person takes over."""
    composed: str
    """What the program itself would answer, audited; empty: nothing that passes."""

    @property
    def also(self) -> tuple[Strategy, ...]:
        """Strategies of the answers beside the one that sets the tone, as the prompt tells them."""
        others = dict.fromkeys(answer.strategy for answer in self.brief.answers)
        return tuple(strategy for strategy in others if strategy != self.brief.strategy)


class ShopReader:
    """Works customers' messages as far as their evidence.

    Args:
        assistant: the shop's, on mocked back-ends.
        now: when the questions are asked, aware.
    """

    def __init__(self, assistant: Assistant, now: datetime) -> None:
        self._assistant = assistant
        self._now = now

    @classmethod
    @asynccontextmanager
    async def open(cls, pack: Pack, release: Release, understander: Understander) -> AsyncIterator["ShopReader"]:
        """Open the shop as a replay does: its release, the pack's mocked back-ends, the pack's time.

        Args:
            pack: gives the back-ends' data and the time.
            release: answers.
            understander: reads messages.
        """
        now = pack.now or datetime.now(UTC)
        quotas = {promotion.promotion_id: promotion.quota for promotion in pack.promotions}
        apis = MockApis(pack.backend or Seed(), quotas, now=now)
        store = open_store("sqlite:///:memory:")
        assistant = assemble(lambda: release, apis.in_process(), store, lambda: now, understander=understander)
        try:
            yield cls(assistant, now)
        finally:
            await assistant.aclose()
            await store.aclose()
            apis.close()

    async def read(self, said: Sequence[tuple[str, str]], question: str, customer_id: str = STRANGER) -> Read:
        """Read what a question is answered from, after what was said before it.

        Args:
            said: (speaker, text) before, oldest first; what the customer wrote is worked in turn, the answers stay as they were given.
            question: of the customer.
            customer_id: whose orders are seen.
        """
        state = ConversationState(customer_id)
        for index, (speaker, text) in enumerate(said):
            if speaker == "customer":
                _, work = await self._work(state, text)
                answer = next((reply for who, reply in said[index + 1 : index + 2] if who == "assistant"), "")
                state = _after(work, answer)
        nodes, work = await self._work(state, question)
        brief = work["brief"]
        is_asked = not work.get("handoff_reason") and brief.strategy not in COMPOSED and bool(brief.facts)
        return Read(brief, is_asked, await _composed(nodes, work) if is_asked else "")

    async def _work(self, state: ConversationState, text: str) -> tuple[TurnNodes, Work]:
        floor = self._assistant.floor(state.customer_id)
        if floor.bench is None:
            raise LookupError("the shop's floor has no bench to work on")
        message = CustomerMessage("prepare", "m", state.customer_id, text, channel="prepare")
        turn = floor.open_turn("prepare", message, state, self._now, self._assistant.backends)
        nodes = reading_nodes(floor.bench)
        return nodes, await read_turn(nodes, turn)


async def _composed(nodes: TurnNodes, work: Work) -> str:
    for step in (nodes.generate, nodes.audit):
        work.update(await step(work))  # type: ignore[typeddict-item]
    return "" if work["draft"].findings or work.get("handoff_reason") else work["draft"].text


def _after(work: Work, answer: str) -> ConversationState:
    """The conversation after a turn that was answered as the data has it; nothing waits for a yes."""
    brief = work["brief"]
    reply = Reply(
        conversation_id="prepare",
        message_id="m",
        turn_id="prepare",
        reply=answer,
        outcome=brief.outcome,
        intents=tuple(answer.intent for answer in brief.answers),
        strategy=brief.strategy,
        owner="bot",
    )
    return remember(work["turn"], reply, "bot")
