"""What a shop's page loads."""

import re
from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI

from channels.webchat.pages import WindowRoutes

SHOP = "https://shop.example"
NIGHT = datetime.fromisoformat("2026-11-20T23:00:00+08:00")
FILES = (
    "widget.css",
    "chat.js",
    "talk.js",
    "wire.js",
    "window.js",
    "messages.js",
    "words.js",
    "memory.js",
    "lead.js",
    "dom.js",
    "rating.js",
)


async def test_that_the_files_are_served_with_their_types_and_are_not_sent_twice(served):
    client = served.client()
    script = await client.get("/widget.js")
    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    for name in FILES:
        answer = await client.get(f"/widget/{name}")
        assert answer.status_code == 200
        again = await client.get(f"/widget/{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_that_a_browser_keeps_the_parts_of_a_version_and_asks_for_the_script(served):
    client = served.client()
    script = await client.get("/widget.js")
    version = re.search(r"widget/(\w{16})/", script.text)[1]
    part, old = [await client.get(f"/widget/{one}/chat.js") for one in (version, "0" * 16)]
    told = [answer.headers["cache-control"] for answer in (script, part, old)]
    assert told == ["no-cache", "public, max-age=31536000, immutable", "no-cache"]
    assert old.content == part.content


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpages.py", "%2e%2e/wire.py"])
async def test_that_nothing_else_is_served(served, name):
    assert (await served.client().get(f"/widget/{name}")).status_code == 404


async def test_that_a_page_of_the_shop_may_load_and_ask(serve):
    client = (await serve(cors_origins=(SHOP,))).client()
    for path in ("/widget.js", "/widget/chat.js", "/widget/widget.css"):
        assert (await client.get(path, headers={"Origin": SHOP})).headers["access-control-allow-origin"] == SHOP
    asks = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,last-event-id",
    }
    allowed = await client.options("/conversations/c-1/events", headers=asks)
    assert allowed.status_code == 200
    stranger = await client.get("/widget/chat.js", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in stranger.headers


async def test_that_a_window_learns_the_shop_and_whom_it_speaks_for(served):
    told = (await served.client().post("/widget/session", json={"customer_id": "tea-cust-a"})).json()
    assert (told["customer_id"], told["token"], told["states_customer"]) == ("tea-cust-a", None, True)
    assert (told["shop"]["name"], told["shop"]["assistant"]) == ("山间茶铺", "阿茗")
    assert told["shop"]["service_open"] is True


async def test_that_a_guest_talks_with_the_token_of_the_server(guarded):
    served, *_ = guarded
    told = (await served.client().post("/widget/session")).json()
    guest = served.client(told["token"])
    assert (await served.say("你好", client=guest, customer=None))[-1].name == "state"
    assert (await served.thread(client=guest))["messages"][0]["text"] == "你好"
    assert (await guest.post("/conversations/c-1/rating", json={"rating": 5})).status_code == 200


async def test_that_outside_hours_the_window_is_told_so(serve):
    served = await serve(now=NIGHT)
    shop = (await served.client().post("/widget/session")).json()["shop"]
    assert (shop["service_open"], shop["hours"]) == (False, [{"days": "mon-sat", "hours": "10:00-19:00"}])
    state = (await served.say("转人工"))[-1]
    assert (state.data["owner"], state.data["service_open"]) == ("queue", False)


async def test_that_cards_are_those_of_the_catalogue_in_force(served):
    query = {"id": ["tea-rougui", "nothing"]}
    (card,) = (await served.client().get("/widget/products", params=query)).json()
    assert (card["title"], card["price"], card["currency"], card["stock"]) == ("武夷肉桂", "58.00", "CNY", "there")
    assert (await served.client().get("/widget/products")).status_code == 422


async def test_that_the_example_page_shows_goods_under_a_strict_policy(served):
    page = await served.client().get("/widget/demo")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert len((await served.client().get("/widget/demo/goods")).json()) == 6


@pytest.mark.parametrize("path", ["demo", "demo.html", "demo.js", "demo/goods"])
async def test_that_a_server_that_others_reach_has_no_example_page(path):
    app = FastAPI()
    app.include_router(WindowRoutes(None, None, demo=False).router())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        assert (await client.get(f"/widget/{path}")).status_code == 404
        assert (await client.get("/widget/chat.js")).status_code == 200
