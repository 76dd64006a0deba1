"""The window on a page of a shop, driven as a customer drives it."""

import re
from datetime import datetime

import pytest
from playwright.async_api import expect

QUESTION = "茶叶可以退货吗"
PHONE = {"width": 375, "height": 667}
NIGHT = datetime.fromisoformat("2026-11-20T23:00:00+08:00")


@pytest.fixture
async def customer(served, customer_at):
    return await customer_at(served.url)


async def test_that_a_customer_is_answered_handed_over_and_given_back(served, customer, screenshots):
    await (await customer.visit(product="tea-rougui", ratingAfter=1)).open()
    await expect(customer.page.get_by_text("您正在看")).to_be_visible()
    await expect(customer.page.locator(".looking .price")).to_have_text("¥58起")
    await customer.page.screenshot(path=screenshots / "1-greeting.png")
    await customer.write(QUESTION)
    await customer.answered(2)
    await expect(customer.log.get_by_role("list", name="回答依据")).to_be_visible()
    await customer.page.screenshot(path=screenshots / "2-answer.png")
    await customer.ask_person()
    ticket = await served.take(conversation=await customer.conversation())
    await expect(customer.log.get_by_text("人工客服 小梅 已接入")).to_be_visible()
    await expect(customer.page.get_by_role("heading", name="小梅")).to_be_visible()
    await customer.write("我想换成礼盒装")
    await served.shop.desk.reply(ticket, "小梅", "好的，我来帮您换。", "r-1")
    await expect(customer.said("person")).to_have_text(["好的，我来帮您换。"])
    await customer.page.screenshot(path=screenshots / "3-person.png")
    await served.shop.desk.give_back(ticket, "小梅")
    await expect(customer.log.get_by_text("人工客服已结束服务，阿茗继续为您解答")).to_be_visible()
    await customer.write("运费谁出")
    await customer.answered(4)
    await customer.page.screenshot(path=screenshots / "4-back.png")
    assert customer.errors == []


async def test_that_a_rating_is_asked_for_once(served, customer, screenshots):
    await (await customer.visit(ratingAfter=0.2)).open()
    await customer.write(QUESTION)
    form = customer.log.get_by_role("group", name="这次的服务您还满意吗？")
    await expect(form).to_be_visible()
    await form.get_by_role("radio", name="5分").focus()
    await customer.page.keyboard.press("Space")
    await customer.page.screenshot(path=screenshots / "5-rating.png")
    await customer.page.get_by_role("button", name="提交评价").click()
    await expect(customer.log.get_by_text("感谢您的评价")).to_be_visible()
    async with customer.page.expect_response(re.compile("/messages$")):
        await customer.write("多久发货")
    await customer.answered(3)
    await customer.page.reload()
    await customer.answered(3)
    await expect(customer.log.get_by_role("group")).to_have_count(0)
    assert (await served.client().post("/conversations/x/rating/ask")).status_code == 404


async def test_that_the_conversation_goes_on_over_pages_and_tabs(served, customer, customer_at):
    await (await customer.visit()).open()
    await customer.write(QUESTION)
    await customer.answered(2)
    await customer.page.get_by_role("link", name="武夷肉桂").click()
    await customer.answered(2)
    await expect(customer.page.locator(".looking .card-title")).to_have_text("武夷肉桂")
    other = await customer_at(served.url)
    await (await other.visit()).open()
    await other.answered(2)
    await other.ask_person()
    await expect(customer.said("customer")).to_have_text([QUESTION, "转人工"])
    await served.shop.desk.reply(await served.take(conversation=await other.conversation()), "小梅", "在的", "r-1")
    for tab in (customer, other):
        await expect(tab.said("person")).to_have_text(["在的"])


async def test_that_on_a_phone_the_window_is_the_whole_screen(served, browser, customer_at, screenshots):
    phone = await browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN", reduced_motion="reduce"
    )
    customer = await customer_at(served.url, phone)
    await customer.visit(product="tea-rougui")
    await customer.page.screenshot(path=screenshots / "6-phone-page.png")
    await customer.open()
    panel = customer.page.get_by_role("dialog")
    assert await panel.bounding_box() == {"x": 0, "y": 0, **PHONE}
    await expect(panel).to_have_attribute("aria-modal", "true")
    await customer.page.screenshot(path=screenshots / "7-phone-open.png")
    await customer.write(QUESTION)
    await customer.answered(2)
    await customer.page.screenshot(path=screenshots / "8-phone-answer.png")
    await customer.input.focus()
    await customer.page.set_viewport_size({**PHONE, "height": 360})  # the keyboard takes its part
    await expect(customer.input).to_be_in_viewport(ratio=1)
    await customer.page.screenshot(path=screenshots / "8-phone-keyboard.png")
    assert await customer.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await customer.page.get_by_role("button", name="收起对话").click()
    await expect(panel).to_be_hidden()
    await phone.close()


async def test_that_where_streams_are_held_back_the_window_asks_again_and_again(served, customer):
    async def hold(route) -> None:
        held.append(route)

    held = []
    await customer.page.route(re.compile("/events$"), hold)
    await (await customer.visit()).open()
    await customer.ask_person()
    ticket = await served.take(conversation=await customer.conversation())
    for number in range(2):
        await served.shop.desk.reply(ticket, "小梅", f"第{number}句", f"r-{number}")
    await expect(customer.said("person")).to_have_text(["第0句", "第1句"])
    assert len(held) == 1
    await customer.page.unroute_all(behavior="ignoreErrors")


