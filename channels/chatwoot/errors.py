"""What Chatwoot is told when an event is not taken.

Refusal
├── EventUnreadable   422  a signed event that does not fit: Chatwoot opens the conversation for people
├── AccountUnknown    403  an event of another account
└── NotKept           500  it could not be stored: the one status, beside 429, after which Chatwoot sends it again
"""

from channels.errors import Refusal


class EventUnreadable(Refusal):
    """A signed event does not fit."""

    status = 422
    code = "event_unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(f"the event cannot be read ({why}): this is written for Chatwoot 4.13 and later")
        self.why = why


class AccountUnknown(Refusal):
    """An event is of another account."""

    status = 403
    code = "account_unknown"

    def __init__(self, account: int) -> None:
        super().__init__(
            f"events of account {account} are not taken here: set chatwoot.account, or take the bot off its inboxes"
        )
        self.account = account


class NotKept(Refusal):
    """An event could not be stored."""

    status = 500
    code = "not_kept"

    def __init__(self) -> None:
        super().__init__("the event could not be stored: send it again")
