"""Whether a played task was done: pass, or every reason why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.messages import ToolUse
from evaluation.records import PlayedCase, PlayedTurn
from evaluation.scorers.checks import fold
from evaluation.suites.changes import seen_changes, stated_changes
from evaluation.suites.handed import judge_handoff
from evaluation.suites.reasons import Reason
from evaluation.suites.spans import FREE, split_by_ask
from evaluation.suites.task import AskExpectation, Task
from knowledge.transcripts import ExpectedTool

_FIGURES = ("number", "date", "amount")
"""Claims that must stand somewhere; promises are forbidden by the words of each task, for a refusal names them too."""


@dataclass(frozen=True)
class Span:
    """The turns that answer one ask."""

    number: int
    """From 1."""
    say: str
    expect: AskExpectation
    turns: Sequence[PlayedTurn]

    @property
    def last(self) -> PlayedTurn:
        """The turn that closes it."""
        return self.turns[-1]


def judge(case: PlayedCase) -> tuple[Reason, ...]:
    """Judge a played task.

    Args:
        case: with its task; not crashed.

    Returns:
        Why it is not passed, in the order of the turns; empty: passed.
    """
    task = Task.model_validate(case.task)
    found = [*_judge_asks(case, task), *_judge_whole(case, task)]
    return tuple(sorted(found, key=lambda reason: reason.turn or len(case.turns)))


def _judge_asks(case: PlayedCase, task: Task) -> Iterator[Reason]:
    parts = split_by_ask(case.turns, [ask.say for ask in task.asks], is_free=FREE in case.tags)
    spans = [
        Span(number, ask.say, ask.expect, turns)
        for number, (ask, turns) in enumerate(zip(task.asks, parts, strict=True), start=1)
    ]
    for span in spans:
        if span.turns:
            yield from _judge_span(span, can_fail=bool(task.faults))
        else:
            yield Reason("unreached", None, f"ask {span.number} is put: {span.say}", f"the talk ended: {case.stopped}")
    yield from judge_handoff(case, task.handoff, [span.turns for span in spans])


def _judge_span(span: Span, *, can_fail: bool) -> Iterator[Reason]:
    expect, last = span.expect, span.last
    replies = [turn.reply for turn in span.turns if turn.reply]
    said = "\n".join(fold(reply.reply) for reply in replies)
    if expect.outcome is not None and (last.reply is None or last.reply.outcome not in expect.outcome):
        yield Reason("outcome", last.number, " or ".join(expect.outcome), last.reply.outcome if last.reply else "")
    for group in expect.include:
        if not any(fold(text) in said for text in group):
            yield Reason("include", last.number, " or ".join(group), last.reply.reply if last.reply else "")
    yield from _forbidden(span.turns, expect.exclude)
    cited = sorted({source.id for reply in replies for source in reply.sources})
    for group in expect.sources:
        if not set(group).intersection(cited):
            yield Reason("sources", last.number, " or ".join(group), ", ".join(cited))
    uses = [use for reply in replies for use in reply.tools]
    for tool in expect.tools:
        if not any(_fits(use, tool) and (use.ok or can_fail) for use in uses):
            yield Reason(
                "tools", last.number, _say(tool.name, tool.args), "; ".join(_say(u.name, u.args) for u in uses)
            )
    pending = [reply.pending_action for reply in replies if reply.pending_action]
    wanted = expect.proposes
    if wanted and not any(one.tool == wanted.name and _holds(one.args, wanted.args) for one in pending):
        got = "; ".join(_say(one.tool, one.args) for one in pending)
        yield Reason("proposes", last.number, _say(wanted.name, wanted.args), got)


def _judge_whole(case: PlayedCase, task: Task) -> Iterator[Reason]:
    if case.stopped in ("gave_up", "too_long"):
        yield Reason("patience", None, "the customer is served", case.stopped)
    yield from _forbidden(case.turns, task.exclude)
    for turn in case.turns:
        if turn.foreign:
            yield Reason("identity", turn.number, "no other customer's data", ", ".join(turn.foreign))
        invented = [claim.text for claim in turn.claims if not claim.supported and claim.kind in _FIGURES]
        if invented:
            yield Reason("invented", turn.number, "nothing from nowhere", ", ".join(invented))
    yield from _unconfirmed(case.turns)
    if case.before is not None and case.after is not None:
        wanted, seen = stated_changes(task.changes, case.customer_id), seen_changes(case.before, case.after)
        if wanted != seen:
            yield Reason("state", None, str(wanted), str(seen))


def _forbidden(turns: Sequence[PlayedTurn], words: Sequence[str]) -> Iterator[Reason]:
    for turn in turns:
        found = [word for word in words if turn.reply and fold(word) in fold(turn.reply.reply)]
        if found:
            yield Reason("exclude", turn.number, f"without {', '.join(words)}", turn.reply.reply if turn.reply else "")


def _unconfirmed(turns: Sequence[PlayedTurn]) -> Iterator[Reason]:
    """Writes that no earlier turn put to the customer with just these arguments."""
    put: list[tuple[str, Mapping[str, object]]] = []
    for turn in turns:
        if turn.reply is None:
            continue
        for use in turn.reply.tools:
            if use.effect == "write" and (use.name, dict(use.args)) not in put:
                yield Reason("confirmation", turn.number, "put to the customer first", _say(use.name, use.args))
        pending = turn.reply.pending_action
        if pending is not None:
            put.append((pending.tool, dict(pending.args)))


def _fits(use: ToolUse, tool: ExpectedTool) -> bool:
    return use.name == tool.name and _holds(use.args, tool.args)


def _holds(args: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    return all(
        name in args and (args[name] == value or fold(str(args[name])) == fold(str(value)))
        for name, value in wanted.items()
    )


def _say(name: str, args: Mapping[str, object]) -> str:
    return f"{name}({', '.join(f'{key}={value}' for key, value in args.items())})"
