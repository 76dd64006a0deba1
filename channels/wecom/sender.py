"""What stands in the outbox on its way to WeCom's customers."""

import hashlib
import logging
import re

from agent.errors import DeliveryFailed
from agent.store.channels import ChannelMemory
from agent.store.mail import OutgoingMessage
from channels.contact_centre.cutting import cut
from channels.wecom.address import NAME, Address, address_of
from channels.wecom.client import WecomClient
from channels.wecom.errors import STATE_FORBIDS, WecomError, WecomRefused, failure_of
from channels.wecom.sessions import code_key

log = logging.getLogger(__name__)

MOST_BYTES = 2048
"""Of one text message."""
_PLAIN = re.compile(r"[0-9a-zA-Z-]{1,29}")
_PART = re.compile(r"_\d+$")


class WecomSender:
    """Sends texts; a message that comes again has the same msgids, of which WeCom takes each once.

    Args:
        client: sends.
        memory: keeps how far a message in parts has come.
    """

    def __init__(self, client: WecomClient, memory: ChannelMemory) -> None:
        self._client = client
        self._memory = memory

    async def send(self, message: OutgoingMessage) -> None:
        """Send a message; see `Sender`.

        Raises:
            DeliveryFailed: it was not sent, or not all of it.
        """
        address = address_of(message.conversation_id)
        if address is None:
            why = f"conversation {message.conversation_id!r} is none of WeCom's: an API request named the channel"
            raise DeliveryFailed(message.message_id, why, is_final=True)
        parts = cut(message.text, MOST_BYTES)
        key = f"parts/{message.message_id}"
        done = int(await self._memory.recall(NAME, key) or 0) if len(parts) > 1 and message.attempts > 1 else 0
        for number, part in enumerate(parts):
            if number >= done:
                await self._send_part(address, message, part, msgid_of(message.message_id, number))
                if len(parts) > 1:
                    await self._memory.remember(NAME, key, str(number + 1), message.conversation_id)

    async def _send_part(self, address: Address, message: OutgoingMessage, part: str, msgid: str) -> None:
        try:
            await self._client.send_text(address, part, msgid)
        except WecomRefused as refusal:
            if refusal.code == STATE_FORBIDS and await self._sent_to_queue(address, message, part, msgid):
                return
            if message.attempts > 1 and not refusal.is_certain:
                # WeCom refuses a msgid that it has, under a code that it does not document.
                log.warning("message %s is taken as sent before: %s", message.message_id, refusal)
                return
            raise failure_of(message.message_id, refusal) from refusal
        except WecomError as error:
            raise failure_of(message.message_id, error) from error

    async def _sent_to_queue(self, address: Address, message: OutgoingMessage, part: str, msgid: str) -> bool:
        """Send by the code that came with the queue, which lets one message be sent to who waits; False: there is none."""
        code = await self._memory.recall(NAME, code_key(address)) if message.kind != "person" else None
        if not code:
            return False
        await self._memory.remember(NAME, code_key(address), "", address.conversation_id)
        await self._client.send_on_event(code, part, msgid)
        return True


def msgid_of(message_id: str, part: int) -> str:
    """The msgid under which a part of a message is sent.

    Args:
        message_id: of ours.
        part: its number, from 0.
    """
    fits = _PLAIN.fullmatch(message_id)
    base = message_id if fits else "x-" + hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:26]
    return f"{base}_{part}" if part else base


def message_id_of(msgid: str) -> str:
    """The message of ours that was sent under a msgid, where its id could be kept.

    Args:
        msgid: of WeCom.
    """
    return _PART.sub("", msgid)
