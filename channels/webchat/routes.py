"""The routes of a conversation's window: write, read the thread, follow what comes, acknowledge it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Response
from fastapi.responses import StreamingResponse

from agent.messages import CustomerMessage, Reply
from agent.store.visible import Cursor, View
from channels.access.identity import CustomerGate
from channels.errors import ConversationUnknown
from channels.http.chat import ERRORS, Bearer
from channels.http.events import event, stream
from channels.http.wire import Id
from channels.sentences import sentences
from channels.turns import Turns
from channels.webchat.feed import LOOK_EVERY_S, Feed
from channels.webchat.streams import Line, Streams
from channels.webchat.wire import (
    AckRequest,
    MessageRequest,
    StateTold,
    ThreadTold,
    answer_of,
    read_cursor,
)

CHANNEL = "web"
LONGEST_POLL_S = 25.0

_PLACE = "/conversations/{conversation_id:path}"
_READ: dict[int | str, dict[str, Any]] = {status: ERRORS[status] for status in (401, 404, 422, 503)}


class ConversationRoutes:
    """What the window of a conversation asks.

    Args:
        turns: takes messages.
        gate: says who the customer is.
        feed: reads conversations.
        streams: holds the open streams.
        clock: gives the time, aware.
    """

    def __init__(
        self, turns: Turns, gate: CustomerGate, feed: Feed, streams: Streams, clock: Callable[[], datetime]
    ) -> None:
        self._turns = turns
        self._gate = gate
        self._feed = feed
        self._streams = streams
        self._clock = clock

    def router(self) -> APIRouter:
        """The routes; they stand before the one of ``GET /conversations/{id}``, whose id may hold slashes."""
        router = APIRouter(tags=["web chat"])
        router.add_api_route(f"{_PLACE}/messages", self.write, methods=["POST"], responses=ERRORS, response_model=None)
        router.add_api_route(f"{_PLACE}/thread", self.thread, methods=["GET"], responses=_READ)
        router.add_api_route(f"{_PLACE}/events/ack", self.acknowledge, methods=["POST"], responses=_READ)
        router.add_api_route(f"{_PLACE}/events", self.events, methods=["GET"], responses=_READ, response_model=None)
        return router

    async def write(
        self, bearer: Bearer, conversation_id: Id, request: Annotated[MessageRequest, Body()]
    ) -> StreamingResponse:
        """Take one message of the window.

        Server-sent events: ``delta`` with one sentence each, ``message`` with the whole reply, where there is one, and ``state``.
        """
        token = bearer.credentials if bearer else None
        message = CustomerMessage(
            conversation_id=conversation_id,
            message_id=request.message_id,
            customer_id=self._gate.identify(token, request.customer_id),
            text=request.text,
            product_id=request.product_id,
            region=request.region,
            channel=CHANNEL,
        )
        reply = await self._turns.take(message, self._gate.key_holder(token))
        self._streams.ring(conversation_id)
        standing = await self._feed.thread.standing(conversation_id)
        state = self._feed.state(standing) if standing else None
        return stream(_answer(reply, self._clock(), state))

    async def thread(self, bearer: Bearer, conversation_id: Id) -> ThreadTold:
        """What the customer may see of a conversation, for a window that opens again."""
        await self._check(bearer, conversation_id)
        view = await self._feed.thread.whole(conversation_id)
        if view is None:
            raise ConversationUnknown(conversation_id)
        return self._told(conversation_id, view)

    async def acknowledge(
        self, bearer: Bearer, conversation_id: Id, request: Annotated[AckRequest, Body()]
    ) -> Response:
        """Say that everything up to a cursor was shown: the next message is let out, and this one never again."""
        await self._check(bearer, conversation_id)
        await self._take(conversation_id, read_cursor(request.cursor))
        return Response(status_code=204)

    async def events(
        self,
        bearer: Bearer,
        conversation_id: Id,
        after: Annotated[str, Query(max_length=300, description="A cursor, where Last-Event-ID cannot be sent.")] = "",
        last_event_id: Annotated[str | None, Header(max_length=300)] = None,
        wait: Annotated[
            float | None,
            Query(ge=0, le=LONGEST_POLL_S, description="Answer in JSON, at once or after so many seconds."),
        ] = None,
    ) -> StreamingResponse | ThreadTold:
        """Follow a conversation: server-sent events ``message`` and ``state``, from the cursor on."""
        customer_id = await self._check(bearer, conversation_id)
        cursor = read_cursor(last_event_id or after)
        await self._take(conversation_id, cursor)
        self._streams.check()
        if wait is not None:
            return await self._poll(conversation_id, customer_id, cursor, wait)
        return stream(self._follow(conversation_id, customer_id, cursor))

    async def _follow(self, conversation_id: str, customer_id: str, cursor: Cursor) -> AsyncIterator[str]:
        with self._streams.open(conversation_id, customer_id) as line:
            async for one in self._feed.follow(conversation_id, cursor, line):
                yield one

    async def _poll(self, conversation_id: str, customer_id: str, cursor: Cursor, wait_s: float) -> ThreadTold:
        with self._streams.open(conversation_id, customer_id) as line:
            view = await self._news(conversation_id, cursor, line, wait_s)
        return self._told(conversation_id, view)

    async def _news(self, conversation_id: str, cursor: Cursor, line: Line, wait_s: float) -> View:
        """What comes within a time; told at once when somebody else has the conversation than at the start."""
        clock, first = asyncio.get_running_loop().time, None
        until = clock() + wait_s
        while True:
            view = await self._feed.look(conversation_id, cursor)
            if view is None:
                raise ConversationUnknown(conversation_id)
            state = self._feed.state(view.standing)
            first = first or state
            left = until - clock()
            if view.entries or state != first or left <= 0 or line.is_ended:
                return view
            await line.wait(min(left, LOOK_EVERY_S))

    async def _check(self, bearer: Bearer, conversation_id: str) -> str:
        """Make sure that the conversation is there and its customer asks, and say who that is; a stranger learns nothing of it."""
        standing = await self._feed.thread.standing(conversation_id)
        token = bearer.credentials if bearer else None
        allowed = self._gate.may_see(token, standing.customer_id if standing else "")
        if standing is None or not allowed:
            raise ConversationUnknown(conversation_id)
        return standing.customer_id

    async def _take(self, conversation_id: str, cursor: Cursor) -> None:
        if await self._feed.thread.acknowledge(conversation_id, cursor):
            self._streams.ring(conversation_id)

    def _told(self, conversation_id: str, view: View) -> ThreadTold:
        return ThreadTold.of(conversation_id, view, self._feed.state(view.standing))


def _answer(reply: Reply, at: datetime, state: StateTold | None) -> Iterator[str]:
    # The whole reply has passed the audit before its first piece is sent: nothing is ever taken back.
    for piece in sentences(reply.reply):
        yield event({"text": piece}, "delta")
    if reply.reply:
        yield event(answer_of(reply, at), "message")
    if state is not None:
        yield event(state.model_dump(mode="json"), "state")
