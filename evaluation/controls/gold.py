"""An agent that is told per task what to call and say: it proves that each task can be done through the same ports."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from agent.messages import CustomerMessage, Handoff, PendingAction, Reply, Source, ToolUse
from evaluation.controls.back_ends import SeededApis, told_state
from evaluation.controls.gold_calls import Calls
from evaluation.play.case import Agent, Case, Line
from evaluation.records import State, Trace
from evaluation.simulator.phrases import YES
from evaluation.suites.task import Task, TaskAsk
from knowledge.transcripts import ExpectedTool
from tools.backends import BackEnds
from tools.mock_apis.apis import MockApis


class GoldStage:
    """Opens the gold agent for each task.

    Args:
        apis: the back-ends.
    """

    def __init__(self, apis: SeededApis) -> None:
        self._apis = apis

    @asynccontextmanager
    async def open(self, case: Case, trial: int) -> AsyncIterator[Agent]:
        """Open the agent of one task; see `Stage.open`."""
        with self._apis.open(case) as apis:
            backends = apis.in_process()
            try:
                yield GoldAgent(Task.model_validate(case.task), apis, backends)
            finally:
                await backends.aclose()


class GoldAgent:
    """Does one task as it is written.

    Args:
        task: what to call and say.
        apis: the back-ends, for their state at the end.
        backends: the same, as any agent calls them.
    """

    def __init__(self, task: Task, apis: MockApis, backends: BackEnds) -> None:
        self._task = task
        self._apis = apis
        self._calls = Calls(backends, task)
        self._number = 0
        """The ask in hand, from 1."""
        self._said = 0
        """Replies to it so far."""
        self._heard: list[str] = []
        """What the customer said."""
        self._pending: PendingAction | None = None
        self._package: Mapping[str, Any] | None = None

    async def handle(self, message: CustomerMessage, line: Line) -> Reply:
        """Answer one message; see `Agent.handle`."""
        asks = self._task.asks
        self._heard.append(message.text)
        if self._number < len(asks) and message.text == asks[self._number].say:
            self._number, self._said = self._number + 1, 0
        ask = asks[self._number - 1]
        self._said += 1
        uses = await self._calls.read(ask.expect.tools) if self._said == 1 else []
        uses += await self._write(message, ask)
        reply = self._words(message, ask, tuple(uses))
        if self._hands_over(ask):
            return self._hand_over(message, reply)
        return self._propose(message, ask, reply)

    async def _write(self, message: CustomerMessage, ask: TaskAsk) -> list[ToolUse]:
        """Carry out what the customer said yes to, or comes back to."""
        pending = self._pending
        named = any(tool.name == pending.tool for tool in ask.expect.tools) if pending else False
        if pending is None or not (message.text in YES or named):
            return []
        self._pending = None
        return [await self._calls.write(pending.tool, pending.args)]

    def _words(self, message: CustomerMessage, ask: TaskAsk, uses: tuple[ToolUse, ...]) -> Reply:
        outcome = ask.expect.outcome[0] if ask.expect.outcome else "answered"
        return Reply(
            conversation_id=message.conversation_id,
            message_id=message.message_id,
            turn_id=message.message_id,
            reply=ask.gold[min(self._said, len(ask.gold)) - 1],
            outcome=outcome,
            intents=(),
            strategy="inform",
            owner="bot",
            sources=tuple(Source(group[0], "policy", group[0]) for group in ask.expect.sources),
            tools=uses,
            worded_by="gold",
        )

    def _propose(self, message: CustomerMessage, ask: TaskAsk, reply: Reply) -> Reply:
        wanted = ask.expect.proposes
        if wanted is None or message.text in YES or any(use.effect == "write" for use in reply.tools):
            return reply
        if not self._is_told(wanted):
            return replace(reply, outcome="clarify", strategy="clarify")
        change = self._task.confirms.get(wanted.name)  # type: ignore[call-overload]
        is_change = change is not None and message.text == change.say
        if self._pending is not None and not is_change:
            return reply
        self._pending = self._pending_action(message, wanted)
        if is_change and self._is_taken_up_later(wanted.name):
            return reply
        said = ask.gold[0] if is_change else reply.reply
        return replace(reply, reply=said, outcome="clarify", strategy="confirm", pending_action=self._pending)

    def _is_told(self, wanted: ExpectedTool) -> bool:
        """Whether the customer has said what the write needs; while a change of mind is to come, it is taken for said."""
        address = wanted.args.get("address")
        change = self._task.confirms.get(wanted.name)  # type: ignore[call-overload]
        is_coming = change is not None and change.say is not None
        return address is None or is_coming or any(str(address) in said for said in self._heard)

    def _is_taken_up_later(self, tool: str) -> bool:
        """Whether a later ask comes back to the proposal, so that this one may be left open."""
        return any(one.name == tool for ask in self._task.asks[self._number :] for one in ask.expect.tools)

    def _pending_action(self, message: CustomerMessage, wanted: ExpectedTool) -> PendingAction:
        args = self._calls.complete(wanted)
        digest = hashlib.sha256(json.dumps([wanted.name, args], sort_keys=True).encode()).hexdigest()
        return PendingAction(wanted.name, args, digest, wanted.name, message.message_id)

    def _hands_over(self, ask: TaskAsk) -> bool:
        expected = self._task.handoff
        return expected is not None and expected.ask == self._number and self._said >= len(ask.gold)

    def _hand_over(self, message: CustomerMessage, reply: Reply) -> Reply:
        expected = self._task.handoff
        if expected is None:
            return reply
        needed = [group[0] for group in expected.package]
        self._package = {"ask": message.text, "customer_id": message.customer_id, "needed": needed}
        service_open = expected.open is not False
        passed = Handoff(expected.reason[0], f"h-{message.message_id}", reply.reply, service_open)
        return replace(reply, outcome="handoff", strategy="handoff", owner="human", handoff=passed)

    async def trace(self, message: CustomerMessage) -> Trace:
        """What the person reads, after a handover; see `Agent.trace`."""
        return Trace(package=self._package)

    def state(self) -> State:
        """What the back-ends hold; see `Agent.state`."""
        return told_state(self._apis)
