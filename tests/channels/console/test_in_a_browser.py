"""The console's pages, driven as its people drive them."""

import pytest
from playwright.async_api import expect

QUESTION = "茶叶开封了可以退吗"


@pytest.fixture
async def mei(served, visitor_at):
    """An operator at the queue."""
    return await (await visitor_at(served.url)).sign_in("mei", "queue")


async def test_that_a_conversation_is_handed_over_taken_answered_and_given_back(served, mei, screenshots):
    page = mei.page
    await expect(page.get_by_text("没有顾客在等待")).to_be_visible()
    await page.screenshot(path=screenshots / "console-1-empty.png")
    await served.say(QUESTION)
    await served.say("转人工")
    await expect(mei.row("c-1")).to_contain_text("顾客要求人工")
    await expect(page).to_have_title("(1) 山间茶铺")
    await expect(page.locator("html[data-rang=handoff]")).to_be_attached()
    await mei.row("c-1").click()
    await expect(page.get_by_role("heading", name="顾客要求人工")).to_be_visible()
    await page.screenshot(path=screenshots / "console-2-waiting.png")
    await mei.button("接入").click()
    await expect(page.get_by_text("已接入，机器人不再发言")).to_be_visible()
    await expect(page).to_have_title("山间茶铺")
    await mei.button("建议回复").click()
    await expect(page.locator("#advice")).to_contain_text(f"针对：{QUESTION}")
    await page.screenshot(path=screenshots / "console-3-suggestion.png")
    await mei.button("采用").click()
    field = page.get_by_role("textbox", name="回复顾客")
    assert "退" in await field.input_value()
    await field.press("Enter")
    await expect(mei.said("person")).to_contain_text("退")
    await mei.button("内部备注").click()
    await page.get_by_role("textbox", name="内部备注").fill("老顾客")
    await mei.button("保存备注").click()
    await expect(mei.said("staff")).to_have_text("老顾客")
    await served.say("好的，谢谢")
    await expect(mei.said("customer")).to_have_text([QUESTION, "转人工", "好的，谢谢"])
    await page.screenshot(path=screenshots / "console-4-answered.png")
    await mei.button("交还机器人").click()
    await expect(page.locator(".talk-head")).to_contain_text("已交还")
    assert (await served.say("运费谁出"))["owner"] == "bot"
    await expect(mei.said("bot")).to_have_count(3)
    assert (mei.errors, mei.elsewhere) == ([], [])


async def test_that_a_conversation_appears_while_one_looks_and_shows_its_path(served, mei, screenshots):
    await mei.visit("conversations")
    await expect(mei.page.get_by_text("还没有会话")).to_be_visible()
    await served.say(QUESTION)
    await served.say("你们太过分了，骗子", "c-2", "tea-cust-c")
    await expect(mei.row("c-2")).to_contain_text("生气")
    await mei.row("c-1").click()
    panel = mei.page.get_by_role("tabpanel")
    for words in ("路径", "理解", "退货规则", "采用的知识", "知识版本", "composer"):
        await expect(panel).to_contain_text(words)
    await mei.page.screenshot(path=screenshots / "console-5-path.png")
    await mei.button("接管会话").click()
    await expect(mei.page.get_by_role("textbox", name="回复顾客")).to_be_focused()
    assert (await served.say("在吗"))["owner"] == "human"


async def test_that_what_customers_write_is_text_and_nothing_else(served, mei):
    planted = "<img src=x onerror=\"document.title='hacked'\"><b>转人工</b>"
    await served.say(planted)
    await mei.visit("conversations", "c-1")
    await expect(mei.said("customer")).to_have_text(planted)
    assert await mei.page.locator(".thread img, .thread b").count() == 0
    assert (await mei.page.title(), mei.errors) == ("山间茶铺", [])


