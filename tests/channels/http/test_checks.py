from types import SimpleNamespace

import httpx
import pytest

from agent.settings import load_settings
from agent.store.sqlite import open_store
from channels.http.checks import checks_of
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.pointer import ReleaseStore

MODEL = {"generator": "openai", "openai_base_url": "http://model/v1", "openai_model": "m", "openai_api_key": "k"}


@pytest.fixture
async def shop(tmp_path):
    store = open_store("sqlite:///:memory:")
    yield SimpleNamespace(store=store, releases=ReleaseStore(tmp_path / "none", NgramEmbedder()))
    await store.aclose()


def _checks(shop, flags=None, status=200):
    transport = httpx.MockTransport(lambda request: httpx.Response(status))
    return checks_of(load_settings(flags, {}), shop, transport)


async def test_that_a_missing_release_is_told(shop):
    assert "nothing is published" in await _checks(shop)["release"]()


async def test_that_a_store_that_reads_is_usable(shop):
    assert await _checks(shop)["store"]() is None


async def test_that_a_closed_store_is_told(shop):
    await shop.store.aclose()
    assert "closed" in await _checks(shop)["store"]()


async def test_that_the_composer_is_always_usable(shop):
    assert await _checks(shop, status=500)["generator"]() is None


@pytest.mark.parametrize(("status", "said"), [(200, None), (404, None), (401, "openai_api_key"), (503, "503")])
async def test_that_the_models_server_is_asked(shop, status, said):
    problem = await _checks(shop, MODEL, status)["generator"]()
    assert problem is None if said is None else said in problem


async def test_that_a_models_server_that_is_gone_is_told(shop):
    def gone(request):
        raise httpx.ConnectError("refused")

    checks = checks_of(load_settings(MODEL, {}), shop, httpx.MockTransport(gone))
    assert "does not answer" in await checks["generator"]()
