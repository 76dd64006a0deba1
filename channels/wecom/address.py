"""A customer at an account: what WeCom calls them, and what their conversation and they themselves are called here."""

import hashlib
from dataclasses import dataclass

NAME = "wecom"
"""The channel's name."""


@dataclass(frozen=True)
class Address:
    """A customer in WeChat who writes to one customer service account."""

    open_kfid: str
    """The account."""
    external_userid: str
    """The customer, as WeCom knows them."""
    shop_customer: str | None = None
    """The customer as the shop's login knows them; None: nobody vouches for who they are."""

    @property
    def conversation_id(self) -> str:
        """Of the conversation here: one for the account and the customer, and another once the shop's login vouches for them."""
        known = (_digest(self.shop_customer),) if self.shop_customer else ()
        return ":".join((NAME, self.open_kfid, self.external_userid, *known))

    @property
    def customer_id(self) -> str:
        """Whom the assistant answers: never a customer of the shop unless its login vouches for it."""
        return self.shop_customer or f"{NAME}:{self.external_userid}"


def address_of(conversation_id: str) -> Address | None:
    """Where a conversation's messages go; None: it is none of this channel.

    Args:
        conversation_id: as `Address` writes it.
    """
    name, *ids = conversation_id.split(":")
    if name != NAME or len(ids) not in (2, 3):
        return None
    return Address(ids[0], ids[1])


def _digest(customer: str) -> str:
    return hashlib.sha256(customer.encode("utf-8", "surrogatepass")).hexdigest()[:16]
