"""The turns of a run with their faults and what changed since the baseline, worst first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.records import PlayedCase, PlayedTurn, Run
from evaluation.report.faults import Fault, faults_of, severity
from evaluation.statistics.comparison import Change, Comparison, Way


@dataclass(frozen=True)
class JudgedTurn:
    """One turn with everything that is to be said about it."""

    case: PlayedCase
    turn: PlayedTurn
    faults: tuple[Fault, ...] = ()
    changes: tuple[Change, ...] = ()
    """Since the baseline; of the last turn the changes of the case's end too."""
    was: PlayedTurn | None = None
    """The same turn in the baseline; None: there is none."""

    @property
    def way(self) -> Way | None:
        """How it changed; None: it did not, or there is no baseline."""
        ways = [change.way for change in self.changes]
        return next((way for way in ("broke", "mended", "differs") if way in ways), None)

    @property
    def anchor(self) -> str:
        """Names the turn in the page's address."""
        trial = f".{self.case.trial}" if self.case.trial > 1 else ""
        return f"{self.case.case_id}{trial}:{self.turn.number}"

    @property
    def _rank(self) -> tuple[float, bool]:
        return -severity(self.faults), self.way != "broke"


def judge_turns(run: Run, change: Comparison | None, before: Run | None) -> tuple[JudgedTurn, ...]:
    """Judge every turn of a run.

    Args:
        run: as it was played.
        change: beside its baseline; None: there is none.
        before: the baseline.

    Returns:
        The worst first; equally bad ones newly broken first, then in the order of the run.
    """
    earlier = {case.key: case for case in before.cases} if before else {}
    changes: dict[tuple[str, int], list[Change]] = {}
    for one in change.changes if change else ():
        changes.setdefault((one.case_id, one.trial), []).append(one)
    judged = [turn for case in run.cases for turn in _judged(case, changes.get(case.key, ()), earlier.get(case.key))]
    return tuple(sorted(judged, key=lambda one: one._rank))


def kinds_of(turns: Iterable[JudgedTurn]) -> dict[str, int]:
    """How many turns have a fault of each kind, the commonest first."""
    found: dict[str, int] = {}
    for turn in turns:
        for kind in dict.fromkeys(fault.kind for fault in turn.faults):
            found[kind] = found.get(kind, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _judged(case: PlayedCase, changes: Sequence[Change], before: PlayedCase | None) -> list[JudgedTurn]:
    faults = faults_of(case)
    earlier = {turn.number: turn for turn in before.turns} if before else {}
    last = case.turns[-1].number if case.turns else 0
    return [
        JudgedTurn(
            case,
            turn,
            faults.get(turn.number, ()),
            tuple(
                one
                for one in changes
                if one.turn == turn.number or (turn.number == last and (one.turn is None or one.turn > last))
            ),
            earlier.get(turn.number),
        )
        for turn in case.turns
    ]
