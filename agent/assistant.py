"""The one public door: a customer's message in, a reply out, durable before it is told."""

import asyncio
import hashlib
import logging
import time
import unicodedata
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from agent import handoff
from agent.desk import ToolDesk
from agent.errors import ConversationOwnedByAnother, MessageGarbled, MessageIdReused, MessageTooLong
from agent.evidence import Brief
from agent.graph import Draft, Work
from agent.memory import dialogue_context, remember
from agent.messages import CustomerMessage, Handoff, Reply
from agent.profile import ShopProfile
from agent.state import ConversationState
from agent.store.port import ConversationStore, HandoffTicket, Move, TurnEffects, TurnRecord
from agent.turn import Notes, Turn
from agent.understanding.understand import Understanding
from retrieval.release import Release
from tools.backends import BackEnds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShopFloor:
    """Everything bound to one release: a turn lives its whole life on one."""

    release: Release
    profile: ShopProfile
    graph: Any
    """The compiled state machine."""
    adapter_id: str | None = None


class Assistant:
    """Answers customers, one turn at a time per conversation.

    Args:
        floor: gives the floor of the release that is current now.
        backends: the shop's order and logistics back-ends.
        store: the conversation store.
        clock: gives the time, aware.
        max_chars: longer messages are refused.
    """

    def __init__(
        self,
        floor: Callable[[], ShopFloor],
        backends: BackEnds,
        store: ConversationStore,
        clock: Callable[[], datetime],
        max_chars: int = 2000,
    ) -> None:
        self.floor = floor
        self.backends = backends
        self.store = store
        self.clock = clock
        self.max_chars = max_chars
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    async def handle(self, message: CustomerMessage) -> Reply:
        """Answer one message; a message id that was answered before gives the stored reply again.

        Args:
            message: from a channel, with the verified customer id.

        Returns:
            The reply, already stored.

        Raises:
            MessageRefused: too long, garbled, an id used for another text, or another customer's conversation.
            ConversationBusy: another process changed the conversation at the same time.
            StoreError: nothing was stored and nothing was done.
        """
        self._check(message)
        async with self._turn_of(message.conversation_id):
            known = await self.store.find_turn(message.conversation_id, message.message_id)
            if known is not None:
                return _again(message, known)
            return await self._fresh(message)

    def _check(self, message: CustomerMessage) -> None:
        if len(message.text) > self.max_chars:
            raise MessageTooLong(len(message.text), self.max_chars)
        if any(0xD800 <= ord(char) <= 0xDFFF for char in message.text):
            raise MessageGarbled("a lone surrogate")
        if not any(unicodedata.category(char)[0] not in "CZ" for char in message.text):
            raise MessageGarbled("no visible character")

    @asynccontextmanager
    async def _turn_of(self, conversation_id: str) -> AsyncIterator[None]:
        """Hold the conversation: one turn at a time, in the order of arrival."""
        lock, waiting = self._locks.get(conversation_id, (asyncio.Lock(), 0))
        self._locks[conversation_id] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks.pop(conversation_id)
            if waiting > 1:
                self._locks[conversation_id] = (lock, waiting - 1)

    async def _fresh(self, message: CustomerMessage) -> Reply:
        started = time.perf_counter()
        stored = await self.store.load(message.conversation_id)
        state = stored.state if stored else ConversationState(customer_id=message.customer_id)
        version = stored.version if stored else 0
        if state.customer_id != message.customer_id:
            raise ConversationOwnedByAnother(message.conversation_id)
        floor = self.floor()
        turn = self._open(message, floor, state)
        if state.owner == "human":
            done = _Done(_relayed(turn, floor), state.with_exchange(message.text, ""))
        else:
            done = _finished(await self._work(turn, floor), floor)
        before_commit = time.perf_counter()
        reply = _timed(done.reply, commit=0.0, total=before_commit - started)
        effects = _effects(turn, done)
        await self.store.commit(_record(turn, reply, done.trace), done.state, version, done.ticket, effects)
        now = time.perf_counter()
        return _timed(done.reply, commit=now - before_commit, total=now - started)

    def _open(self, message: CustomerMessage, floor: ShopFloor, state: ConversationState) -> Turn:
        now = message.now or self.clock()
        desk = ToolDesk(message.customer_id, self.backends, floor.release.catalogue, now)
        return Turn(
            turn_id=f"t-{uuid.uuid4().hex[:16]}",
            message=message,
            now=now,
            profile=floor.profile,
            release=floor.release,
            state=state,
            understood=Understanding.nothing(message.text),
            desk=desk,
            notes=Notes(),
        )

    async def _work(self, turn: Turn, floor: ShopFloor) -> Work:
        work: Work = {"turn": turn, "context": dialogue_context(turn), "timings": {}}
        finished: Work = await floor.graph.ainvoke(work)
        return finished

    async def conversation(self, conversation_id: str) -> tuple[ConversationState, tuple[TurnRecord, ...]] | None:
        """A conversation with its turns, oldest first; None when there is none."""
        stored = await self.store.load(conversation_id)
        if stored is None:
            return None
        return stored.state, await self.store.turns(conversation_id)  # type: ignore[attr-defined]

    async def aclose(self) -> None:
        """Close the back-ends' connections."""
        await self.backends.aclose()


