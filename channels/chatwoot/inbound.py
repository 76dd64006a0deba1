"""What Chatwoot tells: customers' messages are taken on, people's words and moves recorded, our own messages known again."""

import asyncio
import logging
from collections.abc import Callable

from agent.errors import DeliveryFailed
from agent.handoff.foreign_desk import Newcomer
from agent.handoff.people import PeopleDesk
from agent.messages import CustomerMessage
from agent.store.mail import Outbox
from channels.chatwoot.client import ChatwootClient
from channels.chatwoot.errors import AccountUnknown
from channels.chatwoot.events import ConversationEvent, MessageEvent
from channels.chatwoot.notes import Notes
from channels.chatwoot.owner import Owner, Seen
from channels.chatwoot.place import NAME, Place
from channels.chatwoot.standing import Standings
from channels.contact_centre.intake import Intake

log = logging.getLogger(__name__)


class Inbound:
    """Takes events on; each may come twice, late, or in another order.

    Args:
        account: whose events are taken.
        standings: how conversations stand in Chatwoot.
        owner: moves conversations as people do there.
        intake: takes customers' messages on.
        desk: keeps what people wrote.
        outbox: learns from a message that came back that it was sent.
        notes: likewise of private notes.
        client: tells a customer that a message cannot be taken.
        shop_of: the shop that answers a customer.
    """

    def __init__(
        self,
        account: int,
        standings: Standings,
        owner: Owner,
        intake: Intake,
        desk: PeopleDesk,
        outbox: Outbox,
        notes: Notes,
        client: ChatwootClient,
        shop_of: Callable[[str], str],
    ) -> None:
        self._account = account
        self._standings = standings
        self._owner = owner
        self._intake = intake
        self._desk = desk
        self._outbox = outbox
        self._notes = notes
        self._client = client
        self._shop_of = shop_of
        self._saying: set[asyncio.Task[None]] = set()

    async def take(self, event: MessageEvent | ConversationEvent, delivery: str) -> None:
        """Take an event on: once this returns it is durable and may be acknowledged.

        Args:
            event: signed.
            delivery: its id, the same when it is sent again; empty: none was told.

        Raises:
            AccountUnknown: it is of another account.
            ConversationBusy: others changed the conversation for too long.
            StoreError: it is not durable.
        """
        if event.account is not None and event.account.id != self._account:
            raise AccountUnknown(event.account.id)
        told = event.conversation if isinstance(event, MessageEvent) else event
        place = Place(self._account, told.id)
        customer_id = place.customer(told)
        writer = event.person if isinstance(event, MessageEvent) else None
        newcomer = Newcomer(customer_id, self._shop_of(customer_id))
        seen = Seen(place.conversation_id(customer_id), newcomer, told, writer)
        async with self._standings.hold(place):
            known = await self._standings.of(place)
            if delivery and delivery in known.deliveries:
                return
            if isinstance(event, ConversationEvent) and not await self._owner.knows(seen.conversation_id):
                return
            is_late = known.is_late(told)
            if not is_late:
                await self._owner.settle(seen, known)
            if isinstance(event, MessageEvent):
                await self._read(event, seen, place, is_late=is_late)
            await self._standings.keep(place, known.after(told, delivery, seen.conversation_id), seen.conversation_id)

    async def finish(self) -> None:
        """Wait for what is being said."""
        await asyncio.gather(*self._saying, return_exceptions=True)

    async def _read(self, event: MessageEvent, seen: Seen, place: Place, *, is_late: bool) -> None:
        if event.is_customers:
            await self._hear(event, seen, place)
        elif event.person is not None:
            await self._keep(event, seen, is_late=is_late)
        elif event.own_id is not None and event.private:
            await self._notes.mark(event.own_id, seen.conversation_id)
        elif event.own_id is not None:
            await self._outbox.mark_sent(event.own_id)

    async def _hear(self, event: MessageEvent, seen: Seen, place: Place) -> None:
        """Take a customer's message on."""
        if event.conversation.standing == "resolved":
            log.info("a message in a conversation that stays resolved is left: Chatwoot keeps it muted")
            return
        message = CustomerMessage(
            seen.conversation_id, f"m-{event.id}", seen.newcomer.customer_id, event.text, channel=NAME
        )
        words = await self._intake.take(message)
        if words is not None:
            saying = asyncio.create_task(self._say(place, words, f"to-{message.message_id}"))
            self._saying.add(saying)
            saying.add_done_callback(self._saying.discard)

    async def _keep(self, event: MessageEvent, seen: Seen, *, is_late: bool) -> None:
        """Keep what a person wrote. Who writes to a customer has the conversation, also one that is the bot's in Chatwoot."""
        if not is_late and event.conversation.standing != "resolved":
            await self._owner.take(seen)
        elif await self._owner.stage(seen.conversation_id) is None:
            return
        await self._desk.record(seen.conversation_id, seen.person, event.text, str(event.id))

    async def _say(self, place: Place, words: str, message_id: str) -> None:
        try:
            await self._client.say(place, words, message_id)
        except DeliveryFailed as failure:
            log.warning("a customer was not told that a message cannot be taken: %s", failure)
