"""Following handoffs: a channel is told each move of a conversation between the bot and people, in order, until it has taken note."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from agent.errors import DeliveryFailed
from agent.mailroom.delivery import FIRST_RETRY_S, LONGEST_RETRY_S, MOST_ATTEMPTS
from agent.store.channels import ChannelMemory, LoggedMove

log = logging.getLogger(__name__)

WORDS_FIRST = timedelta(seconds=20)
"""So long a channel's move waits for what was said before it: the customer reads the notice before a person is there."""
_SWEEP_EVERY = 200
"""Moves told between two sweeps of their marks."""


class Follower(Protocol):
    """A channel that acts on handoffs: opens its own queue, shows a card, takes the conversation back."""

    async def follow(self, logged: LoggedMove) -> None:
        """Act on a move. After a crash the same move comes again: acting twice must be as good as once.

        Raises:
            DeliveryFailed: it was not told; it is told again later, unless that is final.
        """
        ...


@dataclass
class _Failing:
    attempts: int
    again_at: datetime


class Following:
    """Tells a follower the moves; one following a follower runs at a time.

    Args:
        memory: keeps what was told.
        name: of the follower.
        follower: is told.
        clock: gives the time, aware.
        channel: whose conversations; None: all.
    """

    def __init__(
        self,
        memory: ChannelMemory,
        name: str,
        follower: Follower,
        clock: Callable[[], datetime],
        channel: str | None = None,
    ) -> None:
        self._memory = memory
        self._name = name
        self._follower = follower
        self._clock = clock
        self._channel = channel
        self._since = clock()  # a handoff between the opening of a new channel and its first look is told too
        self._failing: dict[str, _Failing] = {}
        self._told = 0

    async def tell(self, limit: int = 100) -> int:
        """Tell what happened since.

        Args:
            limit: moves looked at.

        Returns:
            Moves told.

        Raises:
            StoreError: the log could not be read, or what was told not recorded.
        """
        told, held = 0, set[str]()
        for logged in await self._memory.untold(self._name, limit, self._since):
            if logged.conversation_id in held:
                continue
            if self._channel is not None and logged.channel != self._channel:
                await self._memory.mark_told(self._name, logged)
            elif await self._waits_for_words(logged):
                held.add(logged.conversation_id)
            elif await self._follow(logged):
                await self._memory.mark_told(self._name, logged)
                told += 1
            else:
                held.add(logged.conversation_id)
        await self._sweep(told)
        return told

    async def _waits_for_words(self, logged: LoggedMove) -> bool:
        if self._channel is None or self._clock() - logged.move.at > WORDS_FIRST:
            return False
        return await self._memory.is_speaking(logged.conversation_id)

    async def _follow(self, logged: LoggedMove) -> bool:
        """Tell one move; False: it is told again later."""
        failing = self._failing.get(logged.conversation_id)
        if failing is not None and failing.again_at > self._clock():
            return False
        try:
            await self._follower.follow(logged)
        except DeliveryFailed as exc:
            attempts = failing.attempts + 1 if failing else 1
            named = {"conversation_id": logged.conversation_id}
            if not exc.is_final and attempts < MOST_ATTEMPTS:
                pause = exc.retry_after_s or min(FIRST_RETRY_S * 2 ** (attempts - 1), LONGEST_RETRY_S)
                again_at = self._clock() + timedelta(seconds=pause)
                self._failing[logged.conversation_id] = _Failing(attempts, again_at)
                log.warning("%s was not told of a move to %s: %s", self._name, logged.move.to_stage, exc, extra=named)
                return False
            log.error("%s is not told of a move to %s any more: %s", self._name, logged.move.to_stage, exc, extra=named)
        self._failing.pop(logged.conversation_id, None)
        return True

    async def _sweep(self, told: int) -> None:
        self._told += told
        if self._told >= _SWEEP_EVERY:
            self._told = 0
            await self._memory.sweep(self._name, self._clock())
