"""Repeats: rows that say the same again."""

from collections import defaultdict
from collections.abc import Sequence

from agent.audit.fold import squeeze
from finetune.data.formats.dialogue import Dialogue
from finetune.data.split import normalise_question, pieces_of

NEARLY = 0.8
"""Answers to one question whose characters and pairs overlap by this share of their union are one answer."""


def without_repeats(dialogues: Sequence[Dialogue]) -> tuple[Dialogue, ...]:
    """Keep the first of dialogues that ask the same and answer nearly the same, turn for turn.

    Args:
        dialogues: cleaned.

    Returns:
        Those kept, in their order.
    """
    known: dict[tuple[str, ...], list[tuple[frozenset[str], ...]]] = defaultdict(list)
    kept: list[Dialogue] = []
    for dialogue in dialogues:
        asked = tuple(normalise_question(turn.text) for turn in dialogue.turns if turn.speaker == "customer")
        answers = tuple(pieces_of(squeeze(turn.text)) for turn in dialogue.turns if turn.speaker == "assistant")
        key = (*asked, *dialogue.context)
        if not any(_alike(answers, other) for other in known[key]):
            known[key].append(answers)
            kept.append(dialogue)
    return tuple(kept)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of common pieces of two texts in all of theirs, 0 to 1, higher is more alike."""
    return len(one & other) / len(one | other) if one | other else 1.0


def _alike(answers: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> bool:
    return len(answers) == len(others) and all(
        overlap(one, other) >= NEARLY for one, other in zip(answers, others, strict=True)
    )
