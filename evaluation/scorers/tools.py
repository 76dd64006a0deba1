"""Whether the right tools were called with the right arguments; reads and writes apart."""

from collections.abc import Sequence

from agent.messages import Effect
from evaluation.records import PlayedCase
from evaluation.scorers.checks import is_called
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import answered, check_of, expecting, measured
from tools.toolbox import TOOLS

_EFFECTS = {str(tool.name): tool.effect for tool in TOOLS}


def _reads(case: PlayedCase) -> Sequence[Measurement]:
    found: list[Measurement] = []
    for turn, reply, expect in expecting(case):
        for tool in expect.tools or ():
            if _effect(tool.name) == "read":
                met = is_called(tool, reply.tools)
                found.append(measured(case, met, turn, f"{tool.name}{tool.args}", [use.name for use in reply.tools]))
    return found


def _writes(case: PlayedCase) -> Sequence[Measurement]:
    """A turn is right when it made the expected writes and no other; turns that neither write nor should are not counted."""
    found: list[Measurement] = []
    for turn, reply, expect in expecting(case):
        made = [use for use in reply.tools if use.effect == "write"]
        wanted = [tool for tool in expect.tools or () if _effect(tool.name) == "write"]
        if expect.tools is not None and (made or wanted):
            met = all(is_called(tool, made) for tool in wanted) and {use.name for use in made} <= {
                tool.name for tool in wanted
            }
            told = [f"{use.name}{dict(use.args)}" for use in made]
            found.append(measured(case, met, turn, [f"{tool.name}{tool.args}" for tool in wanted], told))
    return found


def _successes(case: PlayedCase) -> Sequence[Measurement]:
    return [
        measured(case, use.ok, turn, "ok", use.error or "ok") for turn, reply in answered(case) for use in reply.tools
    ]


def _effect(name: str) -> Effect:
    return _EFFECTS.get(name, "read")


TOOL_CALLS = Score(
    Definition(
        name="tools",
        meaning="How often a turn called every tool that it should have, or none where none was expected.",
        formula="turns with every expected call ÷ turns that state their tools; a call counts with at least the expected arguments",
        unit="share",
        direction="higher",
        source="shop-pack format, key `tools`",
    ),
    check_of("tools"),
)
TOOLS_READ = Score(
    Definition(
        name="tools_read",
        meaning="How many of the expected look-ups were made, with their arguments.",
        formula="expected reading calls that were made ÷ expected reading calls",
        unit="share",
        direction="higher",
        source="recall of calls, as in BFCL's AST matching (Patil et al., 2024) with extra arguments allowed",
    ),
    _reads,
)
TOOLS_WRITE = Score(
    Definition(
        name="tools_write",
        meaning="How often what was changed in the back-ends in a turn is what should have been changed in it, and nothing else.",
        formula="turns whose writing calls are the expected ones ÷ turns that write or should, and state their tools",
        unit="share",
        direction="higher",
        source="tau-bench (Yao et al., 2024): a write must not be guessed, doubled or left out",
    ),
    _writes,
)
TOOL_SUCCESS = Score(
    Definition(
        name="tool_success",
        meaning="How many tool calls got a usable answer.",
        formula="calls without an error ÷ calls",
        unit="share",
        direction="higher",
        source="availability as the customer sees it",
    ),
    _successes,
)
