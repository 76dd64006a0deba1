"""The transcripts as a gate: played through the assistant, against a release that is served and one that is to be."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from agent.understanding.understand import Understander
from evaluation.play.replay import Replay, TurnResult
from knowledge.pack import Pack
from knowledge.progress import Watch
from knowledge.trial import Verdict
from retrieval.embedders.opening import open_embedder
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
        self._understander = self._understander or Understander(open_embedder())
        pack = replace(pack, backend=pack.backend or Seed())
        replay = Replay(pack, release, self._understander)
        total, done = len(pack.transcripts), 0

        def step() -> None:
            nonlocal done
            done += 1
            watch(done, total)

        watch(0, total)
        # A thread of its own: a publish may be asked for from inside a running loop.
        with ThreadPoolExecutor(1, "transcripts") as thread:
            results = thread.submit(lambda: asyncio.run(replay.run(pack.transcripts, step))).result()
        return tuple(verdict for result in results for verdict in _verdicts(result))


def _verdicts(result: TurnResult) -> Iterator[Verdict]:
    where = (result.transcript_id, result.number)
    yield Verdict(*where, "reply", float(result.crash is None), "a reply", result.crash or "a reply")
    for check in result.checks:
        yield Verdict(*where, check.name, check.share, check.expected, check.got)