def _timed(reply: Reply, commit: float, total: float) -> Reply:
    """The reply with its times in milliseconds; the stored one cannot know how long its own commit takes."""
    timings = {**reply.timings_ms, "commit": commit * 1000, "total": total * 1000}
    return replace(reply, timings_ms={name: round(value, 2) for name, value in timings.items()})


def digest(text: str) -> str:
    """SHA-256 of a message's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _again(message: CustomerMessage, known: TurnRecord) -> Reply:
    if known.request.get("customer_id") != message.customer_id:
        raise ConversationOwnedByAnother(message.conversation_id)
    if known.text_digest != digest(message.text):
        raise MessageIdReused(message.conversation_id, message.message_id)
    return replace(known.reply, replayed=True)


def _relayed(turn: Turn, floor: ShopFloor) -> Reply:
    """While a person owns the conversation the bot says nothing."""
    return Reply(
        conversation_id=turn.message.conversation_id,
        message_id=turn.message.message_id,
        turn_id=turn.turn_id,
        reply="",
        outcome="handoff",
        intents=(),
        strategy="handoff",
        owner="human",
        worded_by="human",
        release_id=floor.release.release_id,
    )


@dataclass(frozen=True)
class _Done:
    """A turn worked through, ready to be stored."""

    reply: Reply
    state: ConversationState
    trace: Mapping[str, Any] = field(default_factory=dict)
    ticket: HandoffTicket | None = None


def _finished(work: Work, floor: ShopFloor) -> _Done:
    turn, brief, draft = work["turn"], work["brief"], work["draft"]
    reason = work.get("handoff_reason")
    ticket, passed = _ticket(turn, brief, reason) if reason else (None, None)
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
        handoff=passed,
        worded_by=draft.worded_by,
        release_id=floor.release.release_id,
        adapter_id=floor.adapter_id,
        timings_ms=work["timings"],
    )
    return _Done(reply, remember(turn, reply), _trace(turn, draft), ticket)


def _effects(turn: Turn, done: _Done) -> TurnEffects:
    """The move to a person, where the turn makes one."""
    begin, end = turn.state.stage, done.state.stage
    reason, number = (done.ticket.reason, done.ticket.ticket_id) if done.ticket else ("", None)
    return TurnEffects(() if begin == end else (Move(begin, end, "bot", reason, turn.now, number),))


def _ticket(turn: Turn, brief: Brief, reason: str) -> tuple[HandoffTicket, Handoff]:
    number = handoff.ticket_id(turn.message.conversation_id, turn.turn_id)
    package = handoff.pack(turn, brief, turn.state, reason)
    ticket = HandoffTicket(number, turn.message.conversation_id, reason, package, turn.now)
    notice = handoff.say_notice(turn.profile, turn.now, reason)
    return ticket, Handoff(reason, number, notice, handoff.is_open(turn.profile, turn.now))


def _trace(turn: Turn, draft: Draft) -> Mapping[str, Any]:
    """For people who look into the turn."""
    return {
        "intents": [[score.intent, round(score.confidence, 3), score.clause] for score in turn.understood.intents],
        "abstained": turn.understood.abstained,
        "mood": asdict(turn.understood.mood),
        "passages": [[hit.passage.passage_id, round(hit.score, 3)] for hits in turn.hits.values() for hit in hits],
        "failures": list(turn.notes.failures),
        "rejected": [
            {"draft": text, "findings": [[finding.kind, finding.span] for finding in findings]}
            for text, findings in draft.rejected
        ],
    }


def _record(turn: Turn, reply: Reply, trace: Mapping[str, Any]) -> TurnRecord:
    message = turn.message
    return TurnRecord(
        turn_id=turn.turn_id,
        conversation_id=message.conversation_id,
        message_id=message.message_id,
        text_digest=digest(message.text),
        request={
            "customer_id": message.customer_id,
            "text": message.text,
            "product_id": message.product_id,
            "region": message.region,
            "channel": message.channel,
        },
        reply=reply,
        trace=trace,
        created_at=turn.now,
        shop_id=turn.profile.shop_id,
    )
