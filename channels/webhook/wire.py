"""The JSON of the webhooks, in both directions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from agent.messages import CustomerMessage, Stage
from agent.store.channels import LoggedMove
from agent.store.mail import OutgoingKind, OutgoingMessage
from agent.store.records import HandoffTicket
from channels.http.wire import Id, Region

NAME = "webhook"
"""The channel's name."""


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Written(_Wire):
    """A customer wrote."""

    conversation_id: Id
    message_id: Id
    customer_id: Id
    text: str
    product_id: Id | None = None
    """The product page the customer is looking at."""
    region: Region | None = None
    """ISO country code."""

    def message(self) -> CustomerMessage:
        """The message as the assistant takes it."""
        return CustomerMessage(**self.model_dump(), channel=NAME)


class PersonActed(_Wire):
    """A person at the shop's own desk took a conversation, gave it back to the bot, or ended it."""

    conversation_id: Id
    person: Id


class PersonSaid(PersonActed):
    """A person at the shop's own desk wrote to the customer, who has it already."""

    message_id: Id
    text: str


class MessageIn(_Wire):
    """A ``message.created``."""

    type: Literal["message.created"]
    data: Written


class ActIn(_Wire):
    """A ``conversation.taken``, ``conversation.returned`` or ``conversation.closed``."""

    type: Literal["conversation.taken", "conversation.returned", "conversation.closed"]
    data: PersonActed


class SaidIn(_Wire):
    """A ``person.said``."""

    type: Literal["person.said"]
    data: PersonSaid


INCOMING: TypeAdapter[MessageIn | ActIn | SaidIn] = TypeAdapter(
    Annotated[MessageIn | ActIn | SaidIn, Field(discriminator="type")]
)


class Spoken(_Wire):
    """Words for a customer."""

    conversation_id: str
    message_id: str
    """The same whenever the same words are sent again."""
    kind: OutgoingKind
    text: str
    person: str | None
    """Who wrote it; null: nobody."""

    @classmethod
    def of(cls, message: OutgoingMessage) -> "Spoken":
        """Words from the outbox."""
        return cls(
            conversation_id=message.conversation_id,
            message_id=message.message_id,
            kind=message.kind,
            text=message.text,
            person=message.person,
        )


class TicketTold(_Wire):
    """The task of a person."""

    ticket_id: str
    reason: str
    kind: Literal["live", "call_back"]
    queue: str
    package: dict[str, JsonValue]
    """What the person needs to know; personal data is masked."""


class Moved(_Wire):
    """A conversation went from the bot to people or back."""

    conversation_id: str
    customer_id: str
    from_stage: Stage
    to_stage: Stage
    actor: str
    """``bot``, ``customer``, ``system``, or a person's name."""
    reason: str
    at: AwareDatetime
    ticket: TicketTold | None
    """With a move to ``queued``."""

    @classmethod
    def of(cls, logged: LoggedMove, ticket: HandoffTicket | None) -> "Moved":
        """A move from the log."""
        move = logged.move
        return cls(
            conversation_id=logged.conversation_id,
            customer_id=logged.customer_id,
            from_stage=move.from_stage,
            to_stage=move.to_stage,
            actor=move.actor,
            reason=move.reason,
            at=move.at,
            ticket=None if ticket is None else TicketTold.model_validate(ticket, from_attributes=True),
        )


class Outgoing(_Wire):
    """What is sent to the shop's own system."""

    type: Literal["message.created", "conversation.moved"]
    timestamp: datetime
    data: Spoken | Moved
