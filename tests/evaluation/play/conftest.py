"""The tea shop of tests/packs, played in process."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaluation.play.grounding import Grounding
from evaluation.play.in_process import InProcess
from evaluation.play.player import Player
from evaluation.play.transcripts import transcript_case
from evaluation.shop import open_shop
from knowledge.transcripts import Transcript

TEA = Path(__file__).parents[2] / "packs" / "chaye"
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def tea(tmp_path_factory):
    """Pack, release and understander."""
    return open_shop(TEA, tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="session")
def grounding(tea):
    return Grounding(tea[0])


@pytest.fixture(scope="session")
def play(tea, grounding):
    """Plays cases with the tea shop's assistant."""

    async def run(*cases, stage=None, trial=1, **options):
        player = Player(stage or InProcess(*tea, NOW, **options), grounding)
        return [await player.play(case, trial) for case in cases]

    return run


@pytest.fixture(scope="session")
def talk():
    """Makes a case of customers' lines, each a text or a turn of a transcript."""

    def make(*turns, origin="talk.jsonl", **more):
        lines = [turn if isinstance(turn, dict) else {"customer": turn} for turn in turns]
        data = {"id": "t-1", "customer_id": "tea-cust-a", "now": "2026-11-20T10:00:00+08:00", "turns": lines, **more}
        return transcript_case(Transcript.model_validate(data), origin)

    return make
