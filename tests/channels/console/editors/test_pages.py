"""What the editors' pages draw, and whether everybody can read and reach it."""

import hashlib
import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from agent.prompt import PROMPT_VERSION
from evaluation.report.run_file import FORMAT

LOOK = Path(__file__).parents[1].joinpath("legibility.js").read_text(encoding="utf-8").partition("\n")[2]
FINE = {"pale": [], "nameless": [], "doubled": [], "small": [], "headings": True, "main": True, "over": 0}
RETURNS = "policies/售后/tuihuo.md"
PLACES = {
    "list": (("knowledge",), ".policy-row"),
    "policy": (("knowledge", "policy", RETURNS), ".finding"),
    "publish": (("knowledge", "publish"), ".refused"),
    "gaps": (("knowledge", "gaps"), ".gap"),
    "products": (("knowledge", "products"), ".product"),
    "history": (("knowledge", "history"), ".history-row"),
    "quality": (("quality",), ".plots"),
    "models": (("models",), ".registry .history-row"),
}
SCORE = {
    **{"value": 0.9, "n": 40, "cases": 20, "low": 0.8, "high": 0.95, "meaning": "m", "formula": "f"},
    **{"unit": "share", "direction": "higher", "source": "s", "gate": True},
}
CHANGE = {"name": "turns_passed", "before": 0.85, "now": 0.9, "low": 0.0, "high": 0.1, "cases": 20, "reading": "better"}
RUN = {
    "format": FORMAT,
    "scores": {"turns_passed": SCORE},
    "comparison": {
        **{"changes": [], "scores": [CHANGE], "broke": 0, "mended": 2, "p_value": 0.5, "shared": 20},
        **{"reading": "no difference shown", "only_here": [], "only_there": []},
    },
    "run": {"run_id": "r1", "shop_id": "chaye", "release_id": "rel", "generator": "composer", "cases": [{}, {}]},
}


@pytest.fixture
def put_training(settings):
    """Writes a training run as ``xiaoer finetune train`` does."""

    def put(name, *, weights=b"weights", prompt_version=PROMPT_VERSION):
        best = settings.training_runs / name / "best"
        best.mkdir(parents=True)
        log = [{"step": 0, "eval_loss": 3.9}, {"step": 5, "loss": 2.0}, {"step": 10, "loss": 1.0, "eval_loss": 1.2}]
        lines = "".join(f"{json.dumps(one)}\n" for one in log)
        (best.parent / "log.jsonl").write_text(lines + '{"step": 1', encoding="utf-8")
        (best / "adapter_model.safetensors").write_bytes(weights)
        card = {
            **{"adapter_sha256": hashlib.sha256(b"weights").hexdigest(), "prompt_version": prompt_version},
            "base": {"name": "Qwen2.5-0.5B-Instruct", "sha256": "ab" * 32, "parameters": 494032768},
            "data": [{"name": "rows.jsonl", "format": "messages", "sha256": "cd" * 32, "rows": 50}],
            **{"train_rows": 45, "eval_rows": 5, "seed": 0, "precision": "fp32", "step": 10, "steps": 10},
            "lora": {"rank": 8, "alpha": 16, "dropout": 0.05, "targets": "all-linear"},
            "losses": {"train_first": 2.0, "train": 1.0, "eval_before": 3.9, "eval": 1.2},
            "created_at": "2026-11-20T02:00:00Z",
        }
        (best / "card.json").write_text(json.dumps(card), encoding="utf-8")

    return put


