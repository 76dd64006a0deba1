"""Sessions: where WeCom has a conversation, and where we have it."""

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

from agent.handoff.errors import TicketUnknown
from agent.handoff.foreign_desk import ForeignDesk, Newcomer
from agent.store.channels import ChannelMemory
from agent.store.durable import DurableStore
from channels.wecom.address import NAME, Address
from channels.wecom.client import State, WecomClient
from channels.wecom.errors import NOT_AT_WORK, WecomError, WecomRefused
from channels.wecom.wire import Item

log = logging.getLogger(__name__)

_TOOK = frozenset({1, 2, 4})
"""Changes by which a servicer has a session: from the queue, from another, taken up again after its end."""
_ENDED = 3
_WAIT_S = 30.0
"""For whoever moves the same session, in seconds."""
QUEUE = "*"
"""Has a session for which no servicer was at work; no user's name."""
SOMEBODY = "wecom"
"""Who ended a session when WeCom names nobody."""


class Sessions:
    """Moves sessions of WeCom with our conversations, and our conversations with the sessions.

    Args:
        client: asks and moves.
        memory: keeps which sessions are with people, and what was heard of them.
        store: knows our conversations.
        foreign: records what people did in WeCom.
        servicers: to whom conversations are handed over, in order; empty: to the queue.
        shop_of: gives the shop that answers a customer.
        hands_over: whether people work in WeCom's client; False: sessions stay with the bot, and people write through it.
    """

    def __init__(
        self,
        client: WecomClient,
        memory: ChannelMemory,
        store: DurableStore,
        foreign: ForeignDesk,
        servicers: Sequence[str],
        shop_of: Callable[[str], str],
        hands_over: bool,
    ) -> None:
        self._client = client
        self._memory = memory
        self._store = store
        self._foreign = foreign
        self._servicers = tuple(servicers)
        self._shop_of = shop_of
        self._hands_over = hands_over

    async def meet(self, address: Address) -> None:
        """Before a customer's message is taken: the session is the bot's where nobody has it, and ours follows what we did not hear of.

        Raises:
            StoreError: it could not be recorded.
        """
        async with self._alone(address):
            try:
                standing = await self._client.standing(address)
                if standing.service_state == State.PERSON and standing.servicer_userid:
                    await self._took(address, standing.servicer_userid)
                elif standing.service_state in (State.NEW, State.BOT):
                    await self._is_free(address, standing.service_state)
            except WecomError as exc:  # the message is taken all the same: answered, or kept for whoever has it
                log.warning("a session was left as it was: %s", exc)

    async def _is_free(self, address: Address, state: int) -> None:
        """Nobody has the session at WeCom."""
        if await self._memory.recall(NAME, _with(address)):
            log.info("the session of a customer has ended unheard", extra={"conversation_id": address.conversation_id})
            await self._ended(address, SOMEBODY)
        elif self._hands_over and await self._stage(address) == "queued":
            if not await self._memory.is_speaking(address.conversation_id):  # the follower waits for the notice, too
                await self._hand_over(address)
            return
        if state == State.NEW:
            await self._client.move(address, State.BOT)

    async def changed(self, address: Address, item: Item) -> None:
        """Follow what people did in WeCom (session_status_change); what comes twice or too late changes nothing.

        Raises:
            StoreError: it could not be recorded.
        """
        async with self._alone(address):
            event, news = item.event, await self._news(address, item)
            if event is None or news is None:
                return
            if event.change_type in _TOOK and event.new_servicer_userid:
                await self._took(address, event.new_servicer_userid)
            elif event.change_type == _ENDED:
                await self._ended(address, event.old_servicer_userid or SOMEBODY)
            await self._memory.remember(NAME, _heard(address), news, address.conversation_id)

    async def hand_over(self, address: Address) -> None:
        """Give a session to a servicer who is at work, or else to the queue.

        Raises:
            WecomError: it was not moved.
            StoreError: it could not be recorded.
        """
        async with self._alone(address):
            await self._hand_over(address)

    async def _hand_over(self, address: Address) -> None:
        standing = await self._client.standing(address)
        if (
            standing.service_state == State.ENDED
        ):  # nothing can be moved until the customer writes again, which hands it over
            return
        at_work = await self._client.at_work(address.open_kfid) if self._servicers else frozenset()
        for servicer in self._servicers:
            if servicer in at_work and servicer != standing.servicer_userid and await self._given(address, servicer):
                return
        if standing.service_state == State.PERSON:  # WeCom has no way from a person back into the queue
            await self._took(address, standing.servicer_userid)
            return
        code = "" if standing.service_state == State.QUEUE else await self._client.move(address, State.QUEUE)
        if code:
            await self._memory.remember(NAME, code_key(address), code, address.conversation_id)
        await self._mark(address, QUEUE)

    async def assign(self, address: Address, person: str) -> None:
        """Give a session to a person who took the conversation here, if they are a servicer who is at work.

        Raises:
            WecomError: it was not moved.
            StoreError: it could not be recorded.
        """
        async with self._alone(address):
            if await self._memory.recall(NAME, _with(address)) not in (
                None,
                "",
                QUEUE,
            ):  # WeCom said who has it, this person or another
                return
            if await self._stage(address) != "human":  # it was closed or given back before this was followed
                return
            standing = await self._client.standing(address)
            if standing.service_state != State.ENDED and person in await self._client.at_work(address.open_kfid):
                await self._given(address, person)

    async def end(self, address: Address) -> None:
        """End a session that a servicer has: the customer's next message begins with the bot.

        Raises:
            WecomError: it was not ended.
            StoreError: it could not be recorded.
        """
        async with self._alone(address):
            if not await self._memory.recall(NAME, _with(address)):  # that it is over was heard from WeCom
                return
            if await self._stage(address) == "human":  # somebody has taken it anew before this was followed
                return
            standing = await self._client.standing(address)
            if standing.service_state == State.PERSON:
                await self._client.move(address, State.ENDED)
                await self._mark(address, "")

    async def _given(self, address: Address, servicer: str) -> bool:
        """Give a session to a servicer; False: they take none at the moment."""
        try:
            await self._client.move(address, State.PERSON, servicer)
        except WecomRefused as refusal:
            if refusal.code not in NOT_AT_WORK:
                raise
            return False
        await self._took(address, servicer)
        return True

    async def took(self, address: Address, servicer: str) -> None:
        """Record that a servicer has a conversation.

        Raises:
            StoreError: it could not be recorded.
        """
        async with self._alone(address):
            await self._took(address, servicer)

    async def _took(self, address: Address, servicer: str) -> None:
        await self._mark(address, servicer)
        newcomer = Newcomer(address.customer_id, self._shop_of(address.customer_id))
        await self._foreign.took(address.conversation_id, servicer, newcomer)

    async def _ended(self, address: Address, person: str) -> None:
        with suppress(TicketUnknown):
            await self._foreign.ended(address.conversation_id, person)
        await self._mark(address, "")

    def _alone(self, address: Address) -> AbstractAsyncContextManager[None]:
        """What is heard of a session, and what is done to it, goes one after the other, whichever process it is in."""
        return self._store.turn_of(f"session {address.conversation_id}", _WAIT_S)

    async def _stage(self, address: Address) -> str:
        found = await self._store.load(address.conversation_id)
        return found.state.stage if found else "bot"

    async def _mark(self, address: Address, who: str) -> None:
        """Remember who has a session at WeCom: a servicer, the queue, or nobody but the bot."""
        if (await self._memory.recall(NAME, _with(address)) or "") != who:
            await self._memory.remember(NAME, _with(address), who, address.conversation_id)

    async def _news(self, address: Address, item: Item) -> str | None:
        """What is to be remembered once an event was followed; None: it was heard before, or a later one was."""
        kept = await self._memory.recall(NAME, _heard(address))
        last: dict[str, Any] = json.loads(kept) if kept is not None else {"at": item.send_time, "msgids": []}
        if item.send_time < int(last["at"]) or item.msgid in last["msgids"]:
            return None
        same = last["msgids"] if item.send_time == int(last["at"]) else []
        return json.dumps({"at": item.send_time, "msgids": [*same, item.msgid]})


def code_key(address: Address) -> str:
    """Under which the code is kept that lets one message be sent to a customer who waits in the queue."""
    return f"code/{address.conversation_id}"


def _with(address: Address) -> str:
    return f"with/{address.conversation_id}"


def _heard(address: Address) -> str:
    return f"heard/{address.conversation_id}"
