"""One conversation between a customer, the bot, people, crashes and the clock, with an independent model of what must hold."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from agent.assistant import Assistant
from agent.errors import DeliveryFailed
from agent.handoff.errors import HandoffError
from agent.handoff.people import PeopleDesk
from agent.handoff.watch import HandoffWatch
from agent.mailroom.delivery import Delivery
from agent.mailroom.reception import Reception
from agent.messages import CustomerMessage, Reply
from agent.store.mail import OutgoingMessage
from agent.store.records import TurnRecord
from benchmarks.scripted_shop import ENDS, FAILURES, MORNING, PROFILE, World, ends_of

PEOPLE = ("小王", "小李")


class HandoffMachine(RuleBasedStateMachine):
    """One conversation, with a model of it that knows nothing of the code."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.number = next(self.world.numbers)
        self.conversation_id = f"c-{self.number}"
        self.now = MORNING
        self.stage, self.ticket, self.person = "bot", "", ""
        self.failed, self.angry = 0, 0
        self.written: list[str] = []
        self.turns_seen = 0
        self.sent: list[OutgoingMessage] = []
        self.stale: set[str] = set()
        self.by_person: list[str] = []
        self.replies: dict[str, Reply] = {}
        self.fails = False
        self._parts()

    def _parts(self) -> None:
        store, clock, floor = self.world.store, lambda: self.now, self.world.floor
        self.assistant = Assistant(lambda customer_id: floor, None, store, clock)  # type: ignore[arg-type]
        self.reception = Reception(self.assistant)
        self.desk = PeopleDesk(store, clock)
        self.watch = HandoffWatch(store, lambda: PROFILE, clock)
        self.delivery = Delivery(store, self.conversation_id, self, clock)

    async def send(self, message: OutgoingMessage) -> None:
        """The channel: checks for itself that no word of the bot goes out while a person owns the conversation."""
        if message.kind != "person":
            assert self.stage != "human", f"the bot said {message.text!r} to a customer of {self.person}"
            assert message.message_id not in self.stale, f"{message.text!r} was sent after a person had taken over"
        if self.fails:
            raise DeliveryFailed(message.message_id, "down", retry_after_s=1)
        self.sent.append(message)

    def _message(self, end: str) -> CustomerMessage:
        text = f"{len(self.written)} {end}"
        self.written.append(text)
        place = (self.conversation_id, f"m-{len(self.written)}", "u-1")
        return CustomerMessage(*place, text, channel=self.conversation_id)

    @rule(end=st.sampled_from(ENDS))
    def says(self, end: str) -> None:
        """The customer writes and waits for the reply."""
        message = self._message(end)
        self.replies[message.message_id] = self.world.run(self.assistant.handle(message))
        self._follow()

    @rule(end=st.sampled_from(ENDS), end_too=st.sampled_from(ENDS))
    def says_two_at_once(self, end: str, end_too: str) -> None:
        """Two messages at the same moment, on two connections."""
        one, two = self._message(end), self._message(end_too)

        async def both() -> list[Reply]:
            return await asyncio.gather(self.assistant.handle(one), self.assistant.handle(two))

        self.replies |= {reply.message_id: reply for reply in self.world.run(both())}
        self._follow()

    @rule(ends=st.lists(st.sampled_from(ENDS), min_size=1, max_size=3), dies=st.booleans())
    def writes(self, ends: list[str], dies: bool) -> None:
        """A channel accepts messages that are answered later, or by the next process."""
        self.world.run(self._accept([self._message(end) for end in ends], dies))
        if dies:
            self._restarted()
        self._follow()

    async def _accept(self, messages: list[CustomerMessage], dies: bool) -> None:
        for message in messages:
            await (self.assistant.accept(message) if dies else self.reception.accept(message))
        await self.reception.rest()

    @precondition(lambda self: self.replies)
    @rule()
    def repeats(self) -> None:
        """A client sends its message again."""
        message_id, before = list(self.replies.items())[-1]
        text = self.written[int(message_id[2:]) - 1]
        again = CustomerMessage(self.conversation_id, message_id, "u-1", text, channel=self.conversation_id)
        reply = self.world.run(self.assistant.handle(again))
        assert (reply.reply, reply.turn_id, reply.replayed) == (before.reply, before.turn_id, True)

    @rule(person=st.sampled_from(PEOPLE), end=st.sampled_from(ENDS))
    def steps_in_while_the_bot_works(self, person: str, end: str) -> None:
        """A person takes the conversation in the middle of a turn."""
        if not self.written or self.stage in ("queued", "human"):
            return

        async def step_in() -> None:
            await self._note_unsent()
            ticket = await self.desk.take_over(self.conversation_id, person)
            self._taken(ticket.ticket_id, person)

        self.world.graph.meanwhile = step_in
        message = self._message(end)
        reply = self.world.run(self.assistant.handle(message))
        assert reply.reply == "", f"the bot said {reply.reply!r} to a customer of {person}"
        self.replies[message.message_id] = reply
        self._follow()

    @precondition(lambda self: self.stage == "queued")
    @rule(person=st.sampled_from(PEOPLE))
    def takes(self, person: str) -> None:
        """A person takes the ticket."""
        self.world.run(self._note_unsent())
        self.world.run(self.desk.take(self.ticket, person))
        self._taken(self.ticket, person)

    async def _note_unsent(self) -> None:
        """What the bot had not sent when a person took over must never be sent, not even when it has the conversation back."""
        unsent = await self.world.store.unsent(channel=self.conversation_id)
        self.stale |= {message.message_id for message in unsent if message.kind != "person" and not message.attempts}

    def _taken(self, ticket: str, person: str) -> None:
        self.stage, self.ticket, self.person = "human", ticket, person
        self.failed, self.angry = 0, 0

    @precondition(lambda self: self.stage == "human")
    @rule(what=st.sampled_from(("reply", "reply", "note", "pass_on", "give_back", "close", "other")))
    def works(self, what: str) -> None:
        """The person does something."""
        if what == "other":
            other = next(name for name in PEOPLE if name != self.person)
            with suppress(HandoffError):
                self.world.run(self.desk.give_back(self.ticket, other))
                raise AssertionError(f"{other} gave back what {self.person} has")
        elif what == "reply":
            text = f"人工{len(self.by_person)}"
            self.by_person.append(text)
            for is_new in (True, False):
                assert self.world.run(self.desk.reply(self.ticket, self.person, text, text)) is is_new
        elif what == "note":
            self.world.run(self.desk.note(self.ticket, self.person, "私下说"))
        elif what == "pass_on":
            self.world.run(self.desk.pass_on(self.ticket, self.person, "主管"))
            self.stage = "queued"
        else:
            leave = self.desk.give_back if what == "give_back" else self.desk.close
            self.world.run(leave(self.ticket, self.person))
            self.stage = "returning" if what == "give_back" else "closed"

    @rule(hours=st.sampled_from((0.01, 0.04, 0.5, 6, 12)))
    def time_passes(self, hours: float) -> None:
        """Time passes and the watch looks: nobody waits unseen after that."""
        self.now += timedelta(hours=hours)
        self.world.run(self.watch.look())
        assert self.world.run(self.world.store.due_tickets(self.now)) == ()

    @rule(fails=st.booleans())
    def delivers(self, fails: bool) -> None:
        """The channel sends what it may."""
        self.fails = fails
        self.world.run(self.delivery.deliver())
        self.now += timedelta(seconds=2)

    @rule()
    def dies_while_sending(self) -> None:
        """A message is released and the process dies before the channel has it."""
        for message in self.world.run(self.world.store.unsent(1, self.conversation_id)):
            self.world.run(self.world.store.release(message.message_id, self.now))
        self._restarted()
        self._follow()

    @rule()
    def restarts(self) -> None:
        """The process ends and another one starts."""
        self._restarted()
        self._follow()

    def _restarted(self) -> None:
        self.world.restart()
        self._parts()

        async def recover() -> None:
            await self.reception.recover()
            await self.reception.rest()

        self.world.run(recover())

    def _follow(self) -> None:
        """Let the model live through the turns that were stored since the last look."""
        turns = self.world.run(self.world.store.turns(self.conversation_id))
        for turn in turns[self.turns_seen :]:
            self._judge(turn)
        self.turns_seen = len(turns)
        found = self.world.run(self.world.store.load(self.conversation_id))
        assert found is None or found.state.stage == self.stage

    def _judge(self, turn: TurnRecord) -> None:
        """Whether a turn was silent when it had to be, and handed over exactly when a person was due."""
        if self.stage in ("queued", "human"):
            assert (turn.reply.reply, turn.reply.handoff) == ("", None)
            return
        reason = self._due(set(ends_of(str(turn.request["text"]))))
        found = turn.reply.handoff.reason if turn.reply.handoff else None
        assert found == reason, f"{turn.request['text']!r}: {found} in place of {reason}"
        if reason is not None and turn.reply.handoff is not None:
            self.stage, self.ticket = "queued", turn.reply.handoff.ticket_id
        else:
            self.stage = "offering" if "转人工" in turn.reply.reply else "bot"

    def _due(self, ends: set[str]) -> str | None:
        failures = ends & FAILURES
        self.tool = "tool" in failures or (self.failed > 0 and getattr(self, "tool", False))
        self.failed = self.failed + 1 if failures or ends & {"angry", "furious"} else 0
        self.angry += bool(ends & {"angry", "furious"})
        if "asks" in ends:
            return "requested"
        if "furious" in ends or ("angry" in ends and self.angry >= 2):
            return "anger"
        if self.failed >= 2:
            return "tool_outage" if self.tool else "unresolved"
        return None

    def teardown(self) -> None:
        """At the end everything is delivered, nothing twice, nothing lost, in order."""
        try:
            self._restarted()
            self._follow()
            self._sent_in_order()
            self._kept_in_order()
        finally:
            super().teardown()

    def _sent_in_order(self) -> None:
        self.fails = False
        for _ in range(20):
            self.now += timedelta(minutes=6)
            if not self.world.run(self.delivery.deliver()):
                break
        assert self.world.run(self.world.store.unsent(channel=self.conversation_id)) == ()
        ids = [message.message_id for message in self.sent]
        assert len(ids) == len(set(ids))
        assert [message.text for message in self.sent if message.kind == "person"] == self.by_person

    def _kept_in_order(self) -> None:
        thread = self.world.run(self.desk.thread(self.conversation_id))
        kept = [line for entry in thread if entry.role == "customer" for line in entry.text.splitlines()]
        assert list(dict.fromkeys(kept)) == self.written
        moves = [move for move in self.world.run(self.desk.moves(self.conversation_id)) if move.reason != "note"]
        assert all(one.to_stage == two.from_stage for one, two in pairwise(moves))
        assert not moves or (moves[0].from_stage, moves[-1].to_stage) == ("bot", self.stage)
        closed = [move.ticket_id for move in moves if move.reason == "people_went_home"]
        assert len(closed) == len(set(closed))
