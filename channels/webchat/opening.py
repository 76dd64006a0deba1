"""Opening the web chat of a shop."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from agent.settings import Settings
from agent.store.visible import VisibleThread
from channels.access.identity import CustomerGate
from channels.opening import OpenShop
from channels.turns import Turns
from channels.webchat.feed import Feed
from channels.webchat.guests import Guests
from channels.webchat.pages import WindowRoutes
from channels.webchat.routes import ConversationRoutes
from channels.webchat.storefront import Storefront
from channels.webchat.streams import Streams


@dataclass(frozen=True)
class WebChat:
    """The web chat of an open shop."""

    routers: Sequence[APIRouter]
    """They stand before the routes of ``GET /conversations/{id}``."""
    streams: Streams
    """To be closed when the server stops."""


def open_webchat(
    settings: Settings, shop: OpenShop, turns: Turns, gate: CustomerGate, elsewhere: Collection[str] = ()
) -> WebChat:
    """Open the web chat.

    Args:
        settings: of the program.
        shop: open as long as the app serves.
        turns: takes messages.
        gate: says who the customer is.
        elsewhere: channels whose messages are sent by a sender of their own.
    """
    storefront = Storefront(shop.releases.current, shop.clock, settings.max_message_chars)
    thread = VisibleThread(shop.store.writer, shop.store.reader, elsewhere)
    feed = Feed(thread, shop.store, shop.clock, storefront.is_open)
    streams = Streams()
    secret = settings.token_secret.get_secret_value() if settings.token_secret else None
    window = WindowRoutes(Guests(gate, secret), storefront, demo=settings.is_loopback)
    conversations = ConversationRoutes(turns, gate, feed, streams, shop.clock)
    return WebChat((conversations.router(), window.router()), streams)
