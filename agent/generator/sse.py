"""Server-sent events as model servers stream them: ``data:`` lines, each a piece of JSON, then ``[DONE]``."""

import codecs
import json
from dataclasses import dataclass, replace
from typing import Any

from agent.generator.errors import Interrupted, NotAccepted, Overrun, Unavailable

_MOST_LINE_BYTES = 1_000_000


class LineReader:
    """Cuts a byte stream into lines without ever holding an endless one."""

    def __init__(self) -> None:
        self._held = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, chunk: bytes) -> list[str]:
        """Take bytes and return the lines that they complete.

        Raises:
            Interrupted: a line grows without end.
        """
        self._held += self._decoder.decode(chunk)
        *lines, self._held = self._held.replace("\r\n", "\n").split("\n")
        if len(self._held) > _MOST_LINE_BYTES:
            raise Interrupted(f"a line of the stream passed {_MOST_LINE_BYTES} bytes: this is no event stream")
        return lines

    def finish(self) -> list[str]:
        """Return the last line, where the stream ended without a line break."""
        last, self._held = self._held, ""
        return [last] if last else []


@dataclass(frozen=True)
class Delta:
    """What one event adds to the draft."""

    text: str = ""
    finish: str | None = None
    """Why the model stopped: ``stop``, ``length``, ...; None: it goes on."""
    is_done: bool = False
    """The stream's own end mark."""
    tokens: tuple[int, int] | None = None
    """Of the prompt and of the draft; None: not told here."""


def read_event(line: str) -> Delta | None:
    """Read one line of the stream.

    Args:
        line: without its line break.

    Returns:
        What it adds; None for comments, blank lines and fields other than ``data``.

    Raises:
        Interrupted: the data is not the JSON of a chat completion.
        Unavailable: the server reports an error in mid-stream.
    """
    if not line.startswith("data:"):
        return None
    data = line.removeprefix("data:").strip()
    if data == "[DONE]":
        return Delta(is_done=True)
    try:
        event = json.loads(data)
    except ValueError as error:
        raise Interrupted(f"the stream holds {data[:80]!r}, expected a JSON event of /chat/completions") from error
    if not isinstance(event, dict):
        raise Interrupted(f"the stream holds {data[:80]!r}, expected a JSON object")
    if event.get("error"):
        raise Unavailable(f"the model's server reports in mid-stream: {str(event['error'])[:200]}")
    delta, tokens = _read_choice(event, data), _read_usage(event.get("usage"))
    return delta if tokens is None else replace(delta or Delta(), tokens=tokens)


def _read_choice(event: dict[str, Any], data: str) -> Delta | None:
    choices = event.get("choices")
    if choices is None or choices == []:
        return None  # usage and keep-alive events carry no choice
    try:
        choice = choices[0]
        content = (choice.get("delta") or {}).get("content") or ""
        finish = choice.get("finish_reason")
    except (AttributeError, KeyError, IndexError, TypeError) as error:
        raise Interrupted(f"the stream holds {data[:80]!r}, expected choices[0].delta.content") from error
    if not isinstance(content, str):
        raise Interrupted(f"the stream holds {data[:80]!r}, expected text in choices[0].delta.content")
    return Delta(content, finish)


def _read_usage(usage: Any) -> tuple[int, int] | None:
    """What the draft took; None where the event does not tell, or not in numbers."""
    told = [usage.get(key) for key in ("prompt_tokens", "completion_tokens")] if isinstance(usage, dict) else []
    counts = [count for count in told if isinstance(count, int)]
    return (counts[0], counts[1]) if len(counts) == 2 else None


def check_finish(finish: str | None) -> None:
    """Refuse a draft that its model did not bring to an end.

    Raises:
        Interrupted: the stream ended without a reason.
        NotAccepted: the server's own filter cut it.
        Overrun: it reached its limit of tokens.
    """
    if finish is None:
        raise Interrupted("the stream ended without a finish reason: the draft is cut")
    if finish == "length":
        raise Overrun("the model reached max_tokens before its reply ended; raise max_tokens or ask for less")
    if finish == "content_filter":
        raise NotAccepted("the model server's content filter cut the reply")
