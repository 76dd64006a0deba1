"""Transcripts as cases: the customer says what they said, whatever the agent replies."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from evaluation.play.case import Case, Line
from evaluation.records import PlayedTurn, Split, State, Stopped
from knowledge.pack import Pack
from knowledge.transcripts import Transcript, load_transcripts
from tools.toolbox import TOOLS

_WRITES = frozenset(tool.name for tool in TOOLS if tool.effect == "write")


class Recorded:
    """The customer's side of a transcript.

    Args:
        transcript: what was said.
    """

    def __init__(self, transcript: Transcript) -> None:
        self._turns = transcript.turns

    async def next(self, turns: Sequence[PlayedTurn]) -> Line | Stopped:
        """Say the next line; see `Script.next`."""
        if len(turns) >= len(self._turns):
            return "finished"
        turn = self._turns[len(turns)]
        return Line(turn.customer, turn.expect, turn.reference)


class TranscriptReader:
    """Reads transcripts; every ``.jsonl`` file is taken for one that no other reader knows."""

    def reads(self, file: Path) -> bool:
        """Whether the file holds JSON lines."""
        return file.suffix == ".jsonl"

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the conversations of a file; see `CaseReader.read`."""
        return [transcript_case(one, file.name) for one in load_transcripts([file])]


def transcript_case(transcript: Transcript, origin: str) -> Case:
    """Make a case of a transcript.

    Args:
        transcript: one conversation.
        origin: the name of its file; ``untouched`` and ``tuned`` in it give the split.
    """
    return Case(
        case_id=transcript.id,
        origin=origin,
        script=partial(_script, transcript),
        customer_id=transcript.customer_id,
        now=transcript.now,
        region=transcript.region,
        product_id=transcript.product_id,
        family=transcript.tags[0] if transcript.tags else "",
        split=_split(origin),
        tags=transcript.tags,
        max_turns=len(transcript.turns) + 1,
        expected_after=_unchanged if _expects_no_write(transcript) else None,
    )


def _script(transcript: Transcript, trial: int) -> Recorded:
    return Recorded(transcript)


def _split(origin: str) -> Split | None:
    if "untouched" in origin:
        return "untouched"
    return "tuned" if "tuned" in origin else None


def _expects_no_write(transcript: Transcript) -> bool:
    """Whether the tools of the conversation are stated and none of them changes anything."""
    stated = [turn.expect.tools for turn in transcript.turns if turn.expect.tools is not None]
    return bool(stated) and not any(tool.name in _WRITES for tools in stated for tool in tools)


def _unchanged(before: State) -> State:
    return before
