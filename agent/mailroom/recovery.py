"""Recovery: what a process left undone when it died is taken up, and writes whose end is not known are asked for."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

from agent.errors import ConversationBusy
from agent.store.port import ActionLedger, ConversationStore, HandoffStore, TurnQueue
from agent.store.receipts import receipt_to_json
from agent.store.records import Action, ActionOutcome, Amendment, Conversation, Move
from tools.backends import BackEnds
from tools.errors import Unavailable
from tools.receipts import ActionStatus

log = logging.getLogger(__name__)

_WORDS: dict[ActionOutcome, str] = {"done": "已办理", "refused": "系统没有通过", "lapsed": "没有送达，未办理"}


class RecoveryStore(ConversationStore, TurnQueue, ActionLedger, HandoffStore, Protocol):
    """What recovery reads and writes."""


class Settlement:
    """Settles writes whose end nobody recorded: at start, and again while a back-end could not say.

    Args:
        store: the ledger and the conversations.
        backends: asked what became of a write, never told to do it.
        clock: gives the time, aware.
    """

    def __init__(self, store: RecoveryStore, backends: BackEnds, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._backends = backends
        self._clock = clock

    async def settle(self) -> int:
        """Ask for the end of each write that has none.

        Writes of a conversation that is being worked at this moment are left to its turn. A write that never arrived is recorded as
        lapsed: when the customer's yes comes again it is sent under the same key. What nobody can tell stays with a person.

        Returns:
            Writes settled.

        Raises:
            StoreError: the ledger could not be read or written.
        """
        settled = 0
        for action in await self._store.unsettled():
            try:
                async with self._store.turn_of(action.conversation_id, 0):
                    settled += await self._settle(action)
            except ConversationBusy:
                continue
        return settled

    async def _settle(self, action: Action) -> bool:
        still = [one for one in await self._store.unsettled() if one.key == action.key]
        found = await self._store.load(action.conversation_id)
        if not still or found is None:
            return False
        try:
            status = await self._backends.orders.action_status(found.state.customer_id, action.key)
        except Unavailable as exc:
            log.warning("the end of action %s is not known yet: %s", action.key, exc)
            return False
        outcome = _outcome(still[0], status)
        if outcome is None:
            return False
        receipt = receipt_to_json(status.receipt) if status.receipt is not None else None
        await self._store.settle(action.key, outcome, receipt)
        if action.outcome == "unknown":
            await self._tell_person(found, action, outcome)
        return True

    async def _tell_person(self, found: Conversation, action: Action, outcome: ActionOutcome) -> None:
        """Leave a note for the person who was asked to look into it."""
        stage, now = found.state.stage, self._clock()
        note = f"{action.tool}：核实结果为{_WORDS[outcome]}。"
        move = Move(stage, stage, "system", "note", now, found.state.ticket_id, note)
        try:
            await self._store.amend(Amendment(found.conversation_id, found.version, found.state, now, (move,)))
        except ConversationBusy:
            again = await self._store.load(found.conversation_id)
            if again is not None:
                await self._tell_person(again, action, outcome)


def _outcome(action: Action, status: ActionStatus) -> Literal["done", "refused", "lapsed"] | None:
    """How an action is settled; None: it stays open."""
    if status.state == "done" and status.receipt is not None:
        return "done"
    if status.state == "refused":
        return "refused"
    # An unknown one was sent: it may still be on its way, so that "never seen" settles nothing.
    return "lapsed" if status.state == "absent" and action.outcome is None else None
