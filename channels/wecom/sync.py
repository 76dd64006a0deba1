"""Sync: each account's messages are read from where the last page ended, when a callback rings, and now and then without one."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from pydantic import ValidationError

from agent.store.channels import ChannelMemory
from channels.wecom.address import NAME
from channels.wecom.arrivals import Arrivals
from channels.wecom.client import WecomClient
from channels.wecom.errors import TOKEN_OF_CALLBACK_GONE, WecomError, WecomRefused
from channels.wecom.wire import Item, Page

log = logging.getLogger(__name__)

EVERY_S = 60.0
"""How often an account is read that no callback rang for: callbacks get lost."""
LOOK_S = 1.0
"""How soon a callback is found that rang in another process."""
TOKEN_HOLDS_S = 600.0
"""How long the token of a callback counts."""
_AGAIN_S = 5.0
"""Before an account is read again after a failure that says nothing of when."""
_ACCOUNTS_S = 600.0
"""How often the company's accounts are listed."""
_GRACE_S = 60.0
"""What was written so shortly before the first start is answered."""


class Sync:
    """Reads the accounts; in one process at a time, which `Post` sees to.

    Args:
        client: reads.
        memory: keeps callbacks and cursors.
        arrivals: takes on what was read.
        accounts: that are answered; empty: all that the application may manage.
        every_s: how often an account is read without a callback, in seconds.
        now: seconds since the epoch.
    """

    def __init__(
        self,
        client: WecomClient,
        memory: ChannelMemory,
        arrivals: Arrivals,
        accounts: Sequence[str] = (),
        every_s: float = EVERY_S,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._memory = memory
        self._arrivals = arrivals
        self._set = tuple(accounts)
        self._every_s = every_s
        self._now = now
        self._bell = asyncio.Event()
        self._listed: tuple[str, ...] = ()
        self._list_at = 0.0
        self._read_at: dict[str, float] = {}
        self._paused: dict[str, float] = {}

    async def ring(self, open_kfid: str, token: str) -> None:
        """Take note that an account has news: once this returns it is durable.

        Args:
            open_kfid: the account.
            token: of the callback.

        Raises:
            StoreError: it could not be kept.
        """
        rung = json.dumps({"token": token, "at": self._now()})
        await self._memory.remember(NAME, f"rung/{open_kfid}", rung)
        self._bell.set()

    async def run(self) -> None:
        """Read the accounts as long as the program runs.

        Raises:
            StoreError: what was read could not be kept; it is read again.
        """
        began = await self._began()
        while True:
            self._bell.clear()
            rung = await self._memory.kept_under(NAME, "rung/")
            kept = await self._memory.kept_under(NAME, "account/")
            due = [name for name in await self._accounts(rung) if self._is_due(name, rung, kept)]
            reading = (self._read(name, rung.get(name), kept.get(name), began) for name in due)
            for ended in await asyncio.gather(*reading, return_exceptions=True):
                if isinstance(ended, BaseException):
                    raise ended
            # `wait_for` of Python 3.11 loses a cancellation that comes with the bell.
            with suppress(TimeoutError):
                async with asyncio.timeout(min(LOOK_S, self._every_s)):
                    await self._bell.wait()

    async def _began(self) -> float:
        """When this channel was started for the first time: what was written before is not answered."""
        kept = await self._memory.recall(NAME, "began")
        if kept is None:
            kept = str(self._now() - _GRACE_S)
            await self._memory.remember(NAME, "began", kept)
        return float(kept)

    async def _accounts(self, rung: Mapping[str, str]) -> tuple[str, ...]:
        if self._set:
            return self._set
        if self._now() >= self._list_at:
            self._list_at = self._now() + _ACCOUNTS_S
            try:
                self._listed = await self._client.accounts()
            except WecomError as exc:
                log.warning("the accounts were not listed, those that ring are read: %s", exc)
                self._list_at = self._now() + _AGAIN_S
        return tuple(dict.fromkeys((*self._listed, *rung)))

    def _is_due(self, open_kfid: str, rung: Mapping[str, str], kept: Mapping[str, str]) -> bool:
        now = self._now()
        if now < self._paused.get(open_kfid, 0.0):
            return False
        last = self._read_at.get(open_kfid)
        answered = json.loads(kept[open_kfid])["rung"] if open_kfid in kept else None
        return last is None or now - last >= self._every_s or rung.get(open_kfid) != answered

    async def _read(self, open_kfid: str, rung: str | None, kept: str | None, began: float) -> None:
        """Read an account to its end; a failure of WeCom's is tried again later."""
        self._read_at[open_kfid] = self._now()
        try:
            await self._pages(open_kfid, rung, json.loads(kept)["cursor"] if kept else "", began)
        except WecomError as exc:
            wait_s = exc.retry_after_s if isinstance(exc, WecomRefused) else None
            self._paused[open_kfid] = self._now() + (wait_s or min(_AGAIN_S, self._every_s))
            del self._read_at[open_kfid]  # It is due as soon as the pause is over.
            log.warning("account %s is read again later: %s", open_kfid, exc)

    async def _pages(self, open_kfid: str, rung: str | None, cursor: str, began: float) -> None:
        token = self._token_of(rung)
        while True:
            try:
                page = await self._client.sync(open_kfid, cursor, token)
            except WecomRefused as refusal:
                if refusal.code != TOKEN_OF_CALLBACK_GONE or token is None:
                    raise
                token = None
                continue
            items = [item for item in _items(page) if item.send_time >= began]
            await self._arrivals.take(open_kfid, items)
            is_stuck = not page.next_cursor or page.next_cursor == cursor
            cursor = page.next_cursor or cursor
            await self._memory.remember(NAME, f"account/{open_kfid}", json.dumps({"cursor": cursor, "rung": rung}))
            if not page.has_more or is_stuck:
                return

    def _token_of(self, rung: str | None) -> str | None:
        if rung is None:
            return None
        told = json.loads(rung)
        return str(told["token"]) if self._now() - float(told["at"]) < TOKEN_HOLDS_S else None


def _items(page: Page) -> list[Item]:
    """The items of a page; one that does not read must not keep the others from being read."""
    found = []
    for one in page.msg_list:
        try:
            found.append(Item.model_validate(one))
        except ValidationError as error:
            problem = error.errors(include_input=False)[0]
            log.error("a message of WeCom does not read (%s: %s)", ".".join(map(str, problem["loc"])), problem["msg"])
    return found
