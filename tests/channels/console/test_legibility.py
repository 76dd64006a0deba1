"""Whether everybody can read and reach what the pages show: contrast, names, both languages, narrow screens."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from channels.console import pages

STATIC = Path(pages.__file__).parent / "static"
LOOK = Path(__file__).with_name("legibility.js").read_text(encoding="utf-8").partition("\n")[2]
FINE = {"pale": [], "nameless": [], "doubled": [], "small": [], "headings": True, "main": True, "over": 0}


@pytest.fixture
async def busy(served):
    """A shop with one conversation that waits, one that a colleague has, and an angry customer."""
    await served.say("茶叶开封了可以退吗")
    await served.say("转人工")
    await served.say("你们太过分了，骗子", "c-2", "tea-cust-c")
    await served.say("人工客服", "c-3", "tea-cust-b")
    li = await served.person("li")
    ticket = (await li.get("/conversations/c-3")).json()["tickets"][0]["ticket_id"]
    await li.post(f"/tickets/{ticket}/take")
    return served


async def _check(visitor, picture, lang="zh-CN"):
    await visitor.page.screenshot(path=picture)
    assert await visitor.page.evaluate(LOOK) == {**FINE, "lang": lang}, picture.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_that_every_word_is_legible_and_every_control_named(busy, visitor_at, screenshots, scheme, lang):
    mei = await visitor_at(busy.url, locale=lang, color_scheme=scheme)
    page = mei.page

    async def check(name):
        await _check(mei, screenshots / f"console-{lang}-{scheme}-{name}.png", lang)

    await mei.visit()
    await expect(page.locator("#key")).to_be_focused()
    await check("sign-in")
    await mei.sign_in("mei", "queue", "c-1")
    await expect(page.locator(".by-customer")).to_have_count(2)
    await check("waiting")
    await page.keyboard.press("t")
    await page.locator("#words").wait_for()
    await page.keyboard.press("Escape")
    await page.keyboard.press("s")
    await page.locator("#advice").wait_for()
    await check("suggestion")
    await page.keyboard.press("d")
    await page.locator(".nodes").wait_for()
    await check("decision")
    await page.keyboard.press("n")
    await expect(page.locator("#words")).to_be_focused()
    await check("note")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await page.locator("dialog").wait_for()
    await check("shortcuts")
    await page.keyboard.press("Escape")
    await mei.visit("conversations", "c-2")
    await expect(page.locator(".by-customer")).to_have_count(1)
    await check("conversations")
    assert mei.errors == []


@pytest.mark.parametrize("width", [360, 768, 1100])
async def test_that_a_narrow_screen_shows_all(busy, visitor_at, screenshots, width):
    mei = await (await visitor_at(busy.url, width=width, height=740)).sign_in("mei")
    for parts in (("queue",), ("conversations",), ("queue", "c-1"), ("conversations", "c-2")):
        name = f"console-{width}-{'-'.join(parts)}"
        await mei.visit(*parts)
        await mei.page.locator(".entry:visible" if len(parts) > 1 else ".item:visible").first.wait_for()
        await _check(mei, screenshots / f"{name}.png")
        if len(parts) > 1:
            await mei.button("详情").click()
            await expect(mei.page.get_by_role("tabpanel")).to_be_in_viewport()
            await _check(mei, screenshots / f"{name}-details.png")


async def test_that_both_languages_say_everything(served, visitor_at):
    mei = await (await visitor_at(served.url)).sign_in("mei")
    files = sorted(path.name for path in (STATIC / "words").glob("*.js"))
    for name in files:
        words = await mei.page.evaluate(f"import('/console/static/words/{name}').then(({{ words }}) => words)")
        assert set(words["zh"]) == set(words["en"]), name
        assert all(words["zh"].values()) and all(words["en"].values())
        for key, chinese in words["zh"].items():
            slots = [set(re.findall(r"\{\w+\}", text)) for text in (chinese, words["en"][key])]
            assert slots[0] == slots[1], key
