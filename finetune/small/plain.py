"""Dialogues in plain words: what they name and how they end is kept, the free words around it become the few that the base knows.

A model this small learns free words as noise: tuned on the dialogues as they are written it says 亲，还没是说。

python -m finetune.small.plain --out finetune/small/plain.jsonl
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.profile import ShopProfile
from finetune.preparation import load_profile

DIALOGUES = Path(__file__).parent / "dialogues"
_SLOT = re.compile(r"〔(?:\d{1,2}|问)〕")
_LEADS = {
    "soothe": "实在抱歉，",
    "decline": "抱歉，",
    "alternative": "不好意思，",
    "incentive": "理解您的考虑，",
    "remind": "帮您看了下，",
    "abstain": "抱歉，您问的这个暂时没有查到。",
}
_NOT_KNOWN = "抱歉，这个问题我这边暂时没有查到准确的信息，不敢随便答复您。"
_REFUSED = "抱歉，这个我没有办法答应您。"


def plain_rows(profile: ShopProfile, folder: Path = DIALOGUES) -> Iterator[dict[str, Any]]:
    """Say the last answer of each dialogue in plain words; those of which nothing is left are left out.

    Args:
        profile: the shop that they are written for.
        folder: of the dialogues.
    """
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            *before, last = row["messages"]
            answer = _say_plainly(row, last["content"], profile)
            if answer:
                yield {**row, "messages": [*before, {**last, "content": answer}]}


def _say_plainly(row: Mapping[str, Any], answer: str, profile: ShopProfile) -> str:
    closing = profile.style.closing
    ends = closing if closing and answer.endswith(closing) else ""
    slots = "".join(dict.fromkeys(_SLOT.findall(answer)))
    named = slots.replace("〔问〕", "")
    if named:
        body = _LEADS.get(row["strategy"], "") + slots
    elif row["strategy"] == "abstain" or "没有查到" in answer:
        body = _NOT_KNOWN + slots
    elif profile.assistant in answer or profile.name in answer:
        body = f"我是{profile.name}的智能客服{profile.assistant}，" + (slots or "有什么可以帮您？")
    elif row["strategy"] == "decline":
        body = _REFUSED + slots
    elif row["strategy"] == "soothe" and slots:
        body = _LEADS["soothe"] + slots
    else:
        body = slots
    return profile.style.addressed(body) + ends if body else ""


def main() -> None:
    """Write the default shop's dialogues in plain words."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    rows = plain_rows(load_profile(None))
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    parser.parse_args().out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
