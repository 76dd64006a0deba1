"""The caretaker of a running program: takes up what was left undone at start, then looks after handoffs and open writes."""

import asyncio
import logging

from agent.errors import StoreError
from agent.handoff.watch import HandoffWatch
from agent.mailroom.reception import Reception
from agent.mailroom.recovery import Settlement

log = logging.getLogger(__name__)

EVERY_S = 5.0


class Caretaker:
    """Does the rounds of one process; several processes may each have one.

    Args:
        reception: takes up accepted messages that nobody answered.
        settlement: asks for the end of writes that nobody recorded.
        watch: looks after handoffs that nobody takes.
        every_s: between two rounds, in seconds.
        turn_s: how long accepted turns in hand are waited for at the end, in seconds; others stay accepted.
    """

    def __init__(
        self,
        reception: Reception,
        settlement: Settlement,
        watch: HandoffWatch,
        every_s: float = EVERY_S,
        turn_s: float = 30.0,
    ) -> None:
        self._reception = reception
        self._settlement = settlement
        self._watch = watch
        self._every_s = every_s
        self._turn_s = turn_s
        self._rounds: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what a process left undone that died, then do the rounds in the background.

        Raises:
            StoreError: the store cannot be read.
        """
        taken_up = await self._reception.recover()
        if taken_up:
            log.info("%s conversations with unanswered messages are taken up", taken_up)
        self._rounds = asyncio.create_task(self._go())

    async def aclose(self) -> None:
        """Stop the rounds, and finish the accepted turns in hand."""
        if self._rounds is not None:
            self._rounds.cancel()
            await asyncio.gather(self._rounds, return_exceptions=True)
        await self._reception.aclose(self._turn_s)

    async def _go(self) -> None:
        while True:
            try:
                await self._settlement.settle()
                await self._watch.look()
            except StoreError as exc:
                log.warning("the caretaker comes again later: %s", exc)
            await asyncio.sleep(self._every_s)
