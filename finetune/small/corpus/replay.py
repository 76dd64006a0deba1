"""Replay: drawn rows under one shop's persona, to tune on beside its dialogues, so that what the base can is not forgotten.

python -m finetune.small.corpus.replay --out finetune/small/replay.jsonl --rows 500
"""

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from agent.audit.auditor import Auditor
from agent.profile import ShopProfile
from agent.prompt import fill
from finetune.preparation import load_profile
from finetune.small.corpus.answer import write_answer
from finetune.small.corpus.policies import Shelf
from finetune.small.corpus.rows import draw_rows

SEED = 3_000_017
"""Far from the seeds that are trained and measured on."""


def draw_replay(profile: ShopProfile) -> Iterator[dict[str, Any]]:
    """Draw rows of one question each in the format of a shop's own, worded within the shop's limits; without end.

    Args:
        profile: the shop.
    """
    rng, auditor = random.Random(SEED), Auditor(profile)
    for row in draw_rows(SEED, Shelf.to_learn()):
        occasion = replace(row.occasion, profile=profile)
        first = occasion.scenes[0].answer
        if len(occasion.scenes) > 1 or first.intent == "identity":
            continue
        answer, facts = write_answer(rng, occasion), [fact.text for fact in first.facts]
        if auditor.audit(fill(answer, facts, first.ask).text, occasion.brief):
            continue  # words that this shop never says
        yield {
            "kind": "knowledge" if occasion.scenes[0].wanted else "exception",
            "strategy": first.strategy,
            "context": facts,
            "ask": first.ask,
            "question": occasion.text,
            "answer": answer,
        }


def main() -> None:
    """Draw rows for the default shop and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, required=True)
    args = parser.parse_args()
    rows = islice(draw_replay(load_profile(None)), args.rows)
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    args.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
