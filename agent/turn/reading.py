"""The reading half of a turn: what there is to say, gathered with reads alone."""

import time
from dataclasses import replace

from agent.errors import WriteSuggested
from agent.store.records import Action, ActionOutcome, Json
from agent.turn.context import Turn
from agent.turn.graph import Bench, TurnNodes, Work
from agent.turn.memory import dialogue_context


def reading_nodes(bench: Bench) -> TurnNodes:
    """The steps of a turn that can write nothing to a back-end."""
    return TurnNodes(replace(bench, ledger=_NoLedger()))


async def read_turn(nodes: TurnNodes, turn: Turn) -> Work:
    """Work a turn as far as its evidence.

    Args:
        nodes: of `reading_nodes`.
        turn: opened, not worked.

    Returns:
        The work, with its brief; nothing of it is worded yet.

    Raises:
        WriteSuggested: the turn would carry out an action, because its state waits for a yes.
    """
    work: Work = {"turn": turn, "began": time.perf_counter(), "context": dialogue_context(turn), "timings": {}}
    for step in (nodes.begin, nodes.understand, nodes.retrieve, nodes.act):
        work.update(await step(work))  # type: ignore[typeddict-item]
    return work


class _NoLedger:
    """Stands where writes are recorded before they are sent, so that none can be."""

    async def intend(self, key: str, conversation_id: str, turn_id: str, tool: str, args: Json) -> Action | None:
        raise WriteSuggested(tool)

    async def settle(self, key: str, outcome: ActionOutcome, receipt: Json | None) -> None:
        raise WriteSuggested(key)

    async def unsettled(self) -> tuple[Action, ...]:
        return ()
