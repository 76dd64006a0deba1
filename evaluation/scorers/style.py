"""Whether replies sound as the shop wants: length, closing, forbidden claims."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from evaluation.records import Manner, PlayedCase
from evaluation.scorers.checks import fold
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import answered, measured

_END = re.compile(r"[。！？!?…]+")
_GRAVE = ("handoff", "soothe", "decline", "abstain", "clarify", "confirm")
"""Strategies that no cheerful closing may end."""


def count_sentences(text: str) -> int:
    """Sentences by their closing marks; what has none at its end counts too."""
    return sum(1 for piece in _END.split(text) if any(char.isalnum() for char in piece))


def style_scores(manner: Manner) -> tuple[Score, ...]:
    """The scores of a shop's style.

    Args:
        manner: how the shop wants its replies to sound.
    """
    return (
        _score(
            "style_sentences",
            "How many replies are no longer than the shop wants.",
            f"replies of at most {manner.max_sentences} sentences, the closing not counted ÷ replies",
            partial(_short, manner),
        ),
        _score(
            "style_closing",
            "How many grave replies end without the cheerful closing.",
            "replies without the closing ÷ replies that hand over, soothe, decline, abstain, ask or ask for a yes",
            partial(_grave, manner),
        ),
        _score(
            "style_forbidden",
            "How many replies hold none of the claims that the shop forbids.",
            "replies without a forbidden claim ÷ replies",
            partial(_clean, manner),
        ),
    )


def _short(manner: Manner, case: PlayedCase) -> Sequence[Measurement]:
    found: list[Measurement] = []
    for turn, reply in answered(case):
        if reply.reply:
            count = count_sentences(reply.reply.removesuffix(manner.closing) if manner.closing else reply.reply)
            found.append(measured(case, count <= manner.max_sentences, turn, manner.max_sentences, count))
    return found


def _grave(manner: Manner, case: PlayedCase) -> Sequence[Measurement]:
    return [
        measured(case, not reply.reply.endswith(manner.closing), turn, "no closing", reply.reply[-30:])
        for turn, reply in answered(case)
        if manner.closing and reply.strategy in _GRAVE and reply.reply
    ]


def _clean(manner: Manner, case: PlayedCase) -> Sequence[Measurement]:
    found: list[Measurement] = []
    for turn, reply in answered(case):
        said = fold(reply.reply)
        claims = [claim for claim in manner.forbidden_claims if fold(claim) in said]
        found.append(measured(case, not claims, turn, "none", claims))
    return found


def _score(name: str, meaning: str, formula: str, measure: Callable[[PlayedCase], Sequence[Measurement]]) -> Score:
    source = "shop-pack format, keys `style` and `forbidden_claims`"
    return Score(Definition(name, meaning, formula, "share", "higher", source), measure)