async def test_that_the_customer_at_the_chat_window_and_the_operator_talk(served, mei, visitor_at, screenshots):
    customer = (await visitor_at(served.url)).page
    await customer.goto(f"{served.url}/widget/demo?customer=tea-cust-a")
    await customer.get_by_role("button", name="联系客服").click()
    await customer.get_by_role("button", name="转人工").click()
    await mei.page.locator(".item").click()
    await mei.button("接入").click()
    await mei.page.get_by_role("textbox", name="回复顾客").fill("您好，我是小美，请问怎么帮您？")
    await mei.page.keyboard.press("Enter")
    await expect(customer.get_by_role("log")).to_contain_text("我是小美")
    await expect(mei.page.locator(".by-person")).to_contain_text("已发送")
    await customer.get_by_role("textbox").fill("茶叶开封了可以退吗")
    await customer.keyboard.press("Enter")
    await expect(mei.said("customer").last).to_have_text("茶叶开封了可以退吗")
    await mei.page.screenshot(path=screenshots / "console-7-talking.png")
    await mei.button("交还机器人").click()
    await expect(customer.get_by_text("人工客服已结束服务").first).to_be_visible()


async def test_that_a_search_finds_words_and_says_where_there_are_none(served, mei):
    await served.say(QUESTION)
    await served.say("你好", "c-2", "tea-cust-c")
    await mei.visit("conversations")
    await mei.page.get_by_role("searchbox").fill("开封")
    await expect(mei.row("c-2")).to_have_count(0)
    await expect(mei.row("c-1")).to_be_visible()
    await mei.page.get_by_role("searchbox").fill("没有人说过")
    await expect(mei.page.get_by_text("没有符合条件的会话")).to_be_visible()


async def test_that_a_viewer_looks_and_has_nothing_to_press(served, visitor_at):
    await served.say("转人工")
    wang = await (await visitor_at(served.url)).sign_in("wang", "queue", "c-1")
    await expect(wang.page.get_by_text("您的角色只能查看。")).to_be_visible()
    assert await wang.page.locator(".talk-actions button:visible").count() == 0
    for key in "trnsbx":
        await wang.page.keyboard.press(key)
    assert (await served.shop.store.load("c-1")).state.stage == "queued"


async def test_that_a_wrong_key_is_told_and_signing_out_ends_it(served, visitor_at, screenshots):
    somebody = await (await visitor_at(served.url)).visit()
    await somebody.page.get_by_label("密钥").fill("xk-wrong")
    await somebody.button("登录").click()
    await expect(somebody.page.get_by_role("alert")).to_contain_text("密钥不正确")
    await somebody.page.screenshot(path=screenshots / "console-6-sign-in.png")
    await somebody.sign_in("mei")
    await somebody.button("退出登录").click()
    await expect(somebody.page.get_by_label("密钥")).to_be_visible()
    await somebody.page.reload()
    await expect(somebody.page.get_by_label("密钥")).to_be_visible()


async def test_that_the_second_of_two_people_is_told_who_was_first(served, mei, visitor_at):
    await served.say("转人工")
    li = await (await visitor_at(served.url)).sign_in("li", "queue", "c-1")
    await expect(li.button("接入")).to_be_visible()
    await li.page.route("**/console/api/conversations/c-1", lambda route: route.abort())
    await mei.row("c-1").click()
    await mei.button("接入").click()
    await expect(mei.page.get_by_role("textbox", name="回复顾客")).to_be_visible()
    await li.button("接入").click()
    await expect(li.page.get_by_text("这个会话已由 mei 接入。")).to_be_visible()
    await li.page.unroute("**/console/api/conversations/c-1")
    await served.say("在吗")
    await expect(li.page.get_by_text("mei 正在处理此会话。")).to_be_visible()
    assert await li.page.get_by_role("textbox", name="回复顾客").count() == 0


