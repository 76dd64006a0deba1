"""Marks: what stands for a conversation where its id must not stand, in log lines and spans."""

import hashlib
import hmac
from collections.abc import Callable

from agent.settings import Settings

Mark = Callable[[str], str]
"""Gives the mark of a conversation's id."""


def marks_of(settings: Settings) -> Mark:
    """Give each conversation one short mark, the same in all processes that share ``token_secret``.

    Args:
        settings: whose ``token_secret`` keys the marks; without one anybody who guesses an id can tell its mark.
    """
    key = settings.token_secret.get_secret_value() if settings.token_secret is not None else ""

    def mark(conversation_id: str) -> str:
        told = hmac.new(key.encode(), conversation_id.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return told.hexdigest()[:16]

    return mark
