"""The JSON of Rasa's REST channel.

Source:
    Rasa Open Source 3, "REST channels": a message is ``sender`` and ``message``, an answer a list of texts for ``recipient_id``.
"""

from pydantic import BaseModel, ConfigDict, Field

from agent.messages import CustomerMessage
from channels.http.wire import Id, Region

NAME = "rasa"
"""The channel's name."""


class Metadata(BaseModel):
    """What else a widget knows; other keys have no meaning here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    message_id: Id | None = None
    """The idempotency key inside the conversation."""
    customer_id: Id | None = None
    """Where no token is needed."""
    product_id: Id | None = None
    """The product page the customer is looking at."""
    region: Region | None = None


class RasaRequest(BaseModel):
    """One message of a customer."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, json_schema_extra={"examples": [{"sender": "c-3", "message": "几天发货"}]}
    )

    sender: Id
    """The conversation."""
    message: str
    metadata: Metadata = Field(default_factory=Metadata)

    def asked(self, customer_id: str, message_id: str) -> CustomerMessage:
        """The message as the assistant takes it."""
        return CustomerMessage(
            conversation_id=self.sender,
            message_id=message_id,
            customer_id=customer_id,
            text=self.message,
            product_id=self.metadata.product_id,
            region=self.metadata.region,
            channel=NAME,
        )


class RasaText(BaseModel):
    """One text for the customer."""

    recipient_id: str
    text: str
