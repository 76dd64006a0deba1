"""The editors' pages, driven as editors drive them."""

import pytest
from playwright.async_api import expect

RETURNS = "policies/售后/tuihuo.md"
QUESTION = "没拆封的茶叶几天内可以退货"


@pytest.fixture
def write():
    """Changes the Markdown of the open policy."""

    async def change(editor, old, new):
        field = editor.page.get_by_role("textbox", name="规则正文")
        await field.fill((await field.input_value()).replace(old, new))

    return change


@pytest.fixture
def kept():
    """Waits until what was written is kept."""

    async def wait(editor):
        await expect(editor.page.locator(".state")).to_contain_text("草稿已保存")

    return wait


async def test_that_an_editor_mends_previews_publishes_and_takes_back(house, editor_at, write, kept, screenshots):
    (house.pack / "transcripts" / "basic.jsonl").unlink()
    assert "30天" in await house.ask(QUESTION)
    wen = await editor_at("wen", "knowledge", "policy", RETURNS)
    page, findings = wen.page, wen.page.locator(".findings")
    await expect(findings).to_contain_text("没有发现问题")
    await write(wen, "30天内可以退货", "45天内可以退货，请致电13800138000")
    await expect(findings).to_contain_text("含有个人信息")
    await expect(page.locator(".area-line.error")).to_have_attribute("data-number", "3")
    await page.screenshot(path=screenshots / "editors-1-finding.png")
    await write(wen, "，请致电13800138000", "")
    await expect(findings).to_contain_text("没有发现问题")
    await kept(wen)
    await wen.button("预览与发布…").click()
    await wen.button("预览").click()
    change = page.locator(".change", has_text="30天 → 45天").first
    await expect(change.locator(".reply").first).to_contain_text("30天")
    await expect(change.locator(".reply.after")).to_contain_text("45天")
    await page.screenshot(path=screenshots / "editors-2-preview.png")
    assert "30天" in await house.ask(QUESTION)
    await page.get_by_label("原因").fill("春节延长退货期")
    await wen.button("发布").click()
    await expect(page.get_by_text("已发布，顾客从下一句话起看到新内容")).to_be_visible()
    assert "45天" in await house.ask(QUESTION)
    await page.get_by_role("link", name="查看发布记录").click()
    await expect(page.locator(".history-row").first).to_contain_text("春节延长退货期")
    await page.screenshot(path=screenshots / "editors-3-history.png")
    await wen.button("恢复到此版本").click()
    await page.get_by_role("dialog").get_by_role("button", name="恢复到此版本").click()
    await expect(page.locator(".history-row").first).to_contain_text("恢复到旧版本")
    assert "30天" in await house.ask(QUESTION)
    assert (wen.errors, wen.elsewhere) == ([], [])


async def test_that_a_refused_publication_shows_both_replies_and_is_forced_with_a_reason(house, editor_at, screenshots):
    await house.edit("wen", "30天", "45天")
    wen = await editor_at("wen", "knowledge", "publish")
    await wen.button("发布").click()
    refused = wen.page.locator(".refused")
    await expect(refused).to_contain_text("样例对话会变差")
    await expect(refused.locator(".reply").first).to_contain_text("30天")
    await expect(refused.locator(".reply.after").first).to_contain_text("45天")
    await wen.page.screenshot(path=screenshots / "editors-4-refused.png")
    await refused.get_by_text("仍要发布…").click()
    await wen.button("强制发布").click()
    await expect(wen.page.get_by_label("强制发布的原因")).to_be_focused()
    assert "30天" in await house.ask(QUESTION)
    await wen.page.get_by_label("强制发布的原因").fill("新规则就是45天")
    await wen.button("强制发布").click()
    await expect(wen.page.get_by_text("已发布，顾客从下一句话起看到新内容")).to_be_visible()
    assert "45天" in await house.ask(QUESTION)


