"""Stubs of policies for gaps: front matter filled in, the rule left to an editor."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from knowledge.errors import DraftExists
from knowledge.gaps import Gap

CATEGORIES: Mapping[str, str] = {
    "return_policy": "returns", "return_request": "returns", "exchange": "returns", "refund_status": "returns",
    "shipping_policy": "shipping", "logistics": "shipping", "urge_shipping": "shipping", "change_address": "shipping",
    "payment": "payment", "invoice": "invoice", "membership": "membership", "coupon": "promotion",
    "price_promotion": "promotion", "customs_tax": "customs", "warranty": "warranty", "size_advice": "size",
}  # fmt: skip
"""The category that a question of an intent is likely to belong to; ``service`` for all others."""


def write_drafts(gaps: Sequence[Gap], folder: Path) -> list[Path]:
    """Write a policy stub for each gap; a pack refuses a stub until somebody writes the rule.

    Args:
        gaps: the commonest first.
        folder: is made if absent; not the policies of a pack, for drafts are not looked for there.

    Returns:
        The files, in the order of the gaps.

    Raises:
        DraftExists: a file of that name is there; nothing was written.
    """
    files = [folder / f"{_name(gap, number)}.md" for number, gap in enumerate(gaps, start=1)]
    there = [file for file in files if file.exists()]
    if there:
        raise DraftExists(there[0])
    folder.mkdir(parents=True, exist_ok=True)
    for file, gap in zip(files, gaps, strict=True):
        file.write_text(stub(gap, file.stem), encoding="utf-8")
    return files


def stub(gap: Gap, policy_id: str) -> str:
    """The text of one stub: front matter with the questions, and no rule.

    Args:
        gap: what customers asked.
        policy_id: of the policy to be.
    """
    asked = f"# 顾客问过{gap.count}次，{gap.first:%Y-%m-%d} 至 {gap.last:%Y-%m-%d}；发布前请核对标题和分类，并在下面写上规则。"
    questions = "".join(f"  - {_quoted(text)}\n" for text in gap.examples)
    return (
        f"---\n{asked}\nid: {policy_id}\ntitle: {_quoted(gap.title[:120])}\ncategory: {CATEGORIES.get(gap.intent, 'service')}\n"
        f"questions:\n{questions}---\n"
    )


def _name(gap: Gap, number: int) -> str:
    return f"gap-{gap.last:%Y%m%d}-{number:02d}"


def _quoted(text: str) -> str:
    """A YAML scalar that is text whatever it holds: JSON's strings are YAML's."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
