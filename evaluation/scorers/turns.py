"""Going through the turns of a case: what scorers over turns have in common."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from agent.messages import Reply
from evaluation.records import PlayedCase, PlayedTurn
from evaluation.scorers.checks import Check, CheckName, check_turn
from evaluation.scorers.definition import Measurement
from knowledge.transcripts import Expectation


def answered(case: PlayedCase) -> Iterator[tuple[PlayedTurn, Reply]]:
    """Turns that have a reply, with it."""
    for turn in case.turns:
        if turn.reply is not None:
            yield turn, turn.reply


def expecting(case: PlayedCase) -> Iterator[tuple[PlayedTurn, Reply, Expectation]]:
    """Turns of which something is expected and that have a reply."""
    for turn, reply in answered(case):
        if turn.expect is not None:
            yield turn, reply, turn.expect


def measured(
    case: PlayedCase, value: float, turn: PlayedTurn | None = None, expected: object = "", got: object = ""
) -> Measurement:
    """A measurement on a turn of a case, or on the whole case."""
    return Measurement(case.case_id, case.trial, float(value), turn.number if turn else None, str(expected), str(got))


def check_of(name: CheckName) -> Callable[[PlayedCase], Sequence[Measurement]]:
    """Measures how much of one expectation each turn met.

    Args:
        name: a key of ``expect``.
    """

    def measure(case: PlayedCase) -> Sequence[Measurement]:
        return [
            measured(case, check.share, turn, check.expected, check.got)
            for turn in case.turns
            for check in turn_checks(turn)
            if check.name == name
        ]

    return measure


def turn_checks(turn: PlayedTurn) -> tuple[Check, ...]:
    """Every expectation of a turn beside what happened; none of a turn that crashed or of which nothing is expected."""
    return check_turn(turn.expect, turn.reply) if turn.expect is not None and turn.reply is not None else ()


def harm(turn: PlayedTurn) -> tuple[str, ...]:
    """What must never happen and did: another customer's data, a figure from nowhere."""
    shown = (f"foreign: {found}" for found in turn.foreign)
    invented = (f"ungrounded: {found}" for found in turn.ungrounded)
    return (*shown, *invented)


def turn_passed(turn: PlayedTurn) -> bool:
    """Whether everything expected was met and nothing forbidden happened."""
    return not turn.crash and not harm(turn) and _all_met(turn_checks(turn))


def _all_met(checks: Iterable[Check]) -> bool:
    return all(check.share == 1 for check in checks)