async def test_that_two_editors_of_one_policy_are_shown_both_texts(house, editor_at, write, kept, screenshots):
    wen = await editor_at("wen", "knowledge", "policy", RETURNS)
    lan = await editor_at("lan", "knowledge", "policy", RETURNS)
    await expect(lan.page.locator(".findings")).to_contain_text("没有发现问题")
    await write(wen, "30天", "45天")
    await kept(wen)
    await write(lan, "30天", "60天")
    clash = lan.page.locator(".clash")
    await expect(clash).to_contain_text("wen 同时改了这条规则")
    await expect(clash.locator(".line.gone")).to_contain_text("45天")
    await expect(clash.locator(".line.new")).to_contain_text("60天")
    await lan.page.screenshot(path=screenshots / "editors-5-conflict.png")
    await lan.button("保留我的").click()
    await kept(lan)
    await write(wen, "45天", "50天")
    await expect(wen.page.locator(".clash")).to_contain_text("lan 同时改了这条规则")
    await wen.button("采用对方的").click()
    await expect(wen.page.get_by_role("textbox", name="规则正文")).to_have_value("\n".join(_body(house, "60天")))


def _body(house, days):
    text = (house.pack / RETURNS).read_text(encoding="utf-8").replace("30天", days)
    return text.split("\n---\n", 1)[1].split("\n")


async def test_that_a_file_changed_by_hand_is_shown_beside_the_draft(house, editor_at):
    await house.edit("wen", "30天", "45天")
    path = house.pack / RETURNS
    path.write_text(path.read_text(encoding="utf-8").replace("30天", "20天"), encoding="utf-8")
    wen = await editor_at("wen", "knowledge", "policy", RETURNS)
    clash = wen.page.locator(".clash")
    await expect(clash).to_contain_text("店铺文件在修改期间变了")
    await expect(clash.locator(".line.gone")).to_contain_text("20天")
    await wen.button("采用店铺文件").click()
    await expect(wen.page.locator(".state")).to_have_text("与店铺文件一致")
    assert "20天" in await wen.page.get_by_role("textbox", name="规则正文").input_value()


async def test_that_a_viewer_looks_and_has_nothing_to_press(house, editor_at):
    await house.edit("wen", "30天", "45天")
    guest = await editor_at("guest", "knowledge", "policy", RETURNS)
    await expect(guest.page.get_by_role("textbox", name="规则正文")).to_be_disabled()
    await expect(guest.button("预览与发布…")).to_have_count(0)
    await expect(guest.button("新建规则")).to_have_count(0)
    await guest.visit("knowledge", "publish")
    await expect(guest.page.locator(".edit")).to_contain_text("未拆封三十天可退")
    await expect(guest.button("发布")).to_have_count(0)
    await guest.visit("knowledge", "history")
    await expect(guest.page.locator(".history-row")).to_have_count(1)
    await expect(guest.button("恢复到此版本")).to_have_count(0)


async def test_that_fields_change_their_lines_and_leave_the_others(house, editor_at, kept):
    wen = await editor_at("wen", "knowledge", "policy", RETURNS)
    await wen.page.get_by_label("失效日期").fill("2027-03-31")
    await wen.page.get_by_label("顾客的问法").fill("茶叶不想要了能退吗\n退: 几天")
    await kept(wen)
    told = (await (await house.by("wen")).get("/knowledge/policy", params={"file": RETURNS})).json()
    assert 'questions:\n  - 茶叶不想要了能退吗\n  - "退: 几天"\neffective_to: 2027-03-31\n---' in told["edit"]["text"]
    assert told["edit"]["text"].split("\n---\n", 1)[1] == told["text"].split("\n---\n", 1)[1]


async def test_that_a_draft_that_says_what_the_file_says_is_none(house, editor_at, write, kept):
    wen = await editor_at("wen", "knowledge", "policy", RETURNS)
    await write(wen, "30天", "45天")
    await kept(wen)
    await write(wen, "45天", "30天")
    await expect(wen.page.locator(".state")).to_have_text("与店铺文件一致")
    assert (
        house.shop.pack
        and (await (await house.by("wen")).get("/knowledge/policies")).json()["policies"][0]["edit"] is None
    )


