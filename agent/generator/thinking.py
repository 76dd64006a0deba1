"""Reasoning aloud: some models think between <think> tags before they answer; none of it is part of the draft."""

_OPEN = "<think>"
_CLOSE = "</think>"


class ThoughtFilter:
    """Drops everything between ``<think>`` and ``</think>``, however the stream cuts the tags."""

    def __init__(self) -> None:
        self._held = ""
        self._is_thinking = False
        self._is_after_thought = False

    def feed(self, piece: str) -> str:
        """Take the next piece of the stream and return what of it can be said already."""
        self._held += piece
        said = ""
        while True:
            tag = _CLOSE if self._is_thinking else _OPEN
            at = self._held.find(tag)
            if at < 0:
                break
            said += self._let_out(self._held[:at])
            self._held = self._held[at + len(tag) :]
            self._is_after_thought = self._is_thinking
            self._is_thinking = not self._is_thinking
        keep = _overlap(self._held, tag)
        cut = len(self._held) - keep
        said += self._let_out(self._held[:cut])
        self._held = self._held[cut:]
        return said

    def finish(self) -> str:
        """Return what was held back; an unfinished thought is dropped."""
        said, self._held = self._let_out(self._held), ""
        return said

    def _let_out(self, text: str) -> str:
        """What of the text is said: no thought, and no line breaks right after one."""
        if self._is_thinking:
            return ""
        if self._is_after_thought:
            text = text.lstrip("\n")
            self._is_after_thought = not text
        return text


def _overlap(text: str, tag: str) -> int:
    """How many characters at the end of the text could be the beginning of the tag."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if tag.startswith(text[-size:])), 0)
