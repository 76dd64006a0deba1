"""``/console/api/changes``: whether anything changed. Asked with the last mark, it answers as soon as there is another one.

Nothing is kept between two requests and nothing is told from one process to another: each looks at the store.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from agent.store.overview import Overview, Wanted
from channels.console.sign_in import StaffDoor
from channels.console.wire import ERRORS, MOST_WITH_PEOPLE, RowTold, Told
from channels.opening import OpenShop
from channels.webchat.streams import Streams

LOOK_EVERY_S = 1.0
"""How often the store is asked while a request waits, in seconds."""
HELD_S = 5.0
"""How long a request waits, in seconds: proxies and browsers leave it open so long."""


class ChangesTold(Told):
    """How things stand."""

    now: AwareDatetime
    mark: str
    """Another one than before when anything changed."""
    waiting: list[str]
    """Ids of the handoffs that wait for a person, oldest first."""
    unanswered: list[str]
    """Conversations of whoever asks in which the customer waits for their answer."""


class ChangeRoutes:
    """Telling of changes.

    Args:
        door: says who asks.
        shop: whose conversations.
        streams: those that wait are ended with them, when the server stops.
        held_s: how long a request waits, in seconds.
    """

    def __init__(self, door: StaffDoor, shop: OpenShop, streams: Streams, held_s: float = HELD_S) -> None:
        self._door = door
        self._overview = Overview(shop.store.reader, shop.pack.shop.shop_id)
        self._clock: Callable[[], datetime] = shop.clock
        self._streams = streams
        self._held_s = held_s

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter()
        router.add_api_route("/changes", self.changes, methods=["GET"], response_model=ChangesTold, responses=ERRORS)
        return router

    async def changes(
        self,
        request: Request,
        since: Annotated[str, Query(max_length=600)] = "",
        conversation: Annotated[str | None, Query(max_length=128)] = None,
    ) -> ChangesTold:
        """Answer once something changed since a mark, at the latest after five seconds.

        ``conversation`` names one whose messages on their way to the customer count too.
        """
        name, until = self._door.person(request).name, time.monotonic() + self._held_s
        with self._streams.open(f"console {id(request)}") as line:
            while True:
                mark = await self._overview.mark(conversation)
                left_s = until - time.monotonic()
                if mark.text != since or left_s <= 0 or line.is_ended or await request.is_disconnected():
                    break
                await line.wait(min(LOOK_EVERY_S, left_s))
        return ChangesTold(
            now=self._clock(), mark=mark.text, waiting=list(mark.waiting), unanswered=await self._unanswered(name)
        )

    async def _unanswered(self, name: str) -> list[str]:
        page = await self._overview.conversations(Wanted(("human",), limit=MOST_WITH_PEOPLE))
        rows = (RowTold.of(one) for one in page.conversations)
        return sorted(row.conversation_id for row in rows if row.person == name and row.waiting_since is not None)
