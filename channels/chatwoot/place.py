"""Which conversation of Chatwoot's is which of ours, and whose it is."""

import hashlib
import re
from dataclasses import dataclass

from agent.errors import DeliveryFailed
from channels.chatwoot.events import Conversation

NAME = "chatwoot"
"""The channel's name."""
_LONGEST_ID = 128
_OURS = re.compile(r"chatwoot-(\d{1,18})-(\d{1,18})(?:-[0-9a-f]{8})?")


@dataclass(frozen=True)
class Place:
    """A conversation of an account."""

    account: int
    number: int

    @property
    def guest(self) -> str:
        """The id of a customer whom the shop does not vouch for: one for each conversation, so that nobody reads another's."""
        return f"guest-{NAME}-{self.account}-{self.number}"

    def customer(self, told: Conversation) -> str:
        """The id of the customer: the shop's own only where Chatwoot has checked the shop's HMAC of it."""
        stated = told.verified_identifier
        fits = stated is not None and len(stated) <= _LONGEST_ID and stated.isprintable() and " " not in stated
        return stated if stated is not None and fits else self.guest

    def conversation_id(self, customer_id: str) -> str:
        """Our id. Who logs in within a conversation begins a new one: a guest's words are not put into a customer's history."""
        common = f"{NAME}-{self.account}-{self.number}"
        if customer_id == self.guest:
            return common
        return f"{common}-{hashlib.sha256(customer_id.encode()).hexdigest()[:8]}"


def place_of(conversation_id: str) -> Place:
    """The conversation of Chatwoot's that one of ours is.

    Raises:
        DeliveryFailed: it is none.
    """
    found = _OURS.fullmatch(conversation_id)
    if found is None:
        raise DeliveryFailed(conversation_id, "it is no conversation of Chatwoot's", is_final=True)
    return Place(int(found[1]), int(found[2]))
