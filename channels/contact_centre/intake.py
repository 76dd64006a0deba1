"""The intake of channels that acknowledge first: a customer's message becomes durable, or the customer is told why it cannot be taken."""

import logging

from agent.attachments import MARKERS
from agent.errors import MessageIdReused, MessageRefused, MessageTooLong
from agent.guard.size import token_bound
from agent.mailroom.reception import Reception
from agent.messages import CustomerMessage
from agent.store.mail import Accepted
from channels.errors import TooManyTokens

log = logging.getLogger(__name__)

ATTACHMENTS = MARKERS

TOO_LONG = "亲，这条消息太长啦，麻烦您分几条发给我，或者只说重点～"


class Intake:
    """Takes customers' messages on.

    Args:
        reception: works them.
        max_tokens: longer messages are refused, counted on the safe side.
    """

    def __init__(self, reception: Reception, max_tokens: int | None = None) -> None:
        self._reception = reception
        self._max_tokens = max_tokens

    async def accept(self, message: CustomerMessage) -> Accepted:
        """Take a message on: once this returns it is durable and may be acknowledged.

        Raises:
            TooManyTokens: it is too long for a model.
            MessageRefused: it cannot be taken as it stands; nothing was stored.
            StoreError: it is not accepted; it has to be sent again.
        """
        tokens = token_bound(message.text) if self._max_tokens is not None else 0
        if self._max_tokens is not None and tokens > self._max_tokens:
            raise TooManyTokens(tokens, self._max_tokens)
        return await self._reception.accept(message)

    async def take(self, message: CustomerMessage) -> str | None:
        """Take a message on where its sender cannot mend it: once this returns it is durable, or will never be taken.

        Returns:
            Words for the customer where the message cannot be taken as it stands; None: it was taken, or nothing is to be said.

        Raises:
            StoreError: it is not accepted; the contact centre has to send it again.
        """
        try:
            await self.accept(message)
        except (TooManyTokens, MessageTooLong):
            return TOO_LONG
        except MessageIdReused as exc:  # an edited message comes with its old id; its first words are answered
            log.info("%s: left as it was", exc)
        except MessageRefused as exc:
            log.warning("a message on %s is not taken: %s", message.channel, exc)
        return None
