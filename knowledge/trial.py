"""The pack's transcripts, played against the release that is served and the one that is to be: nothing may get worse."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.findings import BrokenTurn, Finding, Place
from knowledge.pack import Pack
from knowledge.progress import Watch
from retrieval.release import Release


@dataclass(frozen=True)
class Verdict:
    """How far one expectation of one turn was met."""

    transcript_id: str
    number: int
    """Of the turn, from 1."""
    expectation: str
    """A key of the turn's ``expect``; ``reply`` for a turn that must not break."""
    met: float
    """Share met, 0 to 1, higher is better."""
    expected: str
    got: str
    asked: str = ""
    """The customer's words."""
    reply: str = ""
    """What was answered to them."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What is expected of which turn."""
        return self.transcript_id, self.number, self.expectation


class TranscriptTrial(Protocol):
    """Plays the transcripts of a pack against a release."""

    def run(self, pack: Pack, release: Release, watch: Watch) -> Sequence[Verdict]:
        """Play every transcript of the pack.

        Args:
            pack: whose transcripts and back-ends are used.
            release: answers.
            watch: told the conversations done and in all.

        Returns:
            A verdict for each expectation of each turn.
        """
        ...


OpenTrial = Callable[[], TranscriptTrial]
"""Opens what plays transcripts; called only where they are played."""


def newly_broken(
    trial: TranscriptTrial, pack: Pack, served: Release, coming: Release, watch: Watch
) -> Iterator[Finding]:
    """Find expectations that hold on the served release and not on the one that is to be published.

    Args:
        trial: plays the transcripts.
        pack: the pack that is to be published, with the transcripts.
        served: answers customers now.
        coming: built from the pack.
        watch: told the progress.
    """
    if not pack.transcripts:
        return
    before = {verdict.key: verdict for verdict in trial.run(pack, served, watch)}
    for verdict in trial.run(pack, coming, watch):
        earlier = before.get(verdict.key)
        if earlier is not None and verdict.met < earlier.met:
            yield _finding(verdict, earlier, pack)


def _finding(verdict: Verdict, earlier: Verdict, pack: Pack) -> Finding:
    message = (
        f"transcript {verdict.transcript_id!r}, turn {verdict.number}: {verdict.expectation!r} holds on the served release and no "
        f"longer on this one: expected {verdict.expected}, got {verdict.got}; before: {earlier.got}."
    )
    advice = "Mend the policy; where the new answer is the right one, change what the transcript expects."
    place = pack.transcript_places.get(verdict.transcript_id, Place("transcripts"))
    broken = BrokenTurn(
        verdict.transcript_id,
        verdict.number,
        verdict.expectation,
        verdict.asked,
        verdict.expected,
        earlier.reply,
        verdict.reply,
    )
    return Finding("transcript", "error", place, message, advice, broken=broken)
