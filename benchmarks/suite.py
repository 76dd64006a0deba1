"""The tables of the suite's scores in docs/suite.md: the agent by family and half, and the controls beside it.

python -m benchmarks.suite          prints them
python -m benchmarks.suite --write  writes them into docs/suite.md
"""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pages import print_or_write, table
from evaluation.controls.back_ends import SeededApis
from evaluation.controls.constant import ConstantStage, hand_over, refuse
from evaluation.controls.gold import GoldStage
from evaluation.controls.wrong_shop import wrong_shop_stage
from evaluation.play.case import Case, Stage
from evaluation.play.grounding import Grounding
from evaluation.play.in_process import InProcess
from evaluation.play.player import Player
from evaluation.play.reading import read_cases
from evaluation.records import PlayedCase
from evaluation.shop import open_shop
from evaluation.suites.verdict import judge
from knowledge.pack import Pack

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "suite.md"
SUITE = ROOT / "evaluation" / "suites" / "lanting"
TEA = ROOT / "tests" / "packs" / "chaye"


def play(pack: Pack, stage: Stage, cases: Sequence[Case]) -> list[PlayedCase]:
    """Play the suite on a stage."""
    player = Player(stage, Grounding(pack))

    async def run() -> list[PlayedCase]:
        return [await player.play(case) for case in cases]

    return asyncio.run(run())


def done(cases: Sequence[PlayedCase]) -> str:
    """How many of some tasks were done, and the share."""
    passed = sum(not case.crashed and not judge(case) for case in cases)
    return f"{passed}/{len(cases)} ({passed / len(cases):.3f})" if cases else ""


def by_family(played: Sequence[PlayedCase]) -> str:
    """A table of families and halves."""
    rows = []
    families = sorted({case.family for case in played})
    for family in (*families, ""):
        kept = [case for case in played if not family or case.family == family]
        halves = (done([case for case in kept if case.split == split]) for split in ("tuned", "untouched"))
        rows.append((family or "**all**", *halves))
    return table(("family", "tuned", "untouched"), rows)


def controls(pack: Pack, cases: Sequence[Case], releases: Path) -> str:
    """A table of agents that must fail nearly everything, and the one that must pass everything."""
    _, release, understander = open_shop(TEA, releases)
    with closing(SeededApis(pack)) as apis:
        stages: list[tuple[str, Stage]] = [
            ("gold: told per task what to call and say", GoldStage(apis)),
            ("always refuses", ConstantStage(apis, refuse)),
            *(
                (f"always hands over, for `{reason}`", ConstantStage(apis, hand_over(reason)))
                for reason in ("requested", "over_limit", "anger", "always_word")
            ),
            ("answers from a tea shop's knowledge", wrong_shop_stage(pack, release, understander)),
        ]
        rows = [(name, done(play(pack, stage, cases))) for name, stage in stages]
    return table(("agent", "tasks done"), rows)


def measure_all() -> str:
    """Play everything and give both tables in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        pack, release, understander = open_shop(None, Path(folder) / "own")
        cases = read_cases([SUITE], pack).cases
        agent = by_family(play(pack, InProcess(pack, release, understander, datetime.now(UTC)), cases))
        return f"{agent}\n\n{controls(pack, cases, Path(folder) / 'other')}"


def main() -> None:
    """Print the tables or write them into the page."""
    print_or_write(__doc__, PAGE, lambda: {"measured": measure_all()})


if __name__ == "__main__":
    main()
