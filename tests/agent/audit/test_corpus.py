"""Faithful and unfaithful replies of many trades: what the audit lets pass and what it stops."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.audit import Auditor
from agent.evidence import Answer, Brief, Fact
from agent.profile import ShopProfile, Style

PROFILE = ShopProfile(
    shop_id="lanting",
    name="兰汀女装",
    assistant="小汀",
    maker="兰汀客服技术部",
    timezone=ZoneInfo("Asia/Shanghai"),
    style=Style(address="亲", closing="祝您购物愉快!😊"),
    forbidden_claims=("最低价", "全网最低", "绝对", "百分百"),
    sensitive_words=("刷单",),
)


def rows(name: str) -> list[dict[str, object]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def brief_of(row: dict[str, object]) -> Brief:
    facts = tuple(Fact(kind, text, action=action[0] if action else None) for kind, text, *action in row["facts"])
    outcome = "handoff" if row["strategy"] == "handoff" else "answered"
    return Brief((Answer("product_info", outcome, row["strategy"], facts),))


def audit(row: dict[str, object]) -> set[str]:
    return {finding.kind for finding in Auditor(PROFILE).audit(row["draft"], brief_of(row))}


@pytest.mark.parametrize("row", rows("unfaithful.jsonl"), ids=lambda row: row["draft"][:24])
def test_that_an_unfaithful_reply_is_stopped(row):
    assert audit(row) & set(row["kinds"])


@pytest.mark.parametrize("name", ["faithful.jsonl", "faithful_unseen.jsonl"])
def test_that_few_faithful_paraphrases_are_stopped(name):
    stopped = [row["draft"] for row in rows(name) if audit(row)]
    assert len(stopped) / len(rows(name)) <= 0.05, stopped
