"""Checks: whether each part that a turn needs can be used now."""

from collections.abc import Mapping

import httpx

from agent.errors import StoreError
from agent.settings import Settings
from channels.http.operations import Check
from channels.opening import OpenShop
from retrieval.errors import RetrievalError

_WAIT_S = 2.0


def checks_of(
    settings: Settings, shop: OpenShop, transport: httpx.AsyncBaseTransport | None = None
) -> Mapping[str, Check]:
    """The checks of one open shop, by the part's name.

    Args:
        settings: of the program.
        shop: open as long as they are asked.
        transport: to the model's server; None: the network.
    """

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

    async def generator() -> str | None:
        # The composer needs nothing, and a local model was loaded before the server began.
        return await _remote_model(settings, transport) if settings.generator == "openai" else None

    return {"release": release, "store": store, "generator": generator}


async def _remote_model(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> str | None:
    key = settings.openai_api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    url = f"{str(settings.openai_base_url).rstrip('/')}/models"
    try:
        async with httpx.AsyncClient(transport=transport, timeout=_WAIT_S, headers=headers) as client:
            answer = await client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return (
            f"the model's server does not answer ({type(error).__name__}): replies are worded from facts until it does"
        )
    if answer.status_code in {401, 403}:
        return f"the model's server refused the key with {answer.status_code}: mend openai_api_key"
    if answer.status_code >= 500:
        return f"the model's server answered with {answer.status_code}: replies are worded from facts until it is well"
    return None
