"""``/console/api/queue`` and ``/tickets``: handoffs that wait for a person, and what a person does with one."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, AwareDatetime, StringConstraints

from agent.profile import HandoffRules, ShopProfile
from agent.store.overview import Overview, Wanted
from channels.console.errors import QueueUnknown
from channels.console.sign_in import StaffDoor
from channels.console.wire import ERRORS, MOST_WITH_PEOPLE, Asked, RowTold, TicketTold, Told
from channels.http.wire import Id
from channels.opening import OpenShop


def _whole(text: str) -> str:
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ValueError("text without broken characters is expected")
    return text


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_whole)]


class QueueTold(Told):
    """Conversations that wait for a person or have one, the oldest handoff first."""

    now: AwareDatetime
    acknowledge_s: int
    """Seconds in which a handoff must be taken; 0: no such time."""
    queues: list[str]
    """Where a handoff may be passed on to; empty: there is one queue."""
    conversations: list[RowTold]
    """Each with its handoff."""


class ReplyAsked(Asked):
    """Words to the customer."""

    text: Words
    message_id: Id
    """The same whenever the same words are sent again: they are kept and sent once."""


class NoteAsked(Asked):
    """Words for people only."""

    text: Words


class PassOnAsked(Asked):
    """Another queue."""

    queue: Annotated[str, StringConstraints(max_length=100)]


class ReplyTold(Told):
    """What became of words to the customer."""

    new: bool
    """False: they were there before."""


class QueueRoutes:
    """Working on handoffs.

    Args:
        door: says who asks.
        shop: whose handoffs.
    """

    def __init__(self, door: StaffDoor, shop: OpenShop) -> None:
        self._door = door
        self._desk = shop.desk
        self._clock = shop.clock
        self._releases = shop.releases
        self._overview = Overview(shop.store.reader, shop.pack.shop.shop_id)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()
        router.add_api_route("/queue", self.queue, methods=["GET"], response_model=QueueTold, responses=ERRORS)
        one = "/tickets/{ticket_id}"
        for name, act in (("take", self.take), ("reply", self.reply)):
            router.add_api_route(f"{one}/{name}", act, methods=["POST"], responses=ERRORS)
        for name, done in (
            ("note", self.note),
            ("pass-on", self.pass_on),
            ("give-back", self.give_back),
            ("close", self.close),
        ):
            router.add_api_route(f"{one}/{name}", done, methods=["POST"], status_code=204, responses=ERRORS)
        return router

    async def queue(self) -> QueueTold:
        """List the handoffs under way, with the service target."""
        rules = self._rules()
        page = await self._overview.conversations(Wanted(("queued", "human"), limit=MOST_WITH_PEOPLE))
        rows = [RowTold.of(one) for one in page.conversations if one.ticket is not None]
        return QueueTold(
            now=self._clock(),
            acknowledge_s=rules.acknowledge_s,
            queues=list(rules.queues),
            conversations=sorted(rows, key=lambda row: row.ticket.created_at if row.ticket else row.changed_at),
        )

    async def take(self, request: Request, ticket_id: str) -> TicketTold:
        """Take a conversation; from now on the bot says nothing in it."""
        person = self._door.allow(request, "operator")
        return TicketTold.model_validate(await self._desk.take(ticket_id, person.name))

    async def reply(self, request: Request, ticket_id: str, asked: ReplyAsked) -> ReplyTold:
        """Write to the customer."""
        person = self._door.allow(request, "operator")
        return ReplyTold(new=await self._desk.reply(ticket_id, person.name, asked.text, asked.message_id))

    async def note(self, request: Request, ticket_id: str, asked: NoteAsked) -> None:
        """Leave a note for people only."""
        person = self._door.allow(request, "operator")
        await self._desk.note(ticket_id, person.name, asked.text)

    async def pass_on(self, request: Request, ticket_id: str, asked: PassOnAsked) -> None:
        """Put a conversation into another queue, or back into the one."""
        person = self._door.allow(request, "operator")
        queues = self._rules().queues or ("",)
        if asked.queue not in queues:
            raise QueueUnknown(asked.queue, queues)
        await self._desk.pass_on(ticket_id, person.name, asked.queue)

    async def give_back(self, request: Request, ticket_id: str) -> None:
        """Give a conversation back to the bot, which goes on with the customer's next message."""
        person = self._door.allow(request, "operator")
        await self._desk.give_back(ticket_id, person.name)

    async def close(self, request: Request, ticket_id: str) -> None:
        """End a conversation; one that nobody has taken may be closed too, as after a call back."""
        person = self._door.allow(request, "operator")
        await self._desk.close(ticket_id, person.name)

    def _rules(self) -> HandoffRules:
        return ShopProfile.from_release(self._releases.current().shop).handoff
