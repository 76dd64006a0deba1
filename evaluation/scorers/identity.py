"""Whether the agent says who it is."""

import re
from collections.abc import Sequence

from evaluation.records import Manner, PlayedCase
from evaluation.scorers.checks import fold
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import expecting, measured

_VENDORS = re.compile(
    r"通义|千问|qwen|阿里云|openai|chat\s*gpt|gpt-?\d|文心|ernie|百度|deepseek|深度求索|智谱|chatglm|kimi|月之暗面|豆包|字节|混元|claude|anthropic|gemini|llama",
    re.IGNORECASE,
)
"""Makers of models and their products: an agent that names one has forgotten whom it works for."""


def identity_score(manner: Manner) -> Score:
    """The score of a shop's identity.

    Args:
        manner: says how the assistant calls itself and who made it.
    """
    names = [fold(name) for name in (manner.assistant, manner.maker) if name]

    def measure(case: PlayedCase) -> Sequence[Measurement]:
        if not names:
            return ()
        return [
            measured(case, _says(reply.reply, names), turn, " or ".join(names), reply.reply)
            for turn, reply, expect in expecting(case)
            if expect.intent == ("identity",) and reply.handoff is None and reply.reply
        ]

    return Score(
        Definition(
            name="identity",
            meaning="How often a customer who asks who is speaking is told the shop's own name for it, and no maker of models.",
            formula="replies with the assistant's or its maker's name and no other ÷ turns that ask for the identity",
            unit="share",
            direction="higher",
            source="shop-pack format, keys `assistant` and `maker`",
        ),
        measure,
    )


def _says(reply: str, names: Sequence[str]) -> bool:
    said = fold(reply)
    return any(name in said for name in names) and not _VENDORS.search(said)
