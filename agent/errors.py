"""What can go wrong around a turn.

AgentError
├── MessageRefused           the message cannot be taken as it stands
│   ├── MessageTooLong
│   ├── MessageGarbled       not text: broken surrogates, control characters only, empty
│   ├── MessageIdReused      the same message id with another text
│   └── ConversationOwnedByAnother
├── ConversationBusy         another process changed the conversation at the same time
├── DeliveryFailed           a channel could not send a message
├── HandoffError             a person cannot do this to a conversation (agent/handoff/errors.py)
├── WriteSuggested           a suggestion to a person would have changed something
├── StoreError               the conversation store could not be read or written
└── SettingsError            a setting is unknown or does not fit
"""


class AgentError(Exception):
    """Root of all errors of the agent."""


class MessageRefused(AgentError):
    """The message cannot be taken as it stands; nothing was stored."""

    code = "message_refused"


class MessageTooLong(MessageRefused):
    """The message is over the limit."""

    code = "message_too_long"

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"The message has {length} characters, the limit is {limit}: send it in parts.")
        self.length = length
        self.limit = limit


class MessageGarbled(MessageRefused):
    """The message is not readable text."""

    code = "message_garbled"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The message is not readable text ({why}): send UTF-8 text with at least one visible character."
        )
        self.why = why


class MessageIdReused(MessageRefused):
    """A message id came again with another text."""

    code = "message_id_reused"

    def __init__(self, conversation_id: str, message_id: str) -> None:
        super().__init__(
            f"Message id {message_id!r} was already used in conversation {conversation_id!r} with another text: "
            "use a new id for a new message."
        )
        self.conversation_id = conversation_id
        self.message_id = message_id


class ConversationOwnedByAnother(MessageRefused):
    """A conversation belongs to another customer."""

    code = "conversation_of_another_customer"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id!r} belongs to another customer: start a new conversation.")
        self.conversation_id = conversation_id


class ConversationBusy(AgentError):
    """Another process changed the conversation while this turn ran."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id!r} was changed by another process: send the message again.")
        self.conversation_id = conversation_id


class DeliveryFailed(AgentError):
    """A channel could not send a message."""

    def __init__(
        self, message_id: str, why: str, *, retry_after_s: float | None = None, is_final: bool = False
    ) -> None:
        super().__init__(f"Message {message_id!r} was not sent ({why}).")
        self.message_id = message_id
        self.why = why
        self.retry_after_s = retry_after_s
        """Seconds that the channel asked for; None: it did not say."""
        self.is_final = is_final
        """Trying again changes nothing: the customer is gone, or the time to answer is over."""


class StoreError(AgentError):
    """The conversation store could not be read or written."""


class SettingsError(AgentError):
    """A setting is unknown or does not fit."""


class WriteSuggested(AgentError):
    """A suggestion to a person would have changed something at a back-end; it was stopped before the call."""

    def __init__(self, tool: str) -> None:
        super().__init__(
            f"A suggestion wanted to carry out {tool!r}, which only the customer's yes may: nothing was done."
        )
        self.tool = tool
