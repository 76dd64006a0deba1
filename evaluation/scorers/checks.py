"""Whether one turn did what its transcript expects: one check for each key of ``expect``."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.messages import Reply, ToolUse
from knowledge.transcripts import Expectation, ExpectedTool

CheckName = Literal["intent", "outcome", "tools", "sources", "include", "exclude"]
CHECKS: tuple[CheckName, ...] = ("intent", "outcome", "tools", "sources", "include", "exclude")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Check:
    """One expectation of a turn, beside what happened."""

    name: CheckName
    share: float
    """How much of it was met, 0 to 1; 1 passes. Sources and includes are shares, the others are all or nothing."""
    expected: str
    got: str


def check_turn(expect: Expectation, reply: Reply) -> tuple[Check, ...]:
    """Check one turn against what its transcript expects; a key that is absent is not checked."""
    checks: list[Check] = []
    if expect.intent is not None:
        met = any(intent in expect.intent for intent in reply.intents)
        checks.append(_check("intent", met, expect.intent, reply.intents))
    if expect.outcome is not None:
        checks.append(_check("outcome", reply.outcome in expect.outcome, expect.outcome, reply.outcome))
    if expect.tools is not None:
        called = [f"{use.name}{dict(use.args)}" for use in reply.tools]
        wanted = [f"{tool.name}{tool.args}" for tool in expect.tools] or ["none"]
        checks.append(_check("tools", _tools_met(expect, reply.tools), wanted, called))
    if expect.sources is not None:
        cited = [source.id for source in reply.sources]
        checks.append(
            Check("sources", _share(item in cited for item in expect.sources), str(expect.sources), str(cited))
        )
    if expect.include is not None:
        said = fold(reply.reply)
        share = _share(any(fold(text) in said for text in group) for group in expect.include)
        checks.append(Check("include", share, str(expect.include), reply.reply))
    if expect.exclude is not None:
        said = fold(reply.reply)
        found = [text for text in expect.exclude if fold(text) in said]
        checks.append(_check("exclude", not found, expect.exclude, found or "none of them"))
    return tuple(checks)


def fold(text: str) -> str:
    """Even out spaces, full-width forms and case, as the transcript format asks."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).lower()


def _check(name: CheckName, met: bool, expected: object, got: object) -> Check:
    return Check(name, float(met), str(expected), str(got))


def _share(met: Iterable[bool]) -> float:
    verdicts = list(met)
    return sum(verdicts) / len(verdicts) if verdicts else 1.0


def _tools_met(expect: Expectation, uses: Sequence[ToolUse]) -> bool:
    wanted = expect.tools or ()
    if not wanted:
        return not uses
    return all(is_called(tool, uses) for tool in wanted)


def is_called(tool: ExpectedTool, uses: Sequence[ToolUse]) -> bool:
    """Whether an expected call was made, with at least its arguments."""
    return any(use.name == tool.name and _holds(use.args, tool.args) for use in uses)


def _holds(args: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    return all(name in args and _same(args[name], value) for name, value in wanted.items())


def _same(left: object, right: object) -> bool:
    return left == right or fold(str(left)) == fold(str(right))
