"""The one public door: a customer's message in, a reply out, durable before it is told."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from agent.errors import ConversationBusy, ConversationOwnedByAnother, MessageIdReused
from agent.floor import ShopFloor
from agent.guard.form import check_form
from agent.mailroom.bursts import Burst, digest, one_by_one, pause_s, single, together
from agent.messages import CustomerMessage, Reply, ToolUse
from agent.state import ConversationState
from agent.store.mail import Accepted, WaitingMessage
from agent.store.port import Store
from agent.store.records import Conversation, TurnEffects, TurnRecord
from agent.turn.context import Turn
from agent.turn.graph import Work
from agent.turn.memory import dialogue_context
from agent.turn.outcome import Done, finished, given_up, record, relayed, turn_id_of
from agent.watching import NoWatch, TurnWatch
from tools.backends import BackEnds

_COMMITS = 4
"""How often a turn is worked when others change its conversation meanwhile."""


@dataclass(frozen=True)
class Pace:
    """How messages of one conversation are taken."""

    burst_s: float = 0.0
    """Messages within so many seconds of each other are answered once, together; 0: each by itself."""
    outbox_burst_s: float = 0.0
    """The same for messages whose reply goes to the outbox: nobody waits for the response."""
    wait_s: float = 60.0
    """How long a message waits for the turns before it, in seconds."""

    def window_s(self, waiting: Sequence[WaitingMessage]) -> float:
        """The window in which the oldest accepted message is answered together with others, in seconds."""
        by_outbox = bool(waiting) and waiting[0].delivery == "outbox"
        return self.outbox_burst_s if by_outbox else self.burst_s


class Assistant:
    """Answers customers, one turn at a time per conversation, in the order of their messages.

    Args:
        floor: gives the floor of a customer: of the release that is current now, in the arm of an experiment that they are in.
        backends: the shop's order and logistics back-ends.
        store: the conversation store.
        clock: gives the time, aware.
        max_chars: longer messages are refused.
        pace: bursts and patience.
        watch: is told of each turn; None: nobody.
    """

    def __init__(
        self,
        floor: Callable[[str], ShopFloor],
        backends: BackEnds,
        store: Store,
        clock: Callable[[], datetime],
        max_chars: int = 2000,
        pace: Pace | None = None,
        watch: TurnWatch | None = None,
    ) -> None:
        self.floor = floor
        self.backends = backends
        self.store = store
        self.clock = clock
        self.max_chars = max_chars
        self.pace = pace or Pace()
        self.watch = watch or NoWatch()
        self._in_hand: defaultdict[str, list[str]] = defaultdict(list)

    async def handle(self, message: CustomerMessage) -> Reply:
        """Answer one message; a message id that was answered before gives the stored reply again.

        Where nobody stands before it, the message is worked at once. Else it is accepted durably first, which settles its place.

        Args:
            message: from a channel, with the verified customer id.

        Returns:
            The reply, already stored.

        Raises:
            MessageRefused: too long, garbled, an id used for another text, or another customer's conversation.
            ConversationBusy: the turns before it took too long.
            StoreError: nothing was stored and nothing was done.
        """
        check_form(message.text, self.max_chars)
        in_hand = self._in_hand[message.conversation_id]
        is_first, is_again = not in_hand, message.message_id in in_hand
        in_hand.append(message.message_id)
        try:
            reply = await self._at_once(message, in_hand) if is_first and not self.pace.burst_s else None
            return reply or await self._in_line(message, is_again=is_again)
        finally:
            in_hand.remove(message.message_id)
            if not in_hand:
                del self._in_hand[message.conversation_id]

    async def accept(self, message: CustomerMessage) -> Accepted:
        """Take a message on: once this returns it is durable, and `work` answers it through the outbox.

        Raises:
            MessageRefused: as `handle`; nothing was stored.
            StoreError: the message is not accepted.
        """
        check_form(message.text, self.max_chars)
        return await self.store.accept(message, digest(message.text), "outbox")

    async def work(self, conversation_id: str) -> int:
        """Answer what was accepted in a conversation, in order.

        Returns:
            Turns worked.

        Raises:
            ConversationBusy: somebody else works on it.
            StoreError: what was not stored waits on.
        """
        await self.let_grow(conversation_id)
        worked = 0
        async with self.store.turn_of(conversation_id, self.pace.wait_s):
            while await self._work_next(conversation_id):
                worked += 1
        return worked

    async def give_up(self, conversation_id: str, why: str) -> None:
        """Hand a conversation to a person because the oldest accepted message cannot be worked, however often it is tried.

        Args:
            conversation_id: the conversation.
            why: the failure, for people.
        """
        started = time.perf_counter()
        async with self.store.turn_of(conversation_id, self.pace.wait_s):
            waiting = await self.store.waiting(conversation_id)
            if not waiting:
                return
            burst, conversation = one_by_one(waiting[0]), await self.store.load(conversation_id)
            floor, turn, version = self._opened(burst, conversation)
            with self.watch.turn(turn, _waited_s(waiting[0])):
                is_kept = turn.state.owner == "human"
                done = relayed(turn, floor) if is_kept else given_up(turn, floor, why)
                await self._stored(turn, burst, done, version, started)

    async def _at_once(self, message: CustomerMessage, in_hand: Sequence[str]) -> Reply | None:
        """Work a message that nobody stands before; None: others do, from another process or a time before this one."""
        started = time.perf_counter()
        try:
            async with self.store.turn_of(message.conversation_id, 0):
                opening = await self.store.opening(message.conversation_id, message.message_id)
                if opening.turn is not None:
                    return _again(message, opening.turn)
                if not set(opening.waiting) <= set(in_hand) - {message.message_id}:
                    return None
                waited_s = time.perf_counter() - started
                return await self._answer(single(message), opening.conversation, started, waited_s)
        except ConversationBusy:
            return None

    async def _in_line(self, message: CustomerMessage, *, is_again: bool) -> Reply:
        """Accept a message and wait until it is answered, by whomever; who gets the turn works what stands before."""
        place = (message.conversation_id, message.message_id)
        accepted = await self.store.accept(message, digest(message.text), "response")
        if accepted.turn is not None:
            return _again(message, accepted.turn)
        await self.let_grow(message.conversation_id)
        async with self.store.turn_of(message.conversation_id, self.pace.wait_s):
            while True:
                known = await self.store.find_turn(*place)
                if known is not None:
                    return replace(_again(message, known), replayed=is_again or not accepted.is_new)
                worked = await self._work_next(message.conversation_id)
                if worked is not None and worked.message_id == message.message_id:
                    return worked

    async def let_grow(self, conversation_id: str) -> None:
        """Wait until the customer has stopped writing for a moment, as long as a burst may last."""
        while self.pace.burst_s or self.pace.outbox_burst_s:
            waiting = await self.store.waiting(conversation_id)
            pause = pause_s(waiting, self.pace.window_s(waiting), datetime.now(UTC))
            if not pause:
                return
            await asyncio.sleep(pause)

    async def _work_next(self, conversation_id: str) -> Reply | None:
        """Answer what was accepted first; None: nothing waits."""
        started = time.perf_counter()
        waiting = await self.store.waiting(conversation_id)
        if not waiting:
            return None
        conversation = await self.store.load(conversation_id)
        if conversation is not None and conversation.state.owner == "human":
            return await self._answer(one_by_one(waiting[0]), conversation, started, _waited_s(waiting[0]))
        burst = together(waiting, self.pace.window_s(waiting), self.max_chars)
        covered = await self.store.find_turn(conversation_id, waiting[0].covers) if waiting[0].covers else None
        if covered is not None and conversation is not None:
            asked = f"{covered.request['text']}\n{burst.message.text}"
            joined = burst.joined + int(str(covered.request.get("joined", 1)))
            burst = replace(burst, message=replace(burst.message, text=asked), joined=joined)
            conversation = replace(conversation, state=conversation.state.without_last_exchange())
        return await self._answer(burst, conversation, started, _waited_s(waiting[0]))

    async def _answer(self, burst: Burst, conversation: Conversation | None, started: float, waited_s: float) -> Reply:
        """Work one turn and store it; begun anew when a person or another process changed the conversation meanwhile."""
        earlier: tuple[ToolUse, ...] = ()
        message, began = burst.message, started - (waited_s if burst.told else 0.0)
        for _ in range(_COMMITS):
            floor, turn, version = self._opened(burst, conversation)
            with self.watch.turn(turn, waited_s):
                if turn.state.owner == "human":
                    done = relayed(turn, floor, earlier)
                else:
                    done = finished(await self._played(turn, floor, began), floor)
                with suppress(ConversationBusy):
                    return await self._stored(turn, burst, done, version, started)
            known = await self.store.find_turn(message.conversation_id, message.message_id)
            if known is not None:
                return replace(known.reply, replayed=True)
            earlier += done.writes
            conversation = await self.store.load(message.conversation_id)
        raise ConversationBusy(message.conversation_id)

    async def _stored(self, turn: Turn, burst: Burst, done: Done, version: int, started: float) -> Reply:
        """Store a turn; gives the reply with all its times."""
        worked = time.perf_counter()
        kept = record(turn, burst, _timed(done.reply, 0.0, worked - started), done.trace)
        effects = TurnEffects(done.moves, burst.earlier, burst.joined, burst.told)
        await self.store.commit(kept, done.state, version, done.ticket, effects)
        now = time.perf_counter()
        reply = _timed(done.reply, now - worked, now - started)
        self.watch.stored(kept, reply)
        return reply

    def _opened(self, burst: Burst, conversation: Conversation | None) -> tuple[ShopFloor, Turn, int]:
        """A turn as it begins, on the current release, with the version that its commit must find."""
        message, floor = burst.message, self.floor(burst.message.customer_id)
        state = conversation.state if conversation else ConversationState(customer_id=message.customer_id)
        version = conversation.version if conversation else 0
        if state.customer_id != message.customer_id:
            raise ConversationOwnedByAnother(message.conversation_id)
        if burst.seen_version is not None and burst.seen_version < version and state.pending is not None:
            # Written before the proposal was read: a bare yes in it means something else.
            state = replace(state, pending=None, parked=state.pending)
        turn_id = turn_id_of(message.conversation_id, message.message_id)
        turn = floor.open_turn(turn_id, message, state, message.now or self.clock(), self.backends)
        return floor, turn, version

    @staticmethod
    async def _played(turn: Turn, floor: ShopFloor, began: float) -> Work:
        work: Work = {"turn": turn, "began": began, "context": dialogue_context(turn), "timings": {}}
        played: Work = await floor.graph.ainvoke(work)
        return played

    async def conversation(self, conversation_id: str) -> tuple[ConversationState, tuple[TurnRecord, ...]] | None:
        """A conversation with its turns, oldest first; None when there is none."""
        stored = await self.store.load(conversation_id)
        if stored is None:
            return None
        return stored.state, await self.store.turns(conversation_id)

    async def aclose(self) -> None:
        """Close the back-ends' connections."""
        await self.backends.aclose()


def _waited_s(message: WaitingMessage) -> float:
    """How long an accepted message has waited, in seconds."""
    return max(0.0, (datetime.now(UTC) - message.accepted_at).total_seconds())


def _timed(reply: Reply, commit: float, total: float) -> Reply:
    """The reply with its times in milliseconds; the stored one cannot know how long its own commit takes."""
    timings = {**reply.timings_ms, "commit": commit * 1000, "total": total * 1000}
    return replace(reply, timings_ms={name: round(value, 2) for name, value in timings.items()})


def _again(message: CustomerMessage, known: TurnRecord) -> Reply:
    if known.request.get("customer_id") != message.customer_id:
        raise ConversationOwnedByAnother(message.conversation_id)
    if known.text_digest != digest(message.text):
        raise MessageIdReused(message.conversation_id, message.message_id)
    return replace(known.reply, replayed=True)
