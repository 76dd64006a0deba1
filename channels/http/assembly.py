"""Putting the HTTP app together for an open shop."""

from collections.abc import Mapping

from fastapi import FastAPI

from agent.errors import StoreError
from agent.settings import Settings
from channels.admission import Admission
from channels.http.app import create_app
from channels.http.operations import Check
from channels.identity import CustomerGate
from channels.metrics import TurnMetrics
from channels.opening import OpenShop
from channels.turns import Turns
from retrieval.errors import RetrievalError


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
    return create_app(turns, gate=gate, metrics=metrics, checks=_checks(shop), replay_clock=settings.replay_clock)


def _checks(shop: OpenShop) -> Mapping[str, Check]:
    async def release() -> str | None:
        try:
            shop.releases.current()
        except RetrievalError as error:
            return str(error)
        return None

    async def store() -> str | None:
        try:
            await shop.store.load("ready")
        except StoreError as error:
            return str(error)
        return None

    return {"release": release, "store": store}
