"""Logins: a link of the shop's own login says who the customer is (scene_param of enter_session)."""

import json
import logging
import time
from collections.abc import Callable
from urllib.parse import unquote

from agent.store.channels import NAMES_CUSTOMER, ChannelMemory
from channels.access.identity import read_token
from channels.errors import TokenInvalid
from channels.wecom.address import NAME, Address

log = logging.getLogger(__name__)

HOLDS_S = 48 * 3600.0
"""How long an entrance vouches for a customer: as long as WeCom lets one session last."""


class Logins:
    """Knows which customers the shop's login vouches for.

    Args:
        memory: keeps it.
        secret: signs the login's tokens; None: there are none, and nobody is vouched for.
        now: seconds since the epoch.
    """

    def __init__(self, memory: ChannelMemory, secret: str | None, now: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._secret = secret
        self._now = now

    async def enter(self, open_kfid: str, external_userid: str, scene_param: str) -> None:
        """Take note that a customer came in by a link.

        Args:
            open_kfid: the account.
            external_userid: the customer.
            scene_param: of the link; anything but a token of the login says nothing about who they are.

        Raises:
            StoreError: it could not be kept.
        """
        token = unquote(scene_param)
        if self._secret is None or token.count(".") != 2:
            return
        try:
            customer = read_token(self._secret, token, now=self._now())
        except TokenInvalid as exc:
            log.warning("a link into WeCom vouches for nobody: %s", exc)
            return
        address = Address(open_kfid, external_userid, customer)
        kept = json.dumps({NAMES_CUSTOMER: customer, "until": self._now() + HOLDS_S})
        await self._memory.remember(NAME, _key(open_kfid, external_userid), kept, address.conversation_id)

    async def address(self, open_kfid: str, external_userid: str) -> Address:
        """The address under which a customer writes now.

        Raises:
            StoreError: it could not be read.
        """
        kept = await self._memory.recall(NAME, _key(open_kfid, external_userid)) if self._secret else None
        if kept is not None:
            known = json.loads(kept)
            if float(known["until"]) > self._now():
                return Address(open_kfid, external_userid, str(known[NAMES_CUSTOMER]))
        return Address(open_kfid, external_userid)


def _key(open_kfid: str, external_userid: str) -> str:
    return f"login/{open_kfid}/{external_userid}"