async def test_that_the_keyboard_is_enough(served, mei):
    page = mei.page
    await served.say(QUESTION)
    await served.say("转人工")
    await expect(mei.row("c-1")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    await page.keyboard.press("j")
    await expect(mei.button("接入")).to_be_visible()
    await page.keyboard.press("t")
    await expect(page.get_by_role("textbox", name="回复顾客")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("s")
    await expect(mei.button("采用")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(mei.said("person")).to_have_count(1)
    await page.keyboard.press("Escape")
    await page.keyboard.press("x")
    await expect(page.get_by_role("dialog")).to_contain_text("结束这个会话？")
    await page.get_by_role("dialog").get_by_role("button", name="结束").press("Enter")
    await expect(page.locator(".talk-head")).to_contain_text("已结束")
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await expect(page.get_by_role("searchbox")).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("下一个会话")


async def test_that_words_begun_are_kept_while_the_customer_writes(served, mei):
    await served.say("转人工")
    await mei.row("c-1").click()
    await mei.button("接入").click()
    field = mei.page.get_by_role("textbox", name="回复顾客")
    await field.fill("您好，我正在")
    await served.say("在吗")
    await expect(mei.said("customer")).to_have_count(2)
    await expect(field).to_have_value("您好，我正在")
    await expect(field).to_be_focused()


async def test_that_an_outage_is_told_and_tried_again(served, mei):
    await served.say("转人工")
    await mei.page.route("**/console/api/conversations*", lambda route: route.abort())
    await mei.visit("conversations")
    await expect(mei.page.get_by_text("无法连接服务器，请检查网络后重试。")).to_be_visible()
    await mei.page.unroute("**/console/api/conversations*")
    await mei.button("重试").click()
    await expect(mei.row("c-1")).to_be_visible()


async def test_that_a_customer_who_writes_to_a_person_is_heard_by_that_person(served, mei, visitor_at):
    li = await (await visitor_at(served.url)).sign_in("li", "conversations")
    await served.say("转人工")
    await mei.row("c-1").click()
    await mei.button("接入").click()
    await expect(mei.page.get_by_role("textbox", name="回复顾客")).to_be_visible()
    await served.say("在吗")
    await expect(mei.page).to_have_title("(1) 山间茶铺")
    await expect(mei.page.locator("html[data-rang='handoff words']")).to_be_attached()
    await expect(mei.page.get_by_title("1 位顾客等待您回复")).to_be_visible()
    await expect(li.row("c-1")).to_contain_text("在吗")
    await expect(li.page).to_have_title("山间茶铺")
    assert await li.page.locator("html").get_attribute("data-rang") == "handoff"


async def test_that_a_suggestion_never_proposes_a_change(served, mei, screenshots):
    await served.say("转人工")
    await served.say("帮我取消订单TEA-88240")
    await mei.row("c-1").click()
    await mei.button("接入").click()
    await mei.button("建议回复").click()
    await expect(mei.page.get_by_text("需要您来决定：机器人原本会提议")).to_contain_text("TEA-88240")
    await mei.page.screenshot(path=screenshots / "console-8-no-proposal.png")


async def test_that_a_session_that_ended_asks_to_sign_in_again(served, mei):
    await mei.page.context.clear_cookies()
    await served.say("转人工")
    await expect(mei.page.get_by_text("登录已过期，请重新登录。")).to_be_visible()
    await mei.sign_in("mei", "queue")
    await expect(mei.row("c-1")).to_be_visible()


async def test_that_muted_means_no_sound(served, mei):
    await mei.page.keyboard.press("m")
    await expect(mei.button("提示音：关")).to_be_visible()
    await served.say("转人工")
    await expect(mei.row("c-1")).to_be_visible()
    assert await mei.page.locator("html").get_attribute("data-rang") is None


async def test_that_whoever_sits_at_the_machine_is_let_in_while_nobody_is_set_up(console_of, listen, visitor_at):
    async with console_of(staff={}) as console, listen(console.app) as url:
        somebody = await (await visitor_at(url)).visit("queue")
        await expect(somebody.page.get_by_text("还没有设置工作人员")).to_be_visible()
        assert await somebody.button("退出登录").count() == 0


async def test_that_others_are_told_how_to_make_a_key(console_of, listen, visitor_at):
    async with console_of(staff={}, token_secret="s" * 32) as console, listen(console.app) as url:
        somebody = await (await visitor_at(url)).visit()
        await expect(somebody.page.get_by_role("heading", name="还没有设置工作人员")).to_be_visible()
        await expect(somebody.page.get_by_text("xiaoer key xiaomei --role operator")).to_be_visible()
