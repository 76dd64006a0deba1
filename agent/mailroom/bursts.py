"""Bursts: messages that a customer writes within a moment are answered once, together."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.messages import CustomerMessage
from agent.store.mail import WaitingMessage

MOST_IN_A_BURST = 20
"""Messages of one burst at most: so many short lines still make one question."""
LONGEST_WAIT = 4
"""A burst is answered after so many windows at the latest, however fast the customer goes on writing."""


@dataclass(frozen=True)
class Burst:
    """What one turn answers: one message, or several as one."""

    message: CustomerMessage
    """The last one, with the words of all."""
    digest: str
    """SHA-256 of the last one's own words."""
    earlier: tuple[str, ...] = ()
    """Ids of the others, oldest first."""
    seen_version: int | None = None
    """The last version of the conversation that its writer can have read; None: the current one."""
    joined: int = 1
    """Messages whose words it holds."""
    told: bool = True
    """The reply goes out in the response to the message."""


def digest(text: str) -> str:
    """SHA-256 of a message's text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def single(message: CustomerMessage) -> Burst:
    """A message that is answered by itself, in its response."""
    return Burst(message, digest(message.text))


def one_by_one(waiting: WaitingMessage) -> Burst:
    """The burst of one accepted message."""
    told = waiting.delivery == "response"
    return Burst(waiting.message, waiting.digest, (), waiting.seen_version, told=told)


def together(waiting: Sequence[WaitingMessage], window_s: float, most_chars: int) -> Burst:
    """Put the oldest accepted message together with those that came within the window of each other.

    Args:
        waiting: accepted messages in order, at least one.
        window_s: of a burst; 0: each message by itself.
        most_chars: characters that one turn may be asked.
    """
    window = timedelta(seconds=window_s)
    taken = [waiting[0]]
    for one in waiting[1:]:
        chars = sum(len(other.message.text) + 1 for other in taken) + len(one.message.text)
        close = one.accepted_at - taken[-1].accepted_at <= window and one.delivery == taken[0].delivery
        if not window_s or not close or len(taken) == MOST_IN_A_BURST or chars > most_chars:
            break
        taken.append(one)
    last = one_by_one(taken[-1])
    text = "\n".join(one.message.text for one in taken)
    earlier = tuple(one.message.message_id for one in taken[:-1])
    seen = min(one.seen_version for one in taken)
    return replace(
        last, message=replace(last.message, text=text), earlier=earlier, seen_version=seen, joined=len(taken)
    )


def pause_s(waiting: Sequence[WaitingMessage], window_s: float, now: datetime) -> float:
    """How long a burst may still grow, in seconds; 0: it is answered now.

    Args:
        waiting: accepted messages in order.
        window_s: of a burst.
        now: aware.
    """
    if not waiting or not window_s:
        return 0.0
    since_last = (now - waiting[-1].accepted_at).total_seconds()
    since_first = (now - waiting[0].accepted_at).total_seconds()
    if len(waiting) >= MOST_IN_A_BURST:
        return 0.0
    return max(0.0, min(window_s - since_last, LONGEST_WAIT * window_s - since_first))
