"""``/console/api/conversations``: all conversations, one of them with every turn's path, stepping in, a suggested reply."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, AwareDatetime

from agent.handoff.people import PeopleDesk
from agent.messages import Owner, Stage
from agent.store.mail import Inbox, WaitingMessage
from agent.store.overview import Overview, Wanted
from agent.store.records import ThreadEntry
from agent.suggestion import Adviser
from channels.console.errors import NothingThere
from channels.console.sign_in import StaffDoor
from channels.console.wire import ERRORS, RowTold, TicketTold, Told
from channels.http.wire import ConversationTold, SourceTold, ToolTold, TurnTold
from channels.opening import OpenShop

_TURNS = 100
"""So many last turns of one conversation are told."""


def _place(text: str) -> tuple[datetime, str]:
    """A place in the list, as `next` told it.

    Raises:
        ValueError: it is none.
    """
    moment, _, conversation_id = text.partition("~")
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None:
        raise ValueError("a place begins with a time and its offset")
    return at, conversation_id


def _checked(text: str) -> str:
    _place(text)
    return text


Place = Annotated[str, AfterValidator(_checked)]


class ListTold(Told):
    """Conversations, the latest change first."""

    now: AwareDatetime
    conversations: list[RowTold]
    next: str | None
    """``before`` of the next part; null: the list ends here. A search may go on after an empty part."""


class EntryTold(Told):
    """A message of a conversation, whoever wrote it."""

    role: str
    """``customer``, ``assistant``, ``notice`` or ``person``."""
    text: str
    at: AwareDatetime
    message_id: str
    person: str | None
    status: str
    """``told``; of what goes through the outbox: waiting, released, sent, withdrawn, superseded, failed; ``accepted``: the
    customer's words came in and no turn has worked them yet."""


class MoveTold(Told):
    """A move of the conversation between bot and people, or a note."""

    from_stage: Stage
    to_stage: Stage
    actor: str
    reason: str
    at: AwareDatetime
    note: str


class ConversationWhole(Told):
    """One conversation with everything that was written and decided in it."""

    now: AwareDatetime
    conversation_id: str
    customer_id: str
    stage: Stage
    owner: Owner
    thread: list[EntryTold]
    turns: list[TurnTold]
    """The last hundred, oldest first, each with its trace (docs/turn.md)."""
    tickets: list[TicketTold]
    """Handoffs, the latest first."""
    moves: list[MoveTold]


def _thread(kept: Sequence[ThreadEntry], accepted: Sequence[WaitingMessage]) -> list[EntryTold]:
    """What was written, then what came in and is not worked yet; ``accepted`` was read first, so nothing is missing between."""
    known = {one.message_id for one in kept}
    late = [one for one in accepted if one.message.message_id not in known]
    return [EntryTold.model_validate(one) for one in kept] + [
        EntryTold(
            role="customer",
            text=one.message.text,
            at=one.accepted_at,
            message_id=one.message.message_id,
            person=None,
            status="accepted",
        )
        for one in late
    ]


class SuggestionTold(Told):
    """What the agent would answer; nothing of it is stored or sent."""

    text: str
    """Empty: there is no suggestion."""
    why_none: str | None
    to: str
    """The customer's words that it answers."""
    action: str
    """What the agent would have proposed to do, where ``why_none`` is ``needs_action``."""
    sources: list[SourceTold]
    tools: list[ToolTold]
    worded_by: str


class ConversationRoutes:
    """Looking at conversations.

    Args:
        door: says who asks.
        shop: whose conversations.
    """

    def __init__(self, door: StaffDoor, shop: OpenShop) -> None:
        self._door = door
        self._desk: PeopleDesk = shop.desk
        self._assistant = shop.assistant
        self._inbox: Inbox = shop.store
        self._overview = Overview(shop.store.reader, shop.pack.shop.shop_id)
        self._adviser = Adviser(shop.assistant.floor, shop.assistant.backends, shop.store, shop.clock)
        self._clock: Callable[[], datetime] = shop.clock

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/conversations")
        router.add_api_route("", self.listed, methods=["GET"], response_model=ListTold, responses=ERRORS)
        one = "/{conversation_id}"
        router.add_api_route(one, self.one, methods=["GET"], response_model=ConversationWhole, responses=ERRORS)
        router.add_api_route(
            f"{one}/take-over", self.take_over, methods=["POST"], response_model=TicketTold, responses=ERRORS
        )
        router.add_api_route(
            f"{one}/suggestion", self.suggest, methods=["POST"], response_model=SuggestionTold, responses=ERRORS
        )
        return router

    async def listed(
        self,
        stage: Annotated[list[Stage] | None, Query()] = None,
        text: Annotated[str, Query(max_length=200)] = "",
        before: Annotated[Place | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> ListTold:
        """List conversations, the latest change first; by stage, and by words, customer, order or conversation."""
        after = _place(before) if before else None
        page = await self._overview.conversations(Wanted(tuple(stage or ()), text.strip(), after, limit))
        place = f"{page.next[0].isoformat()}~{page.next[1]}" if page.next else None
        rows = [RowTold.of(one) for one in page.conversations]
        return ListTold(now=self._clock(), conversations=rows, next=place)

    async def one(self, conversation_id: str) -> ConversationWhole:
        """One conversation with its thread, its turns and why they were answered so, its handoffs and moves."""
        kept = await self._assistant.conversation(conversation_id)
        if kept is None:
            raise NothingThere("conversation", conversation_id)
        accepted = await self._inbox.waiting(conversation_id)
        state, records = kept
        turns = ConversationTold.of(conversation_id, (state, records[-_TURNS:]), traced=True).turns
        return ConversationWhole(
            now=self._clock(),
            conversation_id=conversation_id,
            customer_id=state.customer_id,
            stage=state.stage,
            owner=state.owner,
            thread=_thread(await self._desk.thread(conversation_id), accepted),
            turns=turns,
            tickets=[TicketTold.model_validate(one) for one in await self._overview.tickets_of(conversation_id)],
            moves=[MoveTold.model_validate(one) for one in await self._desk.moves(conversation_id)],
        )

    async def take_over(self, request: Request, conversation_id: str) -> TicketTold:
        """Step into a conversation that the bot has, or take one that waits; needs the role operator."""
        person = self._door.allow(request, "operator")
        return TicketTold.model_validate(await self._desk.take_over(conversation_id, person.name))

    async def suggest(self, request: Request, conversation_id: str) -> SuggestionTold:
        """Say what the agent would answer now: worded and audited, by reads alone; needs the role operator."""
        self._door.allow(request, "operator")
        return SuggestionTold.model_validate(await self._adviser.suggest(conversation_id))
