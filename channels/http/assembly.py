"""Putting the HTTP app together for an open shop."""

from fastapi import FastAPI

from agent.settings import Settings
from agent.store.feedback import StoredFeedback
from channels.access.admission import Admission
from channels.access.identity import CustomerGate
from channels.access.keys import KeyRing
from channels.console.opening import console_router
from channels.contact_centre.opening import open_channels
from channels.http.app import create_app
from channels.http.checks import checks_of
from channels.http.feedback import FeedbackRoutes
from channels.insight import Insight
from channels.observe.exposition import Exposition
from channels.opening import OpenShop
from channels.rasa.routes import RasaRoutes
from channels.turns import Turns
from channels.webchat.opening import open_webchat


def http_app(settings: Settings, shop: OpenShop, insight: Insight | None = None) -> FastAPI:
    """The app of one open shop.

    Args:
        settings: of the program.
        shop: open as long as the app serves.
        insight: rehearses and measures for editors; None: the console has no pages of knowledge and quality.
    """
    admission = Admission(settings.turns_per_minute, per_key=settings.turns_per_minute_per_key)
    turns = Turns(
        shop.assistant,
        admission,
        deadline_s=settings.turn_deadline_s,
        max_tokens=settings.max_message_tokens,
    )
    secret = settings.token_secret.get_secret_value() if settings.token_secret else None
    is_open = secret is None and not settings.api_keys
    trusts = settings.is_loopback and (is_open or settings.replay_clock)
    gate = CustomerGate(secret, trusts_statement=trusts, keys=KeyRing(settings.api_keys))
    channels = open_channels(settings, shop)
    elsewhere = [channel.name for channel in channels if channel.sender is not None]
    webchat = open_webchat(settings, shop, turns, gate, elsewhere)
    metrics = shop.observation.metrics
    exposition = Exposition(metrics, shop.store.reader, shop.clock, lambda: shop.releases.current().release_id)
    app = create_app(
        turns,
        gate=gate,
        exposition=exposition.text,
        checks=checks_of(settings, shop),
        replay_clock=settings.replay_clock,
        origins=settings.cors_origins,
        begin=lambda: shop.post.carry(channels),
        first=webchat.routers,
    )
    shop.observation.stand_before(app)
    app.state.streams = webchat.streams
    for channel in channels:
        if channel.router is not None:
            app.include_router(channel.router)
    if settings.rasa:
        app.include_router(RasaRoutes(turns, gate, shop.store, shop.clock).router())
    feedback = StoredFeedback(shop.store.writer, shop.store.reader)
    app.include_router(FeedbackRoutes(turns, gate, feedback, shop.pack.shop.shop_id, shop.clock).router())
    app.include_router(console_router(settings, shop, webchat.streams, insight))
    return app
