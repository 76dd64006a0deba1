"""Chatwoot's events, as far as they are used. Keys that are not named here come and go with its versions."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels.chatwoot.errors import EventUnreadable
from channels.contact_centre.intake import ATTACHMENTS

Status = Literal["open", "pending", "resolved"]
"""``open``: people have a conversation; ``pending``: the bot has it."""
MARK = "xiaoer_id"
"""Under this key of ``content_attributes`` stands our id of a message."""
_MARKERS = {"audio": "voice", "image": "image", "video": "video", "file": "file", "location": "location"}
"""Chatwoot's kinds of attachments to ours; every other kind is `other`."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Party(_Told):
    """A contact, a person of the team or a bot."""

    id: int | None = None
    name: str | None = None
    type: str | None = None
    """``user``: a person of the team; ``agent_bot``; ``contact`` or none for a customer."""
    identifier: str | None = None
    """The customer's id in the shop, as whoever embedded the widget stated it."""


class Account(_Told):
    """An account of the server."""

    id: int


class ContactInbox(_Told):
    """A contact in an inbox."""

    hmac_verified: bool | None = None
    """Whether the stated identifier came with the HMAC that only the shop can make."""


class Meta(_Told):
    """Who is part of a conversation."""

    sender: Party | None = None
    assignee: Party | None = None
    hmac_verified: bool | None = None
    """As in `ContactInbox`."""


class Conversation(_Told):
    """A conversation as it was when the event was made."""

    id: int
    """Its number in the account."""
    status: Literal["open", "pending", "resolved", "snoozed"]
    """``pending``: the bot has it."""
    contact_inbox: ContactInbox | None = None
    meta: Meta = Meta()
    updated_at: float | str | None = None
    last_activity_at: float | None = None
    """Seconds since the epoch."""
    timestamp: float | None = None
    """The same, in older versions."""

    @property
    def standing(self) -> Status:
        """Who has it. What is put off (``snoozed``) is a person's too."""
        return "open" if self.status == "snoozed" else self.status

    @property
    def moment(self) -> float:
        """When it was so, in seconds since the epoch by Chatwoot's clock; 0: not told."""
        return self.updated_at if isinstance(self.updated_at, float) else self.last_activity_at or self.timestamp or 0.0

    @property
    def verified_identifier(self) -> str | None:
        """The customer's id in the shop, where the shop has proved it; None: it has not."""
        told = self.meta.hmac_verified if self.contact_inbox is None else self.contact_inbox.hmac_verified
        identifier = self.meta.sender.identifier if self.meta.sender else None
        return identifier if told and identifier else None

    @property
    def assignee(self) -> str | None:
        """The person who is in charge; None: nobody."""
        found = self.meta.assignee
        return found.name if found is not None and found.type == "user" else None


class ConversationEvent(Conversation):
    """Something happened to a conversation."""

    account: Account | None = None


class Attachment(_Told):
    """A part of a message that is no text."""

    file_type: str | None = None


class MessageEvent(_Told):
    """A message was written, by whomever."""

    id: int
    content: str | None = None
    message_type: str
    private: bool = False
    sender: Party | None = None
    account: Account
    conversation: Conversation
    content_attributes: Mapping[str, Any] | None = None
    additional_attributes: Mapping[str, Any] | None = None
    attachments: tuple[Attachment, ...] = Field(default=())

    @property
    def is_customers(self) -> bool:
        """Whether the customer wrote it."""
        return self.message_type == "incoming" and not self.private

    @property
    def person(self) -> str | None:
        """The person of the team who wrote it to the customer; None: nobody did, or an automation in their name."""
        by_rule = (self.content_attributes or {}).get("automation_rule_id")
        by_campaign = (self.additional_attributes or {}).get("campaign_id")
        written = self.message_type == "outgoing" and not self.private and not by_rule and not by_campaign
        is_person = self.sender is not None and self.sender.type == "user"
        return (self.sender.name or "Chatwoot") if written and is_person and self.sender else None

    @property
    def own_id(self) -> str | None:
        """Our id of a message that this program sent; None: it did not."""
        mark = (self.content_attributes or {}).get(MARK)
        return str(mark) if mark and self.message_type == "outgoing" else None

    @property
    def text(self) -> str:
        """What is written, with a marker for each part that is no text."""
        kinds = [_MARKERS.get(one.file_type or "", "other") for one in self.attachments]
        parts = [(self.content or "").strip(), *(ATTACHMENTS[kind] for kind in kinds)]
        return "\n".join(part for part in parts if part) or ATTACHMENTS["other"]


class _Named(_Told):
    event: str = ""


def read_event(body: bytes) -> MessageEvent | ConversationEvent | None:
    """Read an event.

    Args:
        body: signed.

    Returns:
        The event; None: one that changes nothing here, such as a message that was edited or a widget that was opened.

    Raises:
        EventUnreadable: it does not fit.
    """
    try:
        name = _Named.model_validate_json(body).event
        if name == "message_created":
            return MessageEvent.model_validate_json(body)
        if name.startswith("conversation_") and "typing" not in name:
            return ConversationEvent.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "body"
        raise EventUnreadable(f"{place!r}: {problem['msg']}") from error
    return None
