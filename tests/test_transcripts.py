"""The packs' own transcripts, replayed whole against the floors in the repository."""

from pathlib import Path

import pytest

from evaluation.play.replay import Replay
from evaluation.report.summary import load_floors, missed_floors, summarise
from evaluation.shop import open_shop
from knowledge.pack import default_pack

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "evaluation" / "floors"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("folder", "floors"),
    [(default_pack(), "lanting.yaml"), (ROOT / "tests" / "packs" / "chaye", "other.yaml")],
    ids=["default shop", "tea shop"],
)
async def test_that_the_packs_transcripts_reach_their_floors(folder: Path, floors: str, tmp_path: Path) -> None:
    pack, release, understander = open_shop(folder, releases=tmp_path)
    results = await Replay(pack, release, understander).run(pack.transcripts)
    assert missed_floors(summarise(results), load_floors(FLOORS / floors)) == []


async def test_that_a_replay_twice_gives_the_same_replies(tmp_path: Path) -> None:
    pack, release, understander = open_shop(ROOT / "tests" / "packs" / "chaye", releases=tmp_path)
    replay = Replay(pack, release, understander)
    first, second = [await replay.run(pack.transcripts[:8]) for _ in range(2)]
    said = [[(turn.reply and turn.reply.reply, turn.checks) for turn in run] for run in (first, second)]
    assert said[0] == said[1]
