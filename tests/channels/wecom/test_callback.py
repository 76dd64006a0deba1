"""Callbacks: who may ring, and how fast it is acknowledged."""

import asyncio
import time

import pytest

from channels.wecom.callback import MOST_BYTES


async def test_that_wecom_verifies_the_address(wecom, premises):
    sealed = wecom.sealed("5927782489442352469")
    answer = await wecom.shop.get("/channels/wecom", params={**wecom.query(sealed), "echostr": sealed})
    assert (answer.status_code, answer.text) == (200, "5927782489442352469")


async def test_that_a_plus_sign_that_was_not_escaped_is_understood(wecom, premises):
    sealed = next(sealed for sealed in iter(lambda: wecom.sealed("5927782489442352469"), "") if "+" in sealed)
    params = {**wecom.query(sealed), "echostr": sealed.replace("+", " ")}
    assert (await wecom.shop.get("/channels/wecom", params=params)).text == "5927782489442352469"


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_that_a_stale_callback_is_refused(wecom, premises, minutes):
    sealed = wecom.sealed(wecom.bell())
    query = wecom.query(sealed, at=time.time() + 60 * minutes)
    assert (await wecom.post(sealed, query)).status_code == 401
    assert (await wecom.shop.get("/channels/wecom", params={**query, "echostr": sealed})).status_code == 401


async def test_that_a_wrong_signature_is_refused(wecom, premises):
    sealed = wecom.sealed(wecom.bell())
    answer = await wecom.post(sealed, wecom.query(sealed, token="another"))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "signature_invalid"


async def test_that_a_callback_of_another_company_is_refused(wecom, premises):
    sealed = wecom.sealed(wecom.bell(), corp="wwanother")
    assert (await wecom.post(sealed, wecom.query(sealed))).status_code == 401


@pytest.mark.parametrize("body", ["", "no xml", "<xml><Encrypt>&x;</Encrypt></xml>", "<Encrypt><![CDATA[" * 300])
async def test_that_a_body_without_a_seal_is_refused(wecom, premises, body):
    answer = await wecom.shop.post("/channels/wecom", params=wecom.query(""), content=body)
    assert answer.status_code == 401


async def test_that_a_huge_body_is_refused_unread(wecom, premises):
    answer = await wecom.shop.post("/channels/wecom", params=wecom.query(""), content="<a>" * MOST_BYTES)
    assert answer.status_code == 413


async def test_that_another_event_is_acknowledged_and_nothing_is_read(wecom, premises):
    sealed = wecom.sealed("<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_contact]]></Event></xml>")
    answer = await wecom.post(sealed, wecom.query(sealed))
    assert answer.text == "success"
    assert await premises.shop.post.memory.kept_under("wecom", "rung/") == {}


async def test_that_a_callback_that_cannot_be_kept_comes_again(wecom, premises):
    await premises.shop.store.aclose()
    sealed = wecom.sealed(wecom.bell())
    assert (await wecom.post(sealed, wecom.query(sealed))).status_code == 503


async def test_that_callbacks_are_acknowledged_before_the_model_has_thought(wecom, open_premises, connect):
    premises = await open_premises()
    release = asyncio.Event()
    premises.graph.meanwhile = release.wait
    await connect(premises)
    for number in range(100):
        await wecom.write(f"{number} fine", user=f"wm{number % 5}")
    assert wecom.acknowledged == 100
    release.set()
    await wecom.until(lambda: len({user for user, _ in wecom.delivered}) == 5)
