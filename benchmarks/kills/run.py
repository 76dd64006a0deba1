"""One run under kills, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.kills.boundary import Boundaries, Effects, Journal


@dataclass(frozen=True)
class Run:
    """One conversation that is killed on the way."""

    conversation_id: str
    folder: Path
    is_pushed: bool
    """The reply is pushed to a channel after the message was acknowledged; False: it is the response to the message."""

    @property
    def effects(self) -> Path:
        """What the back-end did."""
        return self.folder / "effects.db"

    @property
    def journal(self) -> Journal:
        """What the world saw."""
        return Journal(self.folder / f"{self.conversation_id}.jsonl")


class System(Protocol):
    """A build of the same service, run in processes that may die."""

    name: str

    def what(self, run: Run) -> str:
        """What the back-end is asked to do in a run."""
        ...

    def prepare(self, runs: Sequence[Run]) -> None:
        """Bring conversations to the place where the customer is asked for a yes."""
        ...

    def attempt(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        """The customer says yes: the turn that writes."""
        ...

    def recover(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        """Start again after a kill; what was not acknowledged is sent again, then one more message; notes the end."""
        ...


@dataclass
class Tally:
    """What came of many runs."""

    kills: int = 0
    runs: int = 0
    doubled: int = 0
    """The back-end did it twice."""
    lost: int = 0
    """The yes was not answered, or not carried out, or the customer was not told that it was."""
    stuck: int = 0
    """The next start failed or took too long, the next message was not answered, or something was left lying."""
    sent_twice: int = 0
    """The customer saw more than one reply to the yes."""
    to_person: int = 0
    """A person was asked to look: neither lost nor done."""
    repeated_sends: int = 0
    """Replies that went to the channel again under the same id, which the channel drops."""

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def judge(self, system: System, run: Run, is_stuck: bool) -> None:
        """Count what came of a run."""
        self.runs += 1
        shown = run.journal.of("shown")
        ends = run.journal.of("end")
        done = Effects(run.effects).count(system.what(run))
        end: dict[str, Any] = ends[-1] if ends else {"answered": [], "said_done": False, "to_person": False, "left": 0}
        told = [seen["id"] for seen in shown if seen["about"] == "m-2"]
        self.doubled += done > 1
        self.stuck += is_stuck or not ends or end["left"] > 0 or "m-3" not in end["answered"]
        self.to_person += bool(end["to_person"])
        settled = (done == 1 and end["said_done"]) or end["to_person"]
        self.lost += "m-2" not in end["answered"] or not told or (done < 2 and not settled)
        self.sent_twice += len(set(told)) > 1
        self.repeated_sends += len(told) - len(set(told))
