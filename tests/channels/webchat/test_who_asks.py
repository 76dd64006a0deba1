"""Whom the window speaks for, and from which pages."""

import re
import time
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Response
from playwright.async_api import expect

from channels.access.identity import sign_token

SECRET = "0123456789abcdef0123456789abcdef"
QUESTION = "茶叶可以退货吗"


async def test_that_a_guest_stays_the_same_over_pages(serve, customer_at):
    served = await serve(token_secret=SECRET)
    customer = await (await (await customer_at(served.url)).visit(customer="")).open()
    await customer.write(QUESTION)
    await customer.answered(2)
    await customer.page.reload()
    await customer.answered(2)
    assert await customer.page.evaluate("document.cookie") == ""
    kept = await served.shop.store.load(await customer.conversation())
    assert re.fullmatch(r"guest-[0-9a-f]{32}", kept.state.customer_id)


async def test_that_an_expired_token_is_renewed_by_the_page(serve, customer_at):
    served = await serve(token_secret=SECRET)
    old, fresh = (sign_token(SECRET, "tea-cust-a", expires_at=time.time() + left) for left in (-5, 600))
    customer = await customer_at(served.url)
    await customer.page.add_init_script(f"window.freshToken = async () => {fresh!r}")
    await (await customer.visit(customer="", token=old, tokenCallback="freshToken")).open()
    await customer.write(QUESTION)
    await customer.answered(2)
    kept = await served.shop.store.load(await customer.conversation())
    assert kept.state.customer_id == "tea-cust-a"


async def test_that_a_message_without_a_good_token_waits_for_one(serve, customer_at):
    served = await serve(token_secret=SECRET)
    old, fresh = (sign_token(SECRET, "tea-cust-a", expires_at=time.time() + left) for left in (-5, 600))
    customer = await (await (await customer_at(served.url)).visit(customer="", token=old)).open()
    await customer.write(QUESTION)
    await expect(customer.log.get_by_text("登录已过期，请刷新页面后重新发送").last).to_be_visible()
    await customer.visit(customer="", token=fresh)
    await customer.answered(2)
    await expect(customer.said("customer")).to_have_text([QUESTION])


async def test_that_another_customer_of_this_browser_does_not_see_the_conversation(serve, customer_at):
    served = await serve(token_secret=SECRET)
    first, second = (sign_token(SECRET, name, expires_at=time.time() + 600) for name in ("tea-cust-a", "tea-cust-b"))
    customer = await (await (await customer_at(served.url)).visit(customer="", token=first)).open()
    await customer.write(QUESTION)
    await customer.answered(2)
    await customer.visit(customer="", token=second)
    await customer.answered(1)
    await expect(customer.said("customer")).to_have_count(0)


@pytest.fixture
async def shop_page(listen) -> AsyncIterator[str]:
    """A page of another origin, with as strict a policy as the window can live with."""
    app = FastAPI()

    @app.get("/p")
    async def page(server: str, customer: str) -> Response:
        policy = f"default-src 'none'; script-src {server}; connect-src {server}; require-trusted-types-for 'script'"
        tag = f'<script src="{server}/widget.js" data-customer="{customer}"></script>'
        return Response(f"<title>店</title>{tag}", media_type="text/html", headers={"Content-Security-Policy": policy})

    async with listen(app) as url:
        yield url


async def test_that_a_page_of_another_origin_shows_the_window_under_a_strict_policy(serve, shop_page, customer_at):
    served = await serve(cors_origins=(shop_page,))
    customer = await customer_at(served.url)
    await customer.page.goto(f"{shop_page}/p?server={served.url}&customer=tea-cust-a")
    await customer.open()
    await customer.write(QUESTION)
    await customer.answered(2)
    await customer.write("转人工")
    await customer.answered(3)
    ticket = await served.take(conversation=await customer.conversation())
    await served.shop.desk.reply(ticket, "小梅", "在的", "r-1")
    await expect(customer.said("person")).to_have_text(["在的"])
    assert customer.errors == []


async def test_that_a_page_that_may_not_show_it_is_left_as_it_was(serve, shop_page, customer_at):
    served = await serve()
    customer = await customer_at(served.url)
    async with customer.page.expect_console_message(lambda said: "cors_origins" in said.text):
        await customer.page.goto(f"{shop_page}/p?server={served.url}&customer=tea-cust-a")
    await expect(customer.page.locator("xiaoer-chat")).to_have_count(0)
