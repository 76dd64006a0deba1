"""What customers say, from the utterances that the understanding is trained on."""

import random
from functools import cache

from agent.understanding.corpus import UTTERANCES
from agent.understanding.intents import Intent


def draw_utterance(rng: random.Random, intent: Intent) -> str:
    """Draw one message of an intent."""
    return rng.choice(_lines(intent))


@cache
def _lines(intent: Intent) -> tuple[str, ...]:
    text = (UTTERANCES / f"{intent}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())
