"""Playing one case to its end and keeping what happened."""

import hashlib
from dataclasses import replace

from agent.messages import CustomerMessage, PendingAction, Reply
from evaluation.play.case import Agent, Case, Line, Script, Stage
from evaluation.play.grounding import Grounding
from evaluation.play.states import what_changed
from evaluation.records import PlayedCase, PlayedTurn, Stopped

GUEST = "replay-guest"
"""Who speaks where a case names no customer."""


class Player:
    """Plays cases.

    Args:
        stage: gives each case an agent.
        grounding: looks for what a reply must not show and for claims from nowhere.
    """

    def __init__(self, stage: Stage, grounding: Grounding) -> None:
        self._stage = stage
        self._grounding = grounding

    async def play(self, case: Case, trial: int = 1) -> PlayedCase:
        """Play one case.

        Args:
            case: what is played.
            trial: from 1.

        Returns:
            Everything that happened. Ids made up while playing are replaced by ones that are the same in every run.

        Raises:
            NoBackEnds: the pack has no data for mocked back-ends.
        """
        script = case.script(trial)
        async with self._stage.open(case, trial) as agent:
            before = agent.state()
            turns, stopped = await self._talk(agent, script, case, trial)
            seen = what_changed(before, agent.state(), case.expected_after)
        return PlayedCase(
            case_id=case.case_id,
            origin=case.origin,
            turns=tuple(turns),
            stopped=stopped,
            trial=trial,
            family=case.family,
            split=case.split,
            tags=case.tags,
            customer_id=case.customer_id or GUEST,
            now=case.now,
            before=seen.before,
            after=seen.after,
            expected_after=seen.expected,
            task=case.task,
        )

    async def _talk(self, agent: Agent, script: Script, case: Case, trial: int) -> tuple[list[PlayedTurn], Stopped]:
        turns: list[PlayedTurn] = []
        while len(turns) < case.max_turns:
            line = await script.next(turns)
            if not isinstance(line, Line):
                return turns, line
            turns.append(await self._turn(agent, line, case, trial, turns))
            if turns[-1].crash:
                return turns, "crashed"
        return turns, "too_long"

    async def _turn(self, agent: Agent, line: Line, case: Case, trial: int, earlier: list[PlayedTurn]) -> PlayedTurn:
        number = len(earlier) + 1
        message = CustomerMessage(
            conversation_id=conversation_id(case, trial),
            message_id=f"m-{number}",
            customer_id=case.customer_id or GUEST,
            text=line.text,
            product_id=case.product_id,
            region=case.region,
            channel="replay",
            now=case.now,
        )
        played = PlayedTurn(number, line.text, None, line.expect, line.reference)
        try:
            reply = await agent.handle(message, line)
        except Exception as exc:  # noqa: BLE001 - the case boundary: a crash is a result of its own kind
            return replace(played, crash=f"{type(exc).__name__}: {exc}")
        asked = [*(turn.customer for turn in earlier), line.text]
        return replace(
            played,
            reply=_same_ids(reply, case, number, earlier),
            trace=await agent.trace(message),
            foreign=self._grounding.foreign(message.customer_id, asked, reply),
            claims=self._grounding.claims(message.customer_id, asked, reply, case.now),
        )


def conversation_id(case: Case, trial: int) -> str:
    """The id of a case's conversation: any case id fits into it, and it is the same in every run."""
    return f"replay-{hashlib.sha256(case.case_id.encode()).hexdigest()[:16]}-{trial}"


def _same_ids(reply: Reply, case: Case, number: int, earlier: list[PlayedTurn]) -> Reply:
    """The reply with the turn's number in the place of ids that are random."""
    pending, passed = reply.pending_action, reply.handoff
    return replace(
        reply,
        conversation_id=case.case_id,
        message_id=f"m-{number}",
        turn_id=f"t-{number}",
        pending_action=replace(pending, turn_id=_proposed(pending, number, earlier)) if pending else None,
        handoff=replace(passed, ticket_id=f"h-{number}") if passed else None,
    )


def _proposed(pending: PendingAction, number: int, earlier: list[PlayedTurn]) -> str:
    """The turn that first proposed an action that still waits."""
    first = number
    for turn in reversed(earlier):
        held = turn.reply.pending_action if turn.reply else None
        if held is None or held.args_hash != pending.args_hash:
            break
        first = turn.number
    return f"t-{first}"
