"""The form of a message: what no turn is worked for."""

import unicodedata

from agent.errors import MessageGarbled, MessageTooLong


def check_form(text: str, max_chars: int) -> None:
    """Refuse what is too long or no text.

    Args:
        text: the customer's.
        max_chars: how long it may be, in characters.

    Raises:
        MessageTooLong: it is longer.
        MessageGarbled: it holds half a character, or nothing that can be seen.
    """
    if len(text) > max_chars:
        raise MessageTooLong(len(text), max_chars)
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise MessageGarbled("a lone surrogate")
    if not any(unicodedata.category(char)[0] not in "CZ" for char in text):
        raise MessageGarbled("no visible character")
