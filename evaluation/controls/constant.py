"""Agents that answer every message alike: one refuses, one hands over."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from agent.messages import CustomerMessage, Handoff, Reply
from evaluation.controls.back_ends import SeededApis, told_state
from evaluation.play.case import Agent, Case, Line
from evaluation.records import State, Trace
from tools.mock_apis.apis import MockApis

REFUSAL = "抱歉，这个问题我没有办法回答您。"
NOTICE = "非常抱歉，已经为您转接人工客服，请稍等，同事会看到我们之前的对话。"

Rule = Callable[[CustomerMessage], Reply]
"""Makes the reply to a message of the message alone."""


def refuse(message: CustomerMessage) -> Reply:
    """Refuse politely, whatever is asked."""
    return Reply(
        conversation_id=message.conversation_id,
        message_id=message.message_id,
        turn_id=message.message_id,
        reply=REFUSAL,
        outcome="declined",
        intents=("out_of_scope",),
        strategy="decline",
        owner="bot",
        worded_by="control",
    )


def hand_over(reason: str) -> Rule:
    """Make a rule that hands everything to a person at once.

    Args:
        reason: the code that is always given.
    """

    def rule(message: CustomerMessage) -> Reply:
        passed = Handoff(reason, f"h-{message.message_id}", NOTICE, service_open=True)
        said = replace(refuse(message), reply=NOTICE, outcome="handoff", strategy="handoff", intents=("human",))
        return replace(said, owner="human", handoff=passed)

    return rule


class ConstantStage:
    """Opens an agent of one rule for each case.

    Args:
        apis: the back-ends.
        rule: answers.
    """

    def __init__(self, apis: SeededApis, rule: Rule) -> None:
        self._apis = apis
        self._rule = rule

    @asynccontextmanager
    async def open(self, case: Case, trial: int) -> AsyncIterator[Agent]:
        """Open the agent of one case; see `Stage.open`."""
        with self._apis.open(case) as apis:
            yield ConstantAgent(self._rule, apis)


class ConstantAgent:
    """Answers by a rule; the back-ends are there and stay untouched.

    Args:
        rule: answers.
        apis: the back-ends of the case.
    """

    def __init__(self, rule: Rule, apis: MockApis) -> None:
        self._rule = rule
        self._apis = apis

    async def handle(self, message: CustomerMessage, line: Line) -> Reply:
        """Answer one message; see `Agent.handle`."""
        return self._rule(message)

    async def trace(self, message: CustomerMessage) -> Trace:
        """A person who takes over reads the customer's words, as with any agent that only passes on; see `Agent.trace`."""
        if self._rule(message).handoff is None:
            return Trace()
        return Trace(package={"ask": message.text, "customer_id": message.customer_id})

    def state(self) -> State:
        """What the back-ends hold; see `Agent.state`."""
        return told_state(self._apis)
