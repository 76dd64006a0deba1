"""Registered adapters in the console: who may promote, what stands against it, and what the page shows of it."""

import pytest
from playwright.async_api import expect

from agent.generator.registry.registry import Registry

BLEED = "bleed is 0.300, at most 0.020 is asked"


async def test_that_an_editor_promotes_and_rolls_back_and_both_are_told(house, put_version):
    one, two = put_version("one"), put_version("two")
    wen, lan = await house.by("wen"), await house.by("lan")
    assert (await wen.post("/models/promotion", json={"version": one})).status_code == 200
    made = await lan.post("/models/promotion", json={"version": two, "reason": "新政策"})
    assert (made.json()["who"], made.json()["previous"]) == ("lan", one)
    assert (await wen.post("/models/rollback", json={"reason": "变差"})).json()["version"] == one
    told = (await wen.get("/models/registry")).json()
    assert (told["current"], told["is_followed"], told["serving"]) == (one, False, None)
    assert [(entry["who"], entry["action"]) for entry in told["history"]] == [
        ("wen", "rollback"), ("lan", "promote"), ("wen", "promote"),
    ]  # fmt: skip


async def test_that_a_viewer_looks_and_promotes_nothing(house, put_version, settings):
    guest = await house.by("guest")
    version = put_version("one")
    for path, body in (("promotion", {"version": version}), ("rollback", {})):
        refused = await guest.post(f"/models/{path}", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "role_missing")
    assert (await guest.get("/models/registry")).json()["versions"][0]["version"] == version
    assert Registry(settings.adapters).current() is None


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 409, "adapter_not_passed"),
        ({"force": True}, 422, "reason_missing"),
        ({"force": True, "reason": " "}, 422, "reason_missing"),
        ({"version": "none-000000000000"}, 404, "adapter_unknown"),
    ],
)
async def test_that_what_stands_against_a_promotion_is_an_answer_with_its_code(house, put_version, asked, status, code):
    version = put_version("worse", BLEED)
    refused = await (await house.by("wen")).post("/models/promotion", json={"version": version, **asked})
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


async def test_that_a_changed_file_is_told_and_cannot_be_promoted(house, put_version, settings):
    version = put_version("one")
    file = settings.adapters / "versions" / version / "adapter_model.safetensors"
    file.chmod(0o644)
    file.write_bytes(b"others")
    wen = await house.by("wen")
    assert "registered with hash" in (await wen.get("/models/registry")).json()["versions"][0]["problem"]
    refused = await wen.post("/models/promotion", json={"version": version})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "adapter_refused")


async def test_that_the_page_promotes_in_spite_of_a_gate_with_a_reason_and_rolls_back(house, editor_at, put_version):
    good, worse = put_version("good"), put_version("worse", BLEED)
    wen = await editor_at("wen", "models")
    registry = wen.page.locator(".registry")
    await expect(registry.get_by_role("row", name="不该自我介绍时介绍").first).to_contain_text("未通过")
    await wen.button(f"启用 {good}").click()
    await wen.page.get_by_role("dialog").get_by_role("button", name="启用").click()
    await expect(registry.locator(".history-row")).to_have_count(1)
    await wen.button(f"强制启用 {worse}").click()
    dialog = wen.page.get_by_role("dialog")
    await expect(dialog).to_contain_text(BLEED)
    await dialog.get_by_label("原因").fill("先试一天")
    await dialog.get_by_role("button", name="强制启用").click()
    await expect(registry.locator(".history-row").first).to_contain_text("先试一天")
    await wen.button("退回上一个").click()
    await wen.page.get_by_role("dialog").get_by_role("button", name="退回上一个").click()
    await expect(registry.locator(".history-row").first).to_contain_text(f"退回 {good}")
    assert (wen.errors, wen.elsewhere) == ([], [])
