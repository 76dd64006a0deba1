"""A channel: one way by which customers write and are answered, and what it can do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter

from agent.mailroom.delivery import Sender
from agent.mailroom.following import Follower


@dataclass(frozen=True)
class Abilities:
    """What a channel can do."""

    reply_window: timedelta | None = None
    """How long after a customer's message they may be written to; None: always."""
    most_replies: int | None = None
    """Messages that one message of the customer may be answered with; None: any number."""
    most_bytes: int | None = None
    """Longest text of one message, in bytes of UTF-8; a longer one is cut, and each part counts as a message; None: any length."""
    returns_from_person: bool = True
    """Whether a person can give a conversation back to the bot before it ends."""
    typing: bool = False
    """Whether the customer can be shown that a reply is being written."""
    buttons: bool = False
    private_notes: bool = False
    """Whether people have a place for words that the customer does not see."""


@dataclass(frozen=True)
class Channel:
    """A channel as the program runs it."""

    name: str
    """As in `CustomerMessage.channel` and in the outbox."""
    abilities: Abilities = Abilities()
    sender: Sender | None = None
    """Sends what stands in the outbox; None: its customers are not written to, as a channel for staff."""
    follower: Follower | None = None
    """Is told the moves of its conversations between bot and people."""
    follows_all: bool = False
    """Told of every conversation, whatever its channel: a channel for staff."""
    router: APIRouter | None = None
    """Where its messages come in over HTTP."""
    run: Callable[[], Awaitable[None]] | None = None
    """Work that goes on as long as the program runs, in one process at a time: a stream that is listened to, a cursor that is followed."""
    close: Callable[[], Awaitable[None]] | None = None
    """Lets go of connections."""
