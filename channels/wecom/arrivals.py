"""Arrivals: what a page of an account holds, customer by customer, taken on before the cursor moves."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence

from agent.handoff.errors import TicketUnknown
from agent.handoff.people import PeopleDesk
from agent.mailroom.delivery import MOST_AT_ONCE
from agent.messages import CustomerMessage
from agent.store.durable import DurableStore
from channels.contact_centre.intake import Intake
from channels.wecom.address import NAME, Address
from channels.wecom.client import WecomClient
from channels.wecom.errors import WecomError
from channels.wecom.logins import Logins
from channels.wecom.sender import message_id_of
from channels.wecom.sessions import Sessions
from channels.wecom.wire import CUSTOMER, SERVICER, Event, Item
from channels.wecom.words import words_of

log = logging.getLogger(__name__)


class Arrivals:
    """Takes on what came.

    Args:
        intake: takes customers' messages on.
        sessions: follows people in WeCom.
        logins: knows who a customer is.
        client: sends a welcome.
        desk: keeps what people wrote in WeCom.
        store: is told what did not reach a customer.
        welcome: sent to who comes in for the first time in two days; None: nothing.
    """

    def __init__(
        self,
        intake: Intake,
        sessions: Sessions,
        logins: Logins,
        client: WecomClient,
        desk: PeopleDesk,
        store: DurableStore,
        welcome: str | None = None,
    ) -> None:
        self._intake = intake
        self._sessions = sessions
        self._logins = logins
        self._client = client
        self._desk = desk
        self._store = store
        self._welcome = welcome

    async def take(self, open_kfid: str, items: Sequence[Item]) -> None:
        """Take on what a page holds; taken on twice it counts once.

        Args:
            open_kfid: the account.
            items: of the page, in any order.

        Raises:
            StoreError: not all of it was taken on; the page has to be read again.
        """
        recalled = {item.event.recall_msgid for item in items if item.event and item.event.recall_msgid}
        lines: dict[str, list[Item]] = {}
        for item in sorted(items, key=lambda item: item.send_time):
            if item.customer and item.msgid not in recalled:
                lines.setdefault(item.customer, []).append(item)
        hands = asyncio.Semaphore(MOST_AT_ONCE)
        taking = (self._line(open_kfid, customer, line, hands) for customer, line in lines.items())
        for ended in await asyncio.gather(*taking, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended

    async def _line(self, open_kfid: str, customer: str, line: Sequence[Item], hands: asyncio.Semaphore) -> None:
        """Take on what concerns one customer, in order."""
        async with hands:
            is_met = False
            for item in line:
                address = await self._logins.address(open_kfid, customer)
                if item.origin == CUSTOMER:
                    if not is_met:
                        await self._sessions.meet(address)
                        is_met = True
                    await self._written(address, item)
                elif item.origin == SERVICER and item.servicer_userid:
                    await self._heard(address, item)
                elif item.event is not None:
                    await self._happened(address, item, item.event)

    async def _written(self, address: Address, item: Item) -> None:
        message = CustomerMessage(
            address.conversation_id, item.msgid, address.customer_id, words_of(item), channel=NAME
        )
        refusal = await self._intake.take(message)
        if refusal is not None:
            try:
                await self._client.send_text(address, refusal, _answer_id(item.msgid))
            except WecomError as exc:
                log.warning("a customer was not told why a message was not taken: %s", exc)

    async def _heard(self, address: Address, item: Item) -> None:
        """A servicer wrote to the customer."""
        said = (address.conversation_id, item.servicer_userid, words_of(item), item.msgid)
        try:
            is_new = await self._desk.record(*said)
        except TicketUnknown:  # the customer's first message is not answered yet
            await self._sessions.took(address, item.servicer_userid)
            await self._desk.record(*said)
            return
        if is_new:
            await self._sessions.took(address, item.servicer_userid)

    async def _happened(self, address: Address, item: Item, event: Event) -> None:
        if event.event_type == "enter_session":
            await self._logins.enter(address.open_kfid, address.external_userid, event.scene_param)
            await self._greet(item, event)
        elif event.event_type == "session_status_change":
            await self._sessions.changed(address, item)
        elif event.event_type == "msg_send_fail":
            log.warning("WeCom could not deliver message %s (fail_type %s)", event.fail_msgid, event.fail_type)
            await self._store.mark_undelivered(message_id_of(event.fail_msgid))

    async def _greet(self, item: Item, event: Event) -> None:
        if self._welcome is None or not event.welcome_code:
            return
        try:
            await self._client.send_on_event(event.welcome_code, self._welcome, _answer_id(item.msgid))
        except WecomError as exc:
            log.warning("a customer was not welcomed: %s", exc)


def _answer_id(msgid: str) -> str:
    """The msgid of what answers a message at once, the same whenever it is sent."""
    return "a-" + hashlib.sha256(msgid.encode("utf-8", "surrogatepass")).hexdigest()[:24]
