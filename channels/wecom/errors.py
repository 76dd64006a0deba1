"""What can go wrong with WeCom.

WecomError
├── WecomUnreachable   no answer, or none that can be read: what was asked may have been done
└── WecomRefused       an answer with an error code: it was not done
"""

from agent.errors import DeliveryFailed
from channels.errors import ChannelError

STATE_FORBIDS = 95018
"""The session is with people, or over."""
TOKEN_OF_CALLBACK_GONE = 95007
NOT_AT_WORK = frozenset({95014, 95019})
"""The user is no servicer of the account, or takes no sessions at the moment."""
ACCESS_GONE = frozenset({40001, 40014, 42001})
"""The access token is not accepted any more."""

_PASSING: dict[int, float | None] = {-1: None, 6000: 1.0, 45009: 60.0, 45033: 5.0, **dict.fromkeys(ACCESS_GONE, 60.0)}
"""Codes after which the same request may succeed, with the seconds to wait; None: not known. A limit of calls ends after its minute."""
_FINAL = frozenset({40058, 40096, 45002, 95000, 95001, 95002, 95003, 95004, 95011, 95012, 95013, 95017, STATE_FORBIDS})
"""Codes that say for certain that a message was not taken, and will not be."""


class WecomError(ChannelError):
    """WeCom did not do what it was asked."""


class WecomUnreachable(WecomError):
    """No answer, or none that can be read: what was asked may have been done."""

    def __init__(self, doing: str, why: str) -> None:
        super().__init__(
            f"WeCom could not be reached to {doing} ({why}): see that its address can be reached from here"
        )
        self.why = why


class WecomRefused(WecomError):
    """An answer with an error code."""

    def __init__(self, doing: str, code: int, said: str) -> None:
        super().__init__(f"WeCom refused to {doing} (errcode {code}, {said!r}): look the code up in WeCom's table")
        self.code = code
        self.said = said

    @property
    def is_passing(self) -> bool:
        """The same request may succeed later."""
        return self.code in _PASSING

    @property
    def retry_after_s(self) -> float | None:
        """Seconds to wait; None: not known, or waiting does not help."""
        return _PASSING.get(self.code)

    @property
    def is_certain(self) -> bool:
        """The code says why; any other may also say that a message with this id was there before, for which WeCom documents no code."""
        return self.is_passing or self.code in _FINAL


def failure_of(message_id: str, error: WecomError) -> DeliveryFailed:
    """The failure of a delivery.

    Args:
        message_id: what was to be delivered.
        error: of WeCom.
    """
    if isinstance(error, WecomRefused):
        wait_s, is_final = error.retry_after_s, not error.is_passing
        return DeliveryFailed(message_id, str(error), retry_after_s=wait_s, is_final=is_final)
    return DeliveryFailed(message_id, str(error))
