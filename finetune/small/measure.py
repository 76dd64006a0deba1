"""What a small model can do on shops that it never saw: the form of its drafts, their slots, and the audit.

python -m finetune.small.measure MODEL --rows 200
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mean

from agent.audit.auditor import Auditor
from agent.prompt import encode, fill
from finetune.small.corpus.policies import Shelf
from finetune.small.corpus.rows import Row, draw_rows

SEED = 2_000_003
"""Of the held-out rows: far from every seed that is trained on."""
_MOST_TOKENS = 160


@dataclass(frozen=True)
class Drafted:
    """What became of one draft."""

    text: str
    """As the model wrote it."""
    passes: bool
    """Whether the audit lets it go at first."""
    is_whole: bool
    """Whether it came to its end and every slot in it names something."""
    named: frozenset[int]
    """Places of the facts that it says, by their slots or word for word."""
    wanted: frozenset[int]
    """Places of the facts that the row's own answer names; empty: it says that it does not know."""


def measure(draft: Callable[[Row], str], rows: int) -> dict[str, float]:
    """Let a model word held-out rows.

    Args:
        draft: words one row; text without an end is empty.
        rows: how many, at least 1.

    Returns:
        Shares of 0 to 1 by name.
    """
    drafted = list(judge(draft, rows))
    known = [one for one in drafted if one.wanted]
    unknown = [one for one in drafted if not one.wanted]
    right = sum(len(one.named & one.wanted) for one in known)
    return {
        "rows": len(drafted),
        "form": mean(one.is_whole for one in drafted),
        "first_audit": mean(one.passes for one in drafted),
        "slot_precision": right / max(1, sum(len(one.named) for one in known)),
        "slot_recall": right / max(1, sum(len(one.wanted) for one in known)),
        "all_slots_right": mean([one.named == one.wanted for one in known] or [False]),
        "abstains_rightly": mean([not one.named for one in unknown] or [False]),
        "abstains_wrongly": mean([not one.named for one in known] or [False]),
    }


def judge(draft: Callable[[Row], str], rows: int) -> Iterator[Drafted]:
    """Word held-out rows and judge each draft as serving does."""
    for row in islice(draw_rows(SEED, Shelf.held_out()), rows):
        brief, profile = row.occasion.brief, row.occasion.profile
        facts = [fact.text for fact in brief.facts]
        text = draft(row)
        filled, target = fill(text, facts, brief.ask), fill(row.answer, facts, brief.ask)
        findings = Auditor(profile).audit(filled.text, brief, system_prompt=row.messages[0]["content"])
        yield Drafted(
            text=text,
            passes=not findings,
            is_whole=bool(text) and not filled.unknown,
            named=_said(filled.text, facts),
            wanted=_said(target.text, facts),
        )


def _said(text: str, facts: Sequence[str]) -> frozenset[int]:
    return frozenset(place for place, fact in enumerate(facts) if fact.rstrip("。") in text)


def open_drafter(folder: Path, adapter: Path | None = None) -> Callable[[Row], str]:
    """Load a model that drafts the likeliest words.

    Args:
        folder: of the model.
        adapter: of a LoRA adapter; None: the base.
    """
    import torch

    from agent.generator.weights import load_weights

    weights = load_weights(folder, adapter, "cpu")

    def draft(row: Row) -> str:
        ids = torch.tensor([encode(weights.tokenizer, list(row.messages)).input_ids])
        with torch.inference_mode():
            made = weights.model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=_MOST_TOKENS, do_sample=False
            )
        said = made[0, ids.shape[1] :].tolist()
        if said[-1] not in weights.end_ids:
            return ""
        return str(weights.tokenizer.decode(said, skip_special_tokens=True))

    return draft


def main() -> None:
    """Measure one model and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--rows", type=int, default=200)
    args = parser.parse_args()
    draft = open_drafter(args.model, args.adapter)
    began = time.monotonic()
    figures = measure(draft, args.rows) | {"seconds": time.monotonic() - began}
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
