"""What can go wrong before a message reaches the assistant, or on the way back.

ChannelError
├── Refusal                  a request that is answered with an error
│   ├── TokenMissing         401  no token where one is needed
│   ├── TokenInvalid         401  forged, expired or not a token
│   ├── SignatureInvalid     401  a webhook that is not signed as agreed, or too old
│   ├── CustomerMismatch     403  the body states another customer than the token
│   ├── ClockNotAllowed      403  a stated time without --replay-clock
│   ├── EventNotAllowed      403  an event that is not reported by the shop's own systems
│   ├── GuestsNotServed      403  a customer without a login, where no guest can be given a token
│   ├── ConversationUnknown  404  no such conversation of this customer
│   ├── ModelUnknown         404  an OpenAI-style request names a model that is not served
│   ├── BodyTooSlow          408  the body did not arrive in time
│   ├── RatedAlready         409  the conversation has a rating
│   ├── BodyTooLarge         413  more bytes than the server reads
│   ├── TooManyTokens        413  a message that is too long for a model
│   ├── FieldMissing         422  a key that is needed in this setup
│   ├── TurnUnsupported      422  an OpenAI-style request this server cannot serve
│   ├── TooManyTurns         429  the customer or the key is at its limit
│   ├── ServerBusy           503  the server is at its limit
│   └── TurnTooSlow          503  the turn still runs; its reply is kept
└── ShopNotOpened            the server or the terminal cannot start with this setup
"""

from typing import ClassVar


class ChannelError(Exception):
    """Root of all errors of the channels."""


class Refusal(ChannelError):
    """A request that is answered with an error."""

    status: ClassVar[int] = 400
    """HTTP status."""
    code: ClassVar[str] = "refused"
    """The machine's word for it."""
    retry_after_s: int | None = None
    """Seconds after which the same request may succeed; None: not by waiting."""
    param: str | None = None
    """The key of the request that is to blame; None: none."""


class TokenMissing(Refusal):
    """No token where one is needed."""

    status = 401
    code = "token_missing"

    def __init__(self) -> None:
        super().__init__("this server needs a customer's token: send 'Authorization: Bearer TOKEN'")


class TokenInvalid(Refusal):
    """The token is forged, expired or no token."""

    status = 401
    code = "token_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(f"the customer's token was not accepted ({why}): ask the shop's login for a new one")
        self.why = why


class SignatureInvalid(Refusal):
    """A webhook is not signed as agreed, or is too old."""

    status = 401
    code = "signature_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(f"the webhook's signature was not accepted ({why}): check the secret and the sender's clock")
        self.why = why


class CustomerMismatch(Refusal):
    """The body states another customer than the token."""

    status = 403
    code = "customer_mismatch"

    def __init__(self, stated: str) -> None:
        super().__init__(f"customer_id {stated!r} is not the customer of the token: leave customer_id out")
        self.stated = stated


class ClockNotAllowed(Refusal):
    """The body states a time, which only a replay may do."""

    status = 403
    code = "clock_not_allowed"

    def __init__(self) -> None:
        super().__init__("'now' is for replays: leave it out, or start the server with --replay-clock")


class EventNotAllowed(Refusal):
    """Events are reported by the shop's own systems only."""

    status = 403
    code = "event_not_allowed"

    def __init__(self) -> None:
        super().__init__("events are reported with an API key: make one with 'xiaoer key NAME'")


class GuestsNotServed(Refusal):
    """A guest needs a token, and this server signs none."""

    status = 403
    code = "guests_not_served"

    def __init__(self) -> None:
        super().__init__("customers without a login need a token of this server: set token_secret")


class RatedAlready(Refusal):
    """The conversation has a rating: the first one stays."""

    status = 409
    code = "rated_already"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"conversation {conversation_id!r} has a rating already: the first one stays")
        self.conversation_id = conversation_id


class ConversationUnknown(Refusal):
    """There is no such conversation of this customer."""

    status = 404
    code = "conversation_unknown"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"no conversation {conversation_id!r} of this customer: check the id")
        self.conversation_id = conversation_id


class ModelUnknown(Refusal):
    """The request names a model that is not served here."""

    status = 404
    code = "model_not_found"
    param = "model"

    def __init__(self, model: str, known: str) -> None:
        super().__init__(f"the model {model!r} does not exist here: name {known!r}")
        self.model = model


class BodyTooSlow(Refusal):
    """The body did not arrive in time."""

    status = 408
    code = "body_too_slow"

    def __init__(self, limit_s: float) -> None:
        super().__init__(f"the request body did not arrive within {limit_s:g} s: send it again")
        self.limit_s = limit_s


class BodyTooLarge(Refusal):
    """The request has more bytes than the server reads."""

    status = 413
    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the request body is over {limit} bytes: send a shorter message")
        self.limit = limit


class TooManyTokens(Refusal):
    """The message is too long for a model."""

    status = 413
    code = "message_too_long"

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"the message counts as {tokens} tokens, the limit is {limit}: send it in parts")
        self.tokens = tokens
        self.limit = limit


class FieldMissing(Refusal):
    """A key is needed in this setup."""

    status = 422
    code = "field_missing"

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key!r} is missing: {why}")
        self.key = key


class TurnUnsupported(Refusal):
    """An OpenAI-style request asks for something this server cannot do."""

    status = 422
    code = "unsupported"

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(f"{key!r} cannot be served: {expected}")
        self.key = key


class TooManyTurns(Refusal):
    """The customer, or the holder of the key, is at its limit."""

    status = 429
    code = "too_many_turns"

    def __init__(self, whose: str, retry_after_s: int) -> None:
        super().__init__(f"too many turns for {whose}: try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class ServerBusy(Refusal):
    """The server takes no more requests for the moment; nothing of this one was read."""

    status = 503
    code = "server_busy"
    retry_after_s = 1

    def __init__(self) -> None:
        super().__init__("this server is at its limit: try again in 1 s")


class TurnTooSlow(Refusal):
    """The turn still runs; asking again with the same message id gives its reply."""

    status = 503
    code = "turn_too_slow"
    retry_after_s = 5

    def __init__(self, message_id: str, deadline_s: float) -> None:
        super().__init__(
            f"message {message_id!r} has no reply after {deadline_s:g} s: it goes on, send it again with the same id"
        )
        self.message_id = message_id


class ShopNotOpened(ChannelError):
    """The server or the terminal cannot start with this setup."""
