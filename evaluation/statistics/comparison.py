"""Two runs side by side: what changed at which turn, and whether one is better."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaluation.records import PlayedCase, Run, case_to_json
from evaluation.report.scoring import ScoreTold, measure
from evaluation.scorers.passed import case_passed, failings
from evaluation.statistics.bootstrap import paired_interval
from evaluation.statistics.mcnemar import mcnemar

Reading = Literal["better", "worse", "no difference shown"]
Way = Literal["broke", "mended", "differs"]
SURE = 0.05
"""A p-value below this shows a difference."""
_NOTHING: frozenset[str] = frozenset()
_TIMES = ("timings_ms", "elapsed_ms")


@dataclass(frozen=True)
class Change:
    """One turn, or one end of a case, that is not what it was."""

    case_id: str
    trial: int
    turn: int | None
    """From 1; None: the case as a whole (its end, its back-ends)."""
    way: Way
    """``differs``: something else happened, and it passes or fails as before."""
    parts: tuple[str, ...]
    """What is not the same: ``reply``, ``outcome``, ``tools``, ``sources``, ``after``…"""
    lost: tuple[str, ...] = ()
    """Expectations met before and not now."""
    won: tuple[str, ...] = ()
    """Expectations met now and not before."""

    @property
    def place(self) -> str:
        """Where it is, such as ``return-07 #2``."""
        trial = f" (trial {self.trial})" if self.trial > 1 else ""
        return f"{self.case_id}{trial} {'end' if self.turn is None else f'#{self.turn}'}"


@dataclass(frozen=True)
class ScoreChange:
    """One score in both runs, over the conversations that both measured."""

    name: str
    before: float
    now: float
    low: float | None
    """The difference now − before lies above this, 19 times of 20; None: fewer than two conversations are shared."""
    high: float | None
    cases: int
    reading: Reading


@dataclass(frozen=True)
class Comparison:
    """A run beside its baseline."""

    changes: tuple[Change, ...]
    """In the order of the cases; empty where the runs are the same but for their times."""
    scores: tuple[ScoreChange, ...]
    """Of both runs; times are left out, for they depend on what else the machine does."""
    broke: int
    """Cases that passed every trial before and do not now."""
    mended: int
    """Cases that pass every trial now and did not before."""
    p_value: float
    """Of McNemar's exact test over these."""
    reading: Reading
    """Whether more cases pass."""
    only_here: tuple[str, ...]
    """Cases that the baseline does not have."""
    only_there: tuple[str, ...]
    """Cases that this run does not have."""
    shared: int
    """Cases that both have."""


def compare(before: Run, now: Run, scores: Sequence[ScoreTold] | None = None) -> Comparison:
    """Put a run beside its baseline.

    Args:
        before: the baseline.
        now: the run.
        scores: of the run, where they are measured already.
    """
    earlier, later = _by_key(before), _by_key(now)
    shared = [key for key in later if key in earlier]
    changes = tuple(change for key in shared for change in _changes(earlier[key], later[key]))
    names = {case for case, _ in shared}
    passed_before, passed_now = _passing(before), _passing(now)
    broke = sum(passed_before[name] and not passed_now[name] for name in names)
    mended = sum(passed_now[name] and not passed_before[name] for name in names)
    p_value = mcnemar(broke, mended)
    return Comparison(
        changes=changes,
        scores=tuple(_score_changes(measure(before), scores if scores is not None else measure(now))),
        broke=broke,
        mended=mended,
        p_value=p_value,
        reading=_reading(mended - broke, p_value < SURE),
        only_here=tuple(dict.fromkeys(case for case, _ in later if case not in {name for name, _ in earlier})),
        only_there=tuple(dict.fromkeys(case for case, _ in earlier if case not in {name for name, _ in later})),
        shared=len(names),
    )


def _by_key(run: Run) -> Mapping[tuple[str, int], PlayedCase]:
    return {case.key: case for case in run.cases}


def _passing(run: Run) -> Mapping[str, bool]:
    passing: dict[str, bool] = {}
    for case in run.cases:
        passing[case.case_id] = passing.get(case.case_id, True) and case_passed(case)
    return passing


def _changes(before: PlayedCase, now: PlayedCase) -> Iterator[Change]:
    first, second = timeless(before), timeless(now)
    if first == second:
        return
    failed, fails = failings(before), failings(now)
    for number in range(1, max(len(before.turns), len(now.turns)) + 1):
        parts = _parts(_told_turn(first, number), _told_turn(second, number))
        if parts or failed.get(number) != fails.get(number):
            yield _change(now, number, parts, failed.get(number, _NOTHING), fails.get(number, _NOTHING))
    ends = tuple(part for part in _parts(first, second) if part not in ("turns", "origin"))
    if ends or failed.get(None) != fails.get(None):
        yield _change(now, None, ends, failed.get(None, _NOTHING), fails.get(None, _NOTHING))


def _change(
    case: PlayedCase, number: int | None, parts: tuple[str, ...], failed: frozenset[str], fails: frozenset[str]
) -> Change:
    way: Way = "differs"
    if bool(failed) != bool(fails):
        way = "broke" if fails else "mended"
    return Change(*case.key, number, way, parts, tuple(sorted(fails - failed)), tuple(sorted(failed - fails)))


def timeless(case: PlayedCase) -> dict[str, Any]:
    """A case as JSON without how long anything took: the same in every run of the same agent."""
    told: dict[str, Any] = json.loads(case_to_json(case))
    for turn in told["turns"]:
        for place in (turn.get("reply") or {}, *((turn.get("reply") or {}).get("tools") or ())):
            for name in _TIMES:
                place.pop(name, None)
    return told


def _told_turn(case: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    turns = case["turns"]
    if number > len(turns):
        return {}
    turn = dict(turns[number - 1])
    reply = turn.pop("reply", None) or {}
    return {**turn, **reply}


def _parts(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in sorted({*before, *now}) if before.get(key) != now.get(key))


def _score_changes(before: Sequence[ScoreTold], now: Sequence[ScoreTold]) -> Iterator[ScoreChange]:
    earlier = {score.name: score for score in before}
    for score in now:
        known = earlier.get(score.name)
        definition = score.definition
        if known is None or definition.unit == "ms":  # times depend on what else the machine does
            continue
        shared = {one.case_id for one in score.measurements} & {one.case_id for one in known.measurements}
        first = [one for one in known.measurements if one.case_id in shared]
        second = [one for one in score.measurements if one.case_id in shared]
        was, is_now = definition.combine(first), definition.combine(second)
        if was is None or is_now is None:
            continue
        span = paired_interval(first, second, definition.combine)
        gain = (is_now - was) if definition.direction == "higher" else (was - is_now)
        shown = span is not None and (span.low > 0 or span.high < 0)
        low, high = (span.low, span.high) if span else (None, None)
        yield ScoreChange(score.name, was, is_now, low, high, len(shared), _reading(gain, shown))


def _reading(gain: float, is_shown: bool) -> Reading:
    if not is_shown or gain == 0:
        return "no difference shown"
    return "better" if gain > 0 else "worse"