async def test_that_what_customers_ask_in_vain_becomes_a_policy(house, editor_at, write, kept, screenshots):
    for text in ("你们招加盟商吗", "你们还招加盟商吗"):
        await house.ask(text)
    wen = await editor_at("wen", "knowledge", "gaps")
    await wen.button("重新统计").click()
    await expect(wen.page.locator(".gap").first).to_contain_text("加盟")
    await wen.page.screenshot(path=screenshots / "editors-6-gaps.png")
    await wen.page.locator(".gap").first.get_by_role("button", name="据此起草规则").click()
    await expect(wen.page.locator(".findings")).to_contain_text("还没有写规则正文")
    await write(wen, "", "暂不招加盟商，谢谢您的关注。\n")
    await expect(wen.page.locator(".findings")).to_contain_text("没有发现问题")
    await kept(wen)
    await expect(wen.page.locator(".policy-row[aria-current]")).to_contain_text("加盟")


async def test_that_a_preview_goes_on_while_its_page_is_opened_anew(house, editor_at):
    await house.edit("wen", "30天", "45天")
    wen = await editor_at("wen", "knowledge", "publish")
    await wen.button("预览").click()
    await expect(wen.page.locator(".progress, .change").first).to_be_visible()
    await wen.page.reload()
    await expect(wen.page.locator(".change").first).to_be_visible()
    lan = await editor_at("lan", "knowledge", "publish")
    await expect(lan.page.get_by_text("对比了")).to_contain_text("wen")


async def test_that_goods_are_found_by_sku(house, editor_at):
    guest = await editor_at("guest", "knowledge", "products")
    sku = house.shop.releases.current().catalogue.products[0].skus[0]
    await guest.page.get_by_role("searchbox").fill(sku.sku)
    await expect(guest.page.locator(".product")).to_have_count(1)
    await expect(guest.page.get_by_role("row", name=sku.sku)).to_contain_text(f"{sku.price}")


async def test_that_the_list_is_searched_narrowed_and_walked_by_keys(house, editor_at):
    await house.edit("wen", "30天", "45天")
    wen = await editor_at("wen", "knowledge")
    rows = wen.page.locator(".policy-row")
    await expect(rows).to_have_count(12)
    await wen.page.get_by_role("button", name="已过期").click()
    await expect(rows).to_contain_text(["已被替代"])
    await wen.page.get_by_role("button", name="有改动").click()
    await expect(rows).to_contain_text(["wen 修改中"])
    await wen.page.get_by_role("button", name="全部").click()
    await wen.page.locator("h1").click()
    await wen.page.keyboard.press("j")
    await expect(rows.first).to_have_attribute("aria-current", "true")
    await wen.page.keyboard.press("/")
    await wen.page.keyboard.type("运费")
    await expect(rows).to_contain_text(["运费标准（旧）", "运费标准"])


async def test_that_a_file_without_its_settings_is_mended_in_the_page(house, editor_at, write, kept):
    (house.pack / "policies" / "broken.md").write_text("每单送一份小样。\n", encoding="utf-8")
    wen = await editor_at("wen", "knowledge", "policy", "policies/broken.md")
    await expect(wen.page.get_by_text("文件开头缺少设置区")).to_be_visible()
    await expect(wen.page.locator(".findings")).to_contain_text("开头的设置区有误")
    await write(wen, "每单", "---\nid: sample\ntitle: 随单小样\ncategory: 其他\n---\n每单")
    await expect(wen.page.locator(".findings")).to_contain_text("没有发现问题")
    await kept(wen)
    await expect(wen.page.locator(".policy-row[aria-current]")).to_contain_text("随单小样")
    edit = (await (await house.by("wen")).get("/knowledge/policy", params={"file": "policies/broken.md"})).json()[
        "edit"
    ]
    assert edit["text"] == "---\nid: sample\ntitle: 随单小样\ncategory: 其他\n---\n每单送一份小样。\n"
