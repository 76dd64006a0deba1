"""Speech: what a model says to a fixed list of prompts, to hold two models against each other."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.generator.errors import Overrun
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator
from agent.generator.weights import Weights
from agent.prompt import encode

Prompt = Sequence[dict[str, str]]
Tell = Callable[[int, int], None]
"""Told after each answer: how many are made, of how many."""

_PLACES = 8
"""So many last places of each prompt are compared: of a large vocabulary more would not stay in memory."""
_LIMITS = LocalLimits(first_token_s=3600.0, total_s=3600.0, max_tokens=64, temperature=0.0)


@dataclass(frozen=True)
class Speech:
    """What one model says."""

    answers: tuple[str, ...]
    """Greedy, the first tokens of each."""
    logits: tuple[Any, ...]
    """Of each prompt's last places, (places, vocabulary)."""


def hear(weights: Weights, prompts: Sequence[Prompt], tell: Tell | None = None) -> Speech:
    """Ask a model.

    Args:
        weights: the model.
        prompts: chat messages of each.
        tell: told how far it is.
    """
    generator = LocalQwenGenerator(weights, limits=_LIMITS)
    answers, logits = [], []
    for number, prompt in enumerate(prompts, 1):
        answers.append(asyncio.run(_answer(generator, prompt)))
        logits.append(_logits(weights, prompt))
        if tell is not None:
            tell(number, len(prompts))
    generator.close()
    return Speech(tuple(answers), tuple(logits))


def largest_difference(one: Speech, other: Speech) -> float:
    """The largest difference of any logit of two models on the same prompts."""
    return max(
        (float((mine - theirs).abs().max()) for mine, theirs in zip(one.logits, other.logits, strict=True)), default=0.0
    )


def equal_answers(one: Speech, other: Speech) -> int:
    """How many answers of two models are the same."""
    return sum(mine == theirs for mine, theirs in zip(one.answers, other.answers, strict=True))


async def _answer(generator: LocalQwenGenerator, prompt: Prompt) -> str:
    said: list[str] = []
    try:
        async for piece in generator.stream([dict(message) for message in prompt]):
            said.append(piece)
    except Overrun:
        pass  # What was said until then is compared.
    return "".join(said)


def _logits(weights: Weights, prompt: Prompt) -> Any:
    import torch

    ids = encode(weights.tokenizer, [dict(message) for message in prompt]).input_ids
    with torch.inference_mode():
        inputs = torch.tensor([ids], device=weights.device)  # (1, tokens)
        return weights.model(input_ids=inputs).logits[0, -_PLACES:].float().cpu()  # (places, vocabulary)
