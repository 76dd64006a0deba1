"""What went wrong at which turn, in one list whatever found it: expectations, harm, crashes, the task as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluation.play.states import same_rows
from evaluation.records import PlayedCase, PlayedTurn
from evaluation.scorers.checks import Check, fold
from evaluation.scorers.turns import turn_checks
from evaluation.suites.verdict import judge

WEIGHTS = {
    "crash": 100.0,
    "foreign": 80.0,
    "identity": 80.0,
    "confirmation": 70.0,
    "state": 60.0,
    "ungrounded": 50.0,
    "invented": 50.0,
    "exclude": 40.0,
    "tools": 30.0,
    "proposes": 30.0,
    "handoff": 30.0,
    "outcome": 25.0,
    "unreached": 20.0,
    "patience": 20.0,
    "include": 10.0,
    "sources": 5.0,
    "intent": 2.0,
}
"""How bad a fault is, for the order in which turns are shown; no score is made of it. What harms the customer or the shop comes first."""
OTHERWISE = 10.0
_OWN_WORDS = ("invented", "identity")
"""Reasons of a task that say again what is told of the turn already."""


@dataclass(frozen=True)
class Fault:
    """One thing that went wrong."""

    kind: str
    """The expectation that was missed, or ``crash``, ``foreign``, ``ungrounded``, ``state``…"""
    expected: str
    got: str
    share: float = 0.0
    """How much of it was met all the same, 0 to 1."""

    @property
    def weight(self) -> float:
        """How bad it is; higher is worse."""
        return WEIGHTS.get(self.kind, OTHERWISE) * (1 - self.share)


def faults_of(case: PlayedCase) -> dict[int, tuple[Fault, ...]]:
    """What went wrong in a case, by the number of the turn.

    Args:
        case: as it was played.

    Returns:
        Turns with at least one fault, in their order; what concerns the case as a whole stands at its last turn.
    """
    found: dict[int, list[Fault]] = {turn.number: list(_of_turn(turn)) for turn in case.turns}
    last = case.turns[-1].number if case.turns else 1
    for number, fault in _of_case(case):
        found.setdefault(last if number is None else number, []).append(fault)
    return {number: tuple(dict.fromkeys(faults)) for number, faults in sorted(found.items()) if faults}


def severity(faults: Sequence[Fault]) -> float:
    """How bad a turn is; higher is worse, 0 is without fault."""
    return sum(fault.weight for fault in faults)


def _of_turn(turn: PlayedTurn) -> Iterator[Fault]:
    if turn.crash:
        yield Fault("crash", "a reply", turn.crash)
    if turn.foreign:
        yield Fault("foreign", "no other customer's data", "、".join(turn.foreign))
    if turn.ungrounded:
        yield Fault("ungrounded", "nothing from nowhere", "、".join(turn.ungrounded))
    for check in turn_checks(turn):
        if check.share < 1:
            yield Fault(check.name, *_beside(turn, check), check.share)


def _beside(turn: PlayedTurn, check: Check) -> tuple[str, str]:
    """What a check wanted and what it found, in words."""
    expect, reply = turn.expect, turn.reply
    if expect is None or reply is None:
        return check.expected, check.got
    if check.name == "include":
        said = fold(reply.reply)
        unmet = [group for group in expect.include or () if not any(fold(text) in said for text in group)]
        return "\n".join(" or ".join(group) for group in unmet), reply.reply
    if check.name == "exclude":
        said = fold(reply.reply)
        return "none of it", "、".join(text for text in expect.exclude or () if fold(text) in said)
    if check.name == "tools":
        wanted = [call(tool.name, tool.args) for tool in expect.tools or ()]
        return "\n".join(wanted) or "no call", "\n".join(call(use.name, use.args) for use in reply.tools) or "no call"
    wanted_by = {"intent": expect.intent, "outcome": expect.outcome, "sources": expect.sources}
    got_by = {"intent": reply.intents, "outcome": (reply.outcome,), "sources": [one.id for one in reply.sources]}
    joined = ", " if check.name == "sources" else " or "
    return joined.join(wanted_by[check.name] or ()), ", ".join(got_by[check.name]) or "none"


def call(name: str, args: Mapping[str, object]) -> str:
    """A tool call as it is written, such as ``get_order(order_id=A1)``."""
    return f"{name}({', '.join(f'{key}={value}' for key, value in args.items())})"


def _of_case(case: PlayedCase) -> Iterator[tuple[int | None, Fault]]:
    if case.crashed:
        return
    if case.task is not None:
        for reason in judge(case):
            if reason.kind not in _OWN_WORDS:
                yield reason.turn, Fault(reason.kind, reason.expected, reason.got or "nothing")
    elif case.after is not None and case.expected_after is not None and not same_rows(case.after, case.expected_after):
        yield None, Fault("state", str(dict(case.expected_after)), str(dict(case.after)))
