"""Putting the HTTP app together for an open shop."""

from fastapi import FastAPI

from agent.settings import Settings
from channels.admission import Admission
from channels.http.app import create_app
from channels.http.checks import checks_of
from channels.identity import CustomerGate
from channels.metrics import TurnMetrics
from channels.opening import OpenShop
from channels.turns import Turns


def http_app(settings: Settings, shop: OpenShop) -> FastAPI:
    """The app of one open shop.

    Args:
        settings: of the program.
        shop: open as long as the app serves.
    """
    metrics = TurnMetrics()
    metrics.serve_release(shop.releases.current().release_id)
    admission = Admission(settings.turns_per_minute)
    turns = Turns(shop.assistant, metrics, admission, deadline_s=settings.turn_deadline_s)
    secret = settings.token_secret.get_secret_value() if settings.token_secret else None
    trusts = settings.is_loopback and (secret is None or settings.replay_clock)
    gate = CustomerGate(secret, trusts_statement=trusts)
    return create_app(
        turns, gate=gate, metrics=metrics, checks=checks_of(settings, shop), replay_clock=settings.replay_clock
    )
