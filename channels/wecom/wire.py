"""WeCom's JSON as far as it is read; it may add keys at any time."""

from typing import Any

from pydantic import BaseModel, ConfigDict

CUSTOMER, SYSTEM, SERVICER = 3, 4, 5
"""Origins: a customer's words, an event, a servicer's words in WeCom's client."""


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Text(_Wire):
    """Words; a click on a menu gives the words of its entry."""

    content: str = ""


class Titled(_Wire):
    """A link, a mini program, an order or goods of WeChat's shops, a bundle of messages."""

    title: str = ""
    product_titles: str = ""
    url: str = ""


class Place(_Wire):
    """A point on the map."""

    name: str = ""
    address: str = ""


class Event(_Wire):
    """What happened to a session, by `event_type`."""

    event_type: str = ""
    open_kfid: str = ""
    external_userid: str = ""
    scene_param: str = ""
    welcome_code: str = ""
    fail_msgid: str = ""
    fail_type: int = 0
    recall_msgid: str = ""
    change_type: int = 0
    old_servicer_userid: str = ""
    new_servicer_userid: str = ""


class Item(_Wire):
    """One message or event of an account."""

    msgid: str
    send_time: int
    """Seconds since the epoch."""
    origin: int
    msgtype: str
    open_kfid: str = ""
    external_userid: str = ""
    servicer_userid: str = ""
    text: Text | None = None
    location: Place | None = None
    link: Titled | None = None
    miniprogram: Titled | None = None
    merged_msg: Titled | None = None
    channels_shop_product: Titled | None = None
    channels_shop_order: Titled | None = None
    event: Event | None = None

    @property
    def customer(self) -> str:
        """Whom it is about; empty: nobody."""
        return self.external_userid or (self.event.external_userid if self.event else "")


class Page(_Wire):
    """A page of what happened at an account, in no order that WeCom promises."""

    next_cursor: str = ""
    has_more: int = 0
    msg_list: tuple[dict[str, Any], ...] = ()


class Standing(_Wire):
    """Where a session stands."""

    service_state: int
    servicer_userid: str = ""


class Moved(_Wire):
    """A session was moved."""

    msg_code: str = ""
    """Lets one message be sent in the new state."""


class Servicer(_Wire):
    """A person, or a department, that serves an account."""

    userid: str = ""
    status: int = 1
    """0: takes sessions."""


class Servicers(_Wire):
    """Who serves an account."""

    servicer_list: tuple[Servicer, ...] = ()


class Account(_Wire):
    """A customer service account."""

    open_kfid: str
    manage_privilege: bool = True
    """Whether this application may receive and send for it."""


class Accounts(_Wire):
    """The company's accounts."""

    account_list: tuple[Account, ...] = ()
