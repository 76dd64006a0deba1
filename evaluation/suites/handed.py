"""Whether a task was handed to a person when it had to be, in time, for the right reason and with what the person needs."""

import json
from collections.abc import Iterator, Sequence

from evaluation.records import PlayedCase, PlayedTurn
from evaluation.scorers.checks import fold
from evaluation.suites.reasons import Reason
from evaluation.suites.task import ExpectedHandoff


def judge_handoff(
    case: PlayedCase, expected: ExpectedHandoff | None, spans: Sequence[Sequence[PlayedTurn]]
) -> Iterator[Reason]:
    """Judge the handover of a task.

    Args:
        case: played.
        expected: what is due; None: no handoff.
        spans: the turns of each ask.
    """
    passed = next((turn for turn in case.turns if turn.reply and turn.reply.handoff), None)
    if expected is None:
        if passed is not None and passed.reply and passed.reply.handoff:
            yield Reason("handoff", passed.number, "no handoff", passed.reply.handoff.reason)
        return
    if passed is None:
        yield Reason("handoff", None, f"a handoff for {' or '.join(expected.reason)}", "none")
        return
    yield from _judge_time(passed, expected, spans)
    yield from _judge_content(passed, expected)


def _judge_time(
    passed: PlayedTurn, expected: ExpectedHandoff, spans: Sequence[Sequence[PlayedTurn]]
) -> Iterator[Reason]:
    due = [turn.number for turn in (spans[expected.ask - 1] if expected.ask <= len(spans) else ())]
    if expected.turn is not None:
        due = due[expected.turn - 1 : expected.turn]
    if passed.number not in due:
        late = bool(due) and passed.number > due[-1]
        wanted = f"a handoff in answer to ask {expected.ask}"
        yield Reason("handoff", passed.number, wanted, "too late" if late else "too early")


def _judge_content(passed: PlayedTurn, expected: ExpectedHandoff) -> Iterator[Reason]:
    handoff = passed.reply.handoff if passed.reply else None
    if handoff is None:
        return
    if handoff.reason not in expected.reason:
        yield Reason("handoff", passed.number, f"the reason {' or '.join(expected.reason)}", handoff.reason)
    if expected.open is not None and handoff.service_open != expected.open:
        wanted = "people on duty" if expected.open else "people off duty"
        yield Reason("handoff", passed.number, wanted, str(handoff.service_open))
    package = passed.trace.package
    if package is None:
        return
    told = fold(json.dumps(package, ensure_ascii=False, default=str))
    for group in expected.package:
        if not any(fold(word) in told for word in group):
            yield Reason("handoff", passed.number, f"a package with {' or '.join(group)}", told)
