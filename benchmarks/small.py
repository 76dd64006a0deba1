"""The table of finetune/small/MODEL_CARD.md: what the small model that ships is worth beside wording from facts.

python -m benchmarks.small          prints it
python -m benchmarks.small --write  writes it into the page
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from agent.generator.local_qwen import LocalQwenGenerator
from agent.prompt import encode
from benchmarks.pages import print_or_write, table
from evaluation.play.grounding import Grounding
from evaluation.play.in_process import InProcess
from evaluation.play.player import Player
from evaluation.play.replay import replay
from evaluation.play.setup import Order, open_order
from evaluation.records import Run
from evaluation.report.scoring import measure
from evaluation.shop import open_shop

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "finetune" / "small"
PAGE = SMALL / "MODEL_CARD.md"
BASE, ADAPTER = SMALL / "weights" / "base", SMALL / "weights" / "lanting"
LANTING = ROOT / "knowledge" / "shops" / "lanting"
TEA = ROOT / "tests" / "packs" / "chaye"
SETS = (
    ("default shop, untouched", LANTING, "untouched.jsonl", None),
    ("the same with its adapter", LANTING, "untouched.jsonl", ADAPTER),
    ("tea shop, another trade", TEA, "basic.jsonl", None),
)
SCORES = ("include", "exclude", "style_sentences", "ungrounded", "turns_passed", "total_p50_ms")


@dataclass
class Watched:
    """A generator that notes how each draft went.

    Args:
        inner: writes the drafts.
    """

    inner: LocalQwenGenerator
    firsts: int = 0
    """First drafts asked for."""
    seconds: int = 0
    """Drafts asked for after the audit stopped one."""
    first_token_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    tokens: int = 0

    @property
    def name(self) -> str:
        """As in the trace of a turn."""
        return self.inner.name

    @property
    def adapter_id(self) -> str | None:
        """As in the trace of a turn."""
        return self.inner.adapter_id

    async def stream(self, messages: list[dict[str, str]]) -> AsyncIterator[str]:
        """Pass a draft on, and note its times."""
        if "【上一稿的问题】" in messages[-1]["content"]:
            self.seconds += 1
        else:
            self.firsts += 1
        began, said = time.perf_counter(), ""
        async for piece in self.inner.stream(messages):
            if not said:
                self.first_token_s.append(time.perf_counter() - began)
            said += piece
            yield piece
        self.whole_s.append(time.perf_counter() - began)
        self.tokens += len(encode(self.inner.weights.tokenizer, messages, said or "。").input_ids)
        self.tokens -= len(encode(self.inner.weights.tokenizer, messages).input_ids)


def play(folder: Path, name: str, generator: Watched | None) -> Run:
    """Replay a file of transcripts with a generator; None: worded from facts."""
    order = Order((folder / "transcripts" / name,), datetime.now(UTC), folder)
    opened = open_order(order)
    if generator is not None:
        pack, release, understander = open_shop(folder)
        stage = InProcess(pack, release, understander, order.now, generator=generator)
        opened = replace(opened, player=Player(stage, Grounding(pack)))
    return replay(order, opened, 1, None, lambda done, of: None)


def rows_of(folder: Path, name: str, adapter: Path | None, facts: Run) -> dict[str, str]:
    """Measure one set both ways; totals only.

    Args:
        folder: a pack.
        name: the set, a file of its transcripts.
        adapter: over the small model; None: the model alone.
        facts: the same set, worded from facts.
    """
    watched = Watched(LocalQwenGenerator.load(BASE, adapter=adapter, device="cpu"))
    words = play(folder, name, watched)
    watched.inner.close()
    replies = [turn.reply for case in words.cases for turn in case.turns if turn.reply is not None]
    own = sum(reply.worded_by == watched.name for reply in replies)
    before, after = ({score.definition.name: score for score in measure(run)} for run in (facts, words))
    return {
        "turns": str(len(replies)),
        "turns that a model may word": str(watched.firsts),
        "of them: first draft passes the audit": f"{1 - watched.seconds / watched.firsts:.3f}",
        "of them: worded by the model in the end": f"{own / watched.firsts:.3f}",
        "tokens a second": f"{watched.tokens / sum(watched.whole_s):.0f}",
        "first token, median": f"{median(watched.first_token_s):.2f} s",
        "draft, median": f"{median(watched.whole_s):.2f} s",
        **{
            f"`{name}` from facts / model": f"{before[name].value:.3f} / {after[name].value:.3f}"
            for name in SCORES
            if name in before and name in after
        },
    }


def measure_all() -> str:
    """The Markdown table, one column a set."""
    facts = {played: play(*played, None) for played in dict.fromkeys((folder, name) for _, folder, name, _ in SETS)}
    columns = {title: rows_of(folder, name, adapter, facts[folder, name]) for title, folder, name, adapter in SETS}
    names = dict.fromkeys(name for rows in columns.values() for name in rows)
    return table(("", *columns), [(name, *(rows.get(name, "") for rows in columns.values())) for name in names])


def main() -> None:
    """Print the table or write it into the page."""
    print_or_write(__doc__, PAGE, lambda: {"measured": measure_all()})


if __name__ == "__main__":
    main()
