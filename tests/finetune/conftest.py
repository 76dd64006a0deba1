"""A tiny random Qwen3 with a ChatML tokenizer, and a shop that needs no pack."""

import json
from zoneinfo import ZoneInfo

import pytest

from agent.profile import ShopProfile
from benchmarks.shapes import letter_tokenizer, tiny_model

SYSTEM = "你是茶铺的客服。"
ANSWERS = {
    "几点发货": "下午4点前付款当天发货。",
    "用什么快递": "默认发顺丰。",
    "能开发票吗": "可以开电子发票。",
    "茶叶怎么保存": "密封放冰箱冷藏就行。",
    "拆开能退吗": "拆封后不能退。",
    "有礼盒装吗": "有的,送礼合适。",
    "保质期多久": "未开封18个月。",
    "支持货到付款吗": "暂时不支持。",
}
FACTS = "下午4点前付款当天发货。\n未开封保质期18个月。"


@pytest.fixture
def profile():
    return ShopProfile("cha", "茶铺", "小茶", "茶铺", ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def write(tmp_path):
    def write_file(name, *rows):
        path = tmp_path / name
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write_file


@pytest.fixture(scope="session")
def tea_rows(tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "tea.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for question, answer in ANSWERS.items():
            said = [("system", f"{SYSTEM}\n{FACTS}"), ("user", question), ("assistant", answer)]
            row = {"messages": [{"role": role, "content": content} for role, content in said]}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


@pytest.fixture(scope="session")
def tokenizer():
    return letter_tokenizer("<|endoftext|>")


@pytest.fixture(scope="session")
def model_dir(tokenizer, tmp_path_factory):
    import torch

    folder = tmp_path_factory.mktemp("models") / "tiny-qwen3"
    tokenizer.save_pretrained(folder)
    model = tiny_model(len(tokenizer))
    with torch.no_grad():
        # So small a head is frozen under LoRA: at its usual scale no adapter could make any token likely.
        model.lm_head.weight *= 20
        model.model.embed_tokens.weight *= 20
    model.save_pretrained(folder)
    return folder
