"""The packs' own transcripts, replayed whole against the floors in the repository."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaluation.play.replay import replay
from evaluation.play.setup import Order, open_order
from evaluation.report.floors import load_floors, missed_floors
from evaluation.report.scoring import measure
from evaluation.statistics.comparison import compare
from knowledge.pack import default_pack

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "evaluation" / "floors"


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Replays the transcripts of a pack."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def run(*paths, shop):
        order = Order(paths, datetime.now(UTC), shop)
        return replay(order, open_order(order), 1, None, lambda done, of: None)

    return run


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("folder", "floors"),
    [(default_pack(), "lanting.yaml"), (ROOT / "tests" / "packs" / "chaye", "other.yaml")],
    ids=["default shop", "tea shop"],
)
def test_that_the_packs_transcripts_reach_their_floors(play, folder: Path, floors: str) -> None:
    assert missed_floors(measure(play(shop=folder)), load_floors(FLOORS / floors)) == []


def test_that_a_replay_twice_gives_zero_differences(play) -> None:
    first, second = [play(shop=ROOT / "tests" / "packs" / "chaye") for _ in range(2)]
    assert (compare(first, second).changes, first.run_id) == ((), second.run_id)
