"""WeCom's customer service API, as far as it is used."""

from enum import IntEnum
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from channels.wecom.access import Access
from channels.wecom.address import Address
from channels.wecom.errors import WecomUnreachable
from channels.wecom.wire import Accounts, Moved, Page, Servicers, Standing

T = TypeVar("T", bound=BaseModel)

_PAGE = 1000
"""Most messages of one page."""


class State(IntEnum):
    """Where a session stands (service_state)."""

    NEW = 0
    """The customer wrote, nobody has it."""
    BOT = 1
    """智能助手: answered over the API."""
    QUEUE = 2
    """Waits for a servicer."""
    PERSON = 3
    """A servicer has it; there is no way back to the bot."""
    ENDED = 4
    """Over, or not begun; the customer's next message begins a new one."""


class WecomClient:
    """Asks WeCom for messages and sends them.

    Args:
        access: to the API.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    async def sync(self, open_kfid: str, cursor: str, token: str | None) -> Page:
        """What happened at an account since a cursor.

        Args:
            open_kfid: the account.
            cursor: of the page before; empty: from as far back as WeCom keeps, three days.
            token: of a callback not older than ten minutes; None: WeCom lets this be asked seldom.

        Raises:
            WecomError: it was not told.
        """
        body = {"open_kfid": open_kfid, "cursor": cursor, "limit": _PAGE, **({"token": token} if token else {})}
        doing = "read messages"
        return _read(Page, await self._access.call(doing, "kf/sync_msg", body), doing)

    async def send_text(self, address: Address, text: str, msgid: str) -> None:
        """Send words to a customer.

        Args:
            address: the customer.
            text: at most 2048 bytes.
            msgid: unique in the account, at most 32 of ``[0-9a-zA-Z_-]``.

        Raises:
            WecomError: they were not sent.
        """
        body = {
            "touser": address.external_userid,
            "open_kfid": address.open_kfid,
            "msgid": msgid,
            "msgtype": "text",
            "text": {"content": text},
        }
        await self._access.call("send a message", "kf/send_msg", body)

    async def send_on_event(self, code: str, text: str, msgid: str) -> None:
        """Send words that an event allows, once.

        Args:
            code: of the event.
            text: at most 2048 bytes.
            msgid: as in `send_text`.

        Raises:
            WecomError: they were not sent.
        """
        body = {"code": code, "msgid": msgid, "msgtype": "text", "text": {"content": text}}
        await self._access.call("send a message on an event", "kf/send_msg_on_event", body)

    async def standing(self, address: Address) -> Standing:
        """Where a customer's session stands.

        Raises:
            WecomError: it was not told.
        """
        doing = "tell the state of a session"
        return _read(Standing, await self._access.call(doing, "kf/service_state/get", _session(address)), doing)

    async def move(self, address: Address, state: State, servicer: str | None = None) -> str:
        """Move a customer's session.

        Args:
            address: the customer.
            state: where to.
            servicer: who gets it; with ``PERSON`` only.

        Returns:
            A code for `send_on_event`; empty: none.

        Raises:
            WecomError: it was not moved.
        """
        body = {**_session(address), "service_state": int(state)}
        if servicer is not None:
            body["servicer_userid"] = servicer
        doing = f"move a session to state {int(state)}"
        return _read(Moved, await self._access.call(doing, "kf/service_state/trans", body), doing).msg_code

    async def at_work(self, open_kfid: str) -> frozenset[str]:
        """The servicers of an account who take sessions now.

        Raises:
            WecomError: they were not told.
        """
        doing = "list servicers"
        told = await self._access.call(doing, "kf/servicer/list", open_kfid=open_kfid)
        found = _read(Servicers, told, doing).servicer_list
        return frozenset(one.userid for one in found if one.userid and one.status == 0)

    async def accounts(self) -> tuple[str, ...]:
        """The accounts for which this application may receive and send.

        Raises:
            WecomError: they were not told.
        """
        doing, found, size = "list accounts", list[str](), 100
        for offset in range(0, 50 * size, size):
            told = await self._access.call(doing, "kf/account/list", {"offset": offset, "limit": size})
            page = _read(Accounts, told, doing).account_list
            found += [account.open_kfid for account in page if account.manage_privilege]
            if len(page) < size:
                break
        return tuple(found)


def _session(address: Address) -> dict[str, object]:
    return {"open_kfid": address.open_kfid, "external_userid": address.external_userid}


def _read(kind: type[T], told: object, doing: str) -> T:
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        raise WecomUnreachable(
            doing, f"its answer does not read: {error.errors(include_input=False)[0]['msg']}"
        ) from error