async def test_that_hostile_words_are_shown_as_words(served, customer, screenshots):
    hostile = (
        '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> javascript:alert(1) https://ok.example/a'
    )
    await customer.page.route(
        re.compile("/widget/(products|demo/goods)"),
        lambda route: route.fulfill(json=[HOSTILE_CARD | {"title": hostile}]),
    )
    await (await customer.visit(product="tea-rougui")).open()
    await customer.write(hostile)
    await customer.ask_person()
    ticket = await served.take(hostile, conversation=await customer.conversation())
    await served.shop.desk.reply(ticket, hostile, hostile, "r-1")
    await expect(customer.said("person")).to_have_text([hostile])
    await expect(customer.page.locator(".looking .card-title")).to_have_text(hostile)
    await customer.page.screenshot(path=screenshots / "9-hostile.png")
    links = customer.said("person").get_by_role("link")
    await expect(links).to_have_count(1)
    assert await links.get_attribute("href") == "https://ok.example/a"
    assert "noopener" in await links.get_attribute("rel")
    await expect(customer.page.locator(".looking a")).to_have_count(0)
    assert await customer.page.evaluate("window.hacked") is None


HOSTILE_CARD = {
    "id": "tea-rougui",
    "price": "58.00",
    "price_to": None,
    "currency": "CNY",
    "stock": "there",
    "left": None,
    "restock_date": None,
    "url": "javascript:alert(1)",
}


LOUD = (
    "* { color: rgb(255, 0, 0) !important; font-size: 40px !important; display: block !important }"
    " .panel, .bubble { display: none !important }"
)
DRESS = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }"


async def test_that_the_page_and_the_window_leave_each_other_alone(customer, screenshots):
    await customer.visit()
    await customer.page.evaluate(DRESS, LOUD)
    before = await customer.page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    await customer.open()
    await customer.write(QUESTION)
    await customer.answered(2)
    bubble = customer.said("bot").first
    size = await bubble.evaluate("e => [getComputedStyle(e).fontSize, getComputedStyle(e).color]")
    assert size == ["14px", "rgb(28, 35, 33)"]
    assert await customer.page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily") == before
    assert await customer.page.evaluate("document.cookie") == ""
    await customer.page.screenshot(path=screenshots / "10-loud-page.png")


async def test_that_keys_are_enough_and_a_reader_of_screens_is_told(customer):
    await customer.visit()
    launcher = customer.page.get_by_role("button", name="联系客服", exact=True)
    await launcher.focus()
    await customer.page.keyboard.press("Enter")
    await expect(customer.input).to_be_focused()
    await customer.page.keyboard.type(QUESTION)
    await customer.page.keyboard.press("Shift+Enter")
    assert await customer.input.input_value() == f"{QUESTION}\n"
    await customer.page.keyboard.press("Enter")
    await expect(customer.page.locator("[aria-live=polite]")).to_contain_text("阿茗：")
    await customer.page.keyboard.press("Escape")
    await expect(customer.page.get_by_role("dialog")).to_be_hidden()
    await expect(launcher).to_be_focused()


CONTRASTS = """() => {
  const root = document.querySelector("xiaoer-chat").shadowRoot;
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const rgb = (text) => { const c = document.createElement("canvas"); c.width = c.height = 1; const x = c.getContext("2d");
    x.fillStyle = text; x.fillRect(0, 0, 1, 1); return [...x.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const clear = (text) => text === "rgba(0, 0, 0, 0)" || text === "transparent";
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const low = [];
  for (const element of root.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width < 2 || box.height < 2) continue;
    let ground = element;
    while (ground && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const paper = ground ? getComputedStyle(ground).backgroundColor : "rgb(255, 255, 255)";
    const [front, back] = [getComputedStyle(element).color, paper].map((c) => light(rgb(c)));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) low.push(`${element.className || element.tagName} ${element.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return low;
}"""


@pytest.mark.parametrize("color", ["", "%23ffd23f", "%238c2f39"])
async def test_that_all_words_can_be_read(served, customer, color, screenshots):
    await (await customer.visit(product="tea-rougui", color=color, ratingAfter=0.2)).open()
    await customer.write(QUESTION)
    await expect(customer.log.get_by_role("group")).to_be_visible()
    await customer.ask_person()
    await served.shop.desk.reply(await served.take(conversation=await customer.conversation()), "小梅", "在的", "r-1")
    await expect(customer.said("person")).to_have_count(1)
    assert await customer.page.evaluate(CONTRASTS) == []
    await customer.page.screenshot(path=screenshots / f"11-color{color.strip('%')}.png")


async def test_that_english_pages_get_english_words(customer, screenshots):
    await (await customer.visit(lang="en", product="tea-rougui")).open()
    await expect(customer.page.get_by_text("You are looking at")).to_be_visible()
    await customer.page.get_by_role("button", name="Talk to a person").click()
    await expect(customer.page.get_by_text("You are in the queue")).to_be_visible()
    await customer.page.screenshot(path=screenshots / "12-english.png")


async def test_that_outside_hours_the_window_says_when_people_are_back(serve, customer_at, screenshots):
    served = await serve(now=NIGHT)
    customer = await (await (await customer_at(served.url)).visit()).open()
    await expect(customer.page.get_by_role("status").filter(has_text="周一至周六 10:00-19:00")).to_be_visible()
    await customer.page.get_by_role("button", name="转人工").click()
    await expect(customer.said("bot").last).to_contain_text("现在不在人工服务时间")
    await customer.page.screenshot(path=screenshots / "13-night.png")
