"""The feed of a conversation: what its customer has not seen yet, each message let out right before it is shown."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime

from agent.errors import StoreError
from agent.store.mail import Outbox
from agent.store.visible import Cursor, Standing, View, VisibleThread
from channels.http.events import event
from channels.webchat.streams import Line
from channels.webchat.wire import StateTold, message_of, written

LOOK_EVERY_S = 1.0
"""How soon what another process or a person wrote is seen."""
BEAT_EVERY_S = 15.0
"""A line without words tells the reader, and every proxy between, that the stream is alive."""
LONGEST_S = 900.0
"""Then the reader comes again, with a token that is still good."""
_AGAIN = 4
_NOBODY = Standing("", "bot")


class Feed:
    """Reads conversations for their customers.

    Args:
        thread: what they may see.
        outbox: holds what waits for them.
        clock: gives the time, aware.
        is_open: whether people are on duty now.
    """

    def __init__(
        self,
        thread: VisibleThread,
        outbox: Outbox,
        clock: Callable[[], datetime],
        is_open: Callable[[], bool],
    ) -> None:
        self.thread = thread
        self._outbox = outbox
        self._clock = clock
        self._is_open = is_open

    async def look(self, conversation_id: str, cursor: Cursor) -> View | None:
        """What is new after a cursor, with at most one message let out for this look; None: there is no such conversation.

        Raises:
            StoreError: the store could not be read or written.
        """
        view = await self.thread.since(conversation_id, cursor)
        for _ in range(_AGAIN):
            if view is None or view.unsent is None:
                break
            release = await self._outbox.release(view.unsent, self._clock())
            if release.verdict == "wait":
                break
            let_out = view.unsent if release.verdict == "send" else None
            view = await self.thread.since(conversation_id, cursor, let_out)
            if let_out is not None:
                break
        return view

    def state(self, standing: Standing) -> StateTold:
        """Who has the conversation."""
        return StateTold.of(standing, service_open=self._is_open())

    async def follow(self, conversation_id: str, cursor: Cursor, line: Line) -> AsyncIterator[str]:
        """Tell what comes, as server-sent events, until the line ends.

        Args:
            conversation_id: of a customer who may see it.
            cursor: what the reader has seen.
            line: rings when there may be something.
        """
        told: StateTold | None = None
        began = quiet = time.monotonic()
        view, pulse = View(_NOBODY, (), cursor), None
        while True:
            try:
                seen, pulse = pulse, await self.thread.pulse(conversation_id)
                if pulse != seen or view.unsent is not None:
                    view = await self.look(conversation_id, view.cursor) or view
            except StoreError:
                return  # the reader comes again with its cursor
            if pulse is None:
                return
            state = self.state(view.standing)
            if view.entries or state != told:
                for one in _told(view, state if state != told else None):
                    yield one
                view, told, quiet = replace(view, entries=()), state, time.monotonic()
                continue
            if line.is_ended or time.monotonic() - began > LONGEST_S:
                return
            if time.monotonic() - quiet >= BEAT_EVERY_S:
                quiet = time.monotonic()
                yield ":\n\n"
            await line.wait(LOOK_EVERY_S)


def _told(view: View, state: StateTold | None) -> Iterator[str]:
    """What is new, in the order in which it is understood: who comes before their words, who leaves after them."""
    change = [] if state is None else [event(state.model_dump(mode="json"), "state")]
    comes = state is not None and state.owner == "person"
    if comes:
        yield from change
    for entry in view.entries:
        yield event(message_of(entry), "message", written(entry.cursor) if entry.cursor else None)
    if not comes:
        yield from change