@pytest.fixture
async def busy(house, put_run, put_training, put_version):
    """A shop in which everything has something to show: a bad edit, a refused publication, gaps, figures, a replay, a training run."""
    put_run("first", RUN)
    put_training("first")
    put_version("worse", "bleed is 0.300, at most 0.020 is asked")
    await (await house.by("wen")).post("/models/promotion", json={"version": put_version("first")})
    for text in ("你们招加盟商吗", "你们还招加盟商吗", "转人工", "几天发货"):
        await house.ask(text)
    await (await house.by("wen")).post("/knowledge/gaps")
    await house.edit("wen", "30天内可以退货", "45天内可以退货，请致电13800138000")
    await (await house.by("wen")).post("/knowledge/preview", json={"files": [RETURNS]})
    await house.shop.work.finish()
    assert (await house.publish("wen", RETURNS))["status"] == "refused"
    return house


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("locale", "lang"), [("zh-CN", "zh-CN"), ("en-GB", "en")])
async def test_that_every_word_is_legible_and_every_control_named(busy, editor_at, screenshots, scheme, locale, lang):
    wen = await editor_at("wen", "models", locale=locale, color_scheme=scheme)
    for name, (parts, shown) in PLACES.items():
        await wen.visit(*(part.replace("/", "%2F") for part in parts))
        await wen.page.locator(shown).first.wait_for()
        await wen.page.screenshot(path=screenshots / f"editors-{lang}-{scheme}-{name}.png")
        assert await wen.page.evaluate(LOOK) == {**FINE, "lang": lang}, name
    assert (wen.errors, wen.elsewhere) == ([], [])


@pytest.mark.parametrize("width", [360, 768])
async def test_that_a_narrow_screen_shows_all(busy, editor_at, screenshots, width):
    wen = await editor_at("wen", "models", width=width, height=740)
    for name, (parts, shown) in PLACES.items():
        await wen.visit(*(part.replace("/", "%2F") for part in parts))
        await wen.page.locator(shown).first.wait_for()
        await wen.page.screenshot(path=screenshots / f"editors-{width}-{name}.png")
        assert await wen.page.evaluate(LOOK) == {**FINE, "lang": "zh-CN"}, name


async def test_that_empty_pages_say_what_brings_something(house, editor_at):
    wen = await editor_at("wen", "quality")
    for part, words in (
        ("quality", "这段时间没有会话"),
        ("quality", "文件夹里还没有重演结果"),
        ("models", "文件夹里还没有训练记录"),
    ):
        await wen.visit(part)
        await expect(wen.page.get_by_text(words)).to_be_visible()
    for part, words in (("gaps", "还没有统计"), ("publish", "没有待发布的修改")):
        await wen.visit("knowledge", part)
        await expect(wen.page.get_by_text(words)).to_be_visible()


async def test_that_figures_are_drawn_by_day_and_by_week(busy, editor_at):
    guest = await editor_at("guest", "quality")
    plot = guest.page.get_by_role("img", name="机器人独立完成率")
    await expect(plot).to_have_accessible_name("机器人独立完成率: 机器人独立完成率 2026-11-20 75%")
    await expect(guest.page.locator(".shares")).to_contain_text("顾客要求人工")
    await guest.button("按周").click()
    await expect(plot).to_have_accessible_name("机器人独立完成率: 机器人独立完成率 2026-11-16 75%")
    await guest.page.reload()
    await expect(guest.button("按周")).to_have_attribute("aria-pressed", "true")
    row = guest.page.get_by_role("row", name="通过的轮次")
    await expect(row).to_contain_text("90%")
    await expect(row).to_contain_text("变好")


async def test_that_a_training_run_is_shown_with_what_is_wrong_with_its_adapter(house, editor_at, put_training):
    put_training("sound")
    put_training("tampered", weights=b"others")
    put_training("older", prompt_version="0")
    guest = await editor_at("guest", "models")
    for name, words in (
        ("sound", "权重与卡片一致"),
        ("tampered", "权重与卡片不一致"),
        ("older", "训练时用的是另一版提示词"),
    ):
        run = guest.page.locator("article.run", has_text=f"{name}/best")
        await expect(run).to_contain_text(words)
        await expect(run).to_contain_text("3.900 → 1.200")
    await expect(guest.page.get_by_text("按事实组句").first).to_be_visible()
