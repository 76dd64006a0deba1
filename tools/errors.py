"""What can go wrong with a tool.

ToolError                 every failure of a call to a back-end
├── NotFound              missing, or somebody else's: the two cannot be told apart
├── Refused               the back-end said no, with a code and a reason in the customer's words
├── Unavailable           no usable answer: timeout, 5xx, breaker open, garbage
│   └── RateLimited       the back-end asked for patience
└── OutcomeUnknown        a write whose answer never came and whose status could not be learned
"""

from typing import ClassVar


class ToolError(Exception):
    """A call to a back-end did not give what was asked for."""

    default_code: ClassVar[str] = "tool_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code: str = code or self.default_code
        """The machine's word for the failure, as a turn reports it."""


class NotFound(ToolError):
    """The thing does not exist, or is not this customer's: nobody may learn which."""

    default_code = "not_found"

    def __init__(self, kind: str, thing_id: str) -> None:
        super().__init__(f"no {kind} {thing_id!r} for this customer; ask the customer to check the number")
        self.kind = kind
        self.thing_id = thing_id


class Refused(ToolError):
    """A precondition does not hold: nothing was done, and asking again changes nothing."""

    default_code = "refused"

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"the back-end refused ({code!r}): {reason!r}; tell the customer the reason", code=code)
        self.reason = reason
        """Chinese words for the customer."""


class Unavailable(ToolError):
    """The back-end gave no usable answer."""

    default_code = "unavailable"

    def __init__(self, message: str, *, not_done: bool = False) -> None:
        super().__init__(message)
        self.not_done = not_done
        """A write only: True when it is known that nothing was done. A later try must use the same key."""


class RateLimited(Unavailable):
    """The back-end asked to be called later; nothing was done."""

    default_code = "rate_limited"

    def __init__(self, message: str, *, retry_after_s: float | None) -> None:
        super().__init__(message, not_done=True)
        self.retry_after_s = retry_after_s
        """Seconds the back-end asked for; None when it did not say."""


class OutcomeUnknown(ToolError):
    """A write was sent, its answer was lost, and the back-end could not say what became of it."""

    default_code = "outcome_unknown"

    def __init__(self, action: str, key: str) -> None:
        super().__init__(
            f"{action!r} under key {key!r} was sent but its outcome is unknown; ask action_status for this key later, "
            "and do not send it under another key"
        )
        self.action = action
        self.key = key
