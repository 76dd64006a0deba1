"""The transcripts as a gate: played through the assistant, against a release that is served and one that is to be."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from agent.understanding.opening import open_understander
from agent.understanding.understand import Understander
from evaluation.play.grounding import Grounding
from evaluation.play.in_process import InProcess
from evaluation.play.player import Player
from evaluation.play.transcripts import transcript_case
from evaluation.records import PlayedCase, PlayedTurn
from evaluation.scorers.turns import turn_checks
from knowledge.pack import Pack
from knowledge.progress import Watch
from knowledge.trial import Verdict
from retrieval.release import Release
from tools.mock_apis.seed import Seed


class ReplayTrial:
    """Plays the transcripts of a pack with mocked back-ends and a fixed clock; replies are worded from facts.

    Args:
        understander: reads messages; None: the embedded one, opened at first use.
    """

    def __init__(self, understander: Understander | None = None) -> None:
        self._understander = understander

    def run(self, pack: Pack, release: Release, watch: Watch) -> tuple[Verdict, ...]:
        """Play every transcript of the pack; see ``knowledge.trial.TranscriptTrial``."""
        self._understander = self._understander or open_understander()
        pack = replace(pack, backend=pack.backend or Seed())
        stage = InProcess(pack, release, self._understander, datetime.now(UTC))
        player = Player(stage, Grounding(pack))

        async def play() -> list[PlayedCase]:
            played: list[PlayedCase] = []
            watch(0, len(pack.transcripts))
            for one in pack.transcripts:
                place = pack.transcript_places.get(one.id)
                played.append(await player.play(transcript_case(one, place.file if place else "")))
                watch(len(played), len(pack.transcripts))
            return played

        # A thread of its own: a publish may be asked for from inside a running loop.
        with ThreadPoolExecutor(1, "transcripts") as thread:
            cases = thread.submit(lambda: asyncio.run(play())).result()
        return tuple(verdict for case in cases for turn in case.turns for verdict in _verdicts(case, turn))


def _verdicts(case: PlayedCase, turn: PlayedTurn) -> Iterator[Verdict]:
    where = (case.case_id, turn.number)
    talk = (turn.customer, turn.reply.reply if turn.reply else turn.crash)
    yield Verdict(*where, "reply", float(not turn.crash), "a reply", turn.crash or "a reply", *talk)
    for check in turn_checks(turn):
        yield Verdict(*where, check.name, check.share, check.expected, check.got, *talk)
