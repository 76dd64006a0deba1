"""Cutting: a text in parts that a channel takes as messages of their own."""

from channels.sentences import sentences


def cut(text: str, most_bytes: int) -> tuple[str, ...]:
    """Cut a text into as few parts as go, after sentences where they fit, else between characters.

    Args:
        text: to be sent.
        most_bytes: longest part, in bytes of UTF-8, at least 4: the longest character.

    Returns:
        Parts in order, one at least; joined they are the text, character for character.
    """
    parts = [""]
    for piece in sentences(text):
        for chunk in _chunks(piece, most_bytes):
            if _size(parts[-1]) + _size(chunk) <= most_bytes:
                parts[-1] += chunk
            else:
                parts.append(chunk)
    return tuple(parts)


def _chunks(piece: str, most_bytes: int) -> list[str]:
    """A sentence as it stands, or in parts where it is too long for one."""
    if _size(piece) <= most_bytes:
        return [piece]
    chunks = [""]
    for char in piece:
        if _size(chunks[-1]) + _size(char) > most_bytes:
            chunks.append("")
        chunks[-1] += char
    return chunks


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
