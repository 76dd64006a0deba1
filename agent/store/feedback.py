"""What came of a conversation: how the customer rated it, and what they did in the shop afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Protocol

from agent.store import codec
from agent.store.connection import Connection, Runner
from agent.store.errors import RecordUnreadable, RecordUnstorable

EventKind = Literal["order_paid"]
"""What the shop's systems report."""
RATINGS = range(1, 6)
"""1: very bad, 5: very good."""

_ASK = "INSERT INTO ratings (conversation_id, asked_at) VALUES (?, ?) ON CONFLICT DO NOTHING"
_RATE = (
    "INSERT INTO ratings (conversation_id, rating, rated_at) VALUES (?, ?, ?) ON CONFLICT (conversation_id)"
    " DO UPDATE SET rating = excluded.rating, rated_at = excluded.rated_at WHERE ratings.rating IS NULL"
)
_RATING = "SELECT conversation_id, asked_at, rating, rated_at FROM ratings WHERE conversation_id = ?"
_RATINGS = (
    "SELECT r.conversation_id, r.asked_at, r.rating, r.rated_at FROM ratings r JOIN conversations c"
    " USING (conversation_id) WHERE c.shop_id = ? AND coalesce(r.rated_at, r.asked_at) >= ? ORDER BY r.conversation_id"
)
_KEEP = (
    "INSERT INTO shop_events (event_id, shop_id, customer_id, kind, amount, at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_EVENTS = (
    "SELECT event_id, shop_id, customer_id, kind, amount, at FROM shop_events"
    " WHERE shop_id = ? AND at >= ? ORDER BY at, event_id"
)


@dataclass(frozen=True)
class Rating:
    """Whether a customer was asked for a rating, and which one they gave."""

    conversation_id: str
    asked_at: datetime | None = None
    """None: they rated without being asked."""
    rating: int | None = None
    """1 to 5, higher is better; None: they have not answered."""
    rated_at: datetime | None = None


@dataclass(frozen=True)
class ShopEvent:
    """Something that a customer did in the shop."""

    event_id: str
    """The same whenever the same event is reported again: it counts once."""
    shop_id: str
    customer_id: str
    kind: EventKind
    at: datetime
    """Aware; read back in UTC."""
    amount: Decimal | None = None
    """What was paid, in the shop's currency; None: not told."""


class Feedback(Protocol):
    """Takes what came of conversations."""

    async def ask_rating(self, conversation_id: str, at: datetime) -> bool:
        """Record that a customer is asked now.

        Returns:
            False when they were asked before or have rated: do not ask.
        """
        ...

    async def rate(self, conversation_id: str, rating: int, at: datetime) -> bool:
        """Keep a rating, 1 to 5.

        Returns:
            False when the conversation has one: the first one stays.

        Raises:
            RecordUnstorable: it is not 1 to 5.
        """
        ...

    async def keep_event(self, event: ShopEvent) -> bool:
        """Keep what a customer did.

        Returns:
            False when it was reported before: nothing is changed.
        """
        ...


class StoredFeedback:
    """What came of conversations, beside them in the store's database.

    Args:
        writer: its jobs are durable when they return.
        reader: sees what was committed.
    """

    def __init__(self, writer: Runner, reader: Runner) -> None:
        self._writer = writer
        self._reader = reader

    async def ask_rating(self, conversation_id: str, at: datetime) -> bool:
        """Record that a customer is asked now; see `Feedback`."""
        row = (conversation_id, codec.moment_to_text(at, "rating"))
        return await self._writer.run("ask for a rating", _changing(_ASK, row))

    async def rate(self, conversation_id: str, rating: int, at: datetime) -> bool:
        """Keep a rating; see `Feedback`."""
        if rating not in RATINGS:
            raise RecordUnstorable("rating", f"{rating!r} is not 1 to 5")
        row = (conversation_id, rating, codec.moment_to_text(at, "rating"))
        return await self._writer.run("keep a rating", _changing(_RATE, row))

    async def keep_event(self, event: ShopEvent) -> bool:
        """Keep what a customer did; see `Feedback`."""
        amount = None if event.amount is None else str(event.amount)
        moment = codec.moment_to_text(event.at, "event")
        row = (event.event_id, event.shop_id, event.customer_id, event.kind, amount, moment)
        return await self._writer.run("keep an event", _changing(_KEEP, row))

    async def rating(self, conversation_id: str) -> Rating | None:
        """Read the rating of a conversation; None: nobody was asked and nobody rated."""

        def job(connection: Connection) -> Rating | None:
            row = connection.execute(_RATING, (conversation_id,)).fetchone()
            return None if row is None else _rating(row)

        return await self._reader.run("read a rating", job)

    async def ratings(self, shop_id: str, since: datetime) -> tuple[Rating, ...]:
        """Ratings of a shop that were asked for or given since a time, in the order of their conversations."""
        row = (shop_id, codec.moment_to_text(since, "time"))

        def job(connection: Connection) -> tuple[Rating, ...]:
            return tuple(_rating(found) for found in connection.execute(_RATINGS, row))

        return await self._reader.run("read ratings", job)

    async def events(self, shop_id: str, since: datetime) -> tuple[ShopEvent, ...]:
        """What customers of a shop did since a time, oldest first."""
        row = (shop_id, codec.moment_to_text(since, "time"))

        def job(connection: Connection) -> tuple[ShopEvent, ...]:
            return tuple(_event(found) for found in connection.execute(_EVENTS, row))

        return await self._reader.run("read events", job)


def _changing(query: str, row: tuple[object, ...]) -> Callable[[Connection], bool]:
    def job(connection: Connection) -> bool:
        return connection.execute(query, row).rowcount > 0

    return job


def _rating(row: tuple[Any, ...]) -> Rating:
    conversation_id, asked, rating, rated = row
    moments = (None if text is None else codec.moment_from_text(text, "rating") for text in (asked, rated))
    asked_at, rated_at = moments
    return Rating(conversation_id, asked_at, rating, rated_at)


def _event(row: tuple[Any, ...]) -> ShopEvent:
    event_id, shop_id, customer_id, kind, amount, at = row
    try:
        paid = None if amount is None else Decimal(amount)
    except InvalidOperation as exc:
        raise RecordUnreadable("event", f"the amount {amount!r} is no number") from exc
    return ShopEvent(event_id, shop_id, customer_id, kind, codec.moment_from_text(at, "event"), paid)
