"""Slots in answers: facts that an answer says word for word are named in place of being said."""

import re
from collections.abc import Sequence

from agent.prompt import ASK_SLOT, fill, slot

_STOPS = "。！？!?～~"
_SHORTEST = 6
"""No shorter fact is looked for: it may stand in an answer by chance."""


def as_slots(answer: str, facts: Sequence[str], ask: str = "") -> str:
    """Name facts by slots where an answer says them as whole sentences.

    Args:
        answer: as a person or the program wrote it.
        facts: of its prompt, in their order.
        ask: the question of the prompt; empty: none.

    Returns:
        An answer that reads the same once its slots are filled, but for a full stop at its end; the answer itself where there is nothing to name.
    """
    written = answer
    for number, fact in sorted(enumerate(facts, 1), key=lambda pair: -len(pair[1])):
        bare = re.escape(fact.rstrip(_STOPS))
        if len(fact) >= _SHORTEST:
            whole = re.compile(rf"(?<![^{_STOPS}，,；;：:…\s〕]){bare}[{_STOPS}]?(?=$|[^，,、；;])")
            written = whole.sub(slot(number), written, count=1)
    if ask:
        written = written.replace(ask, ASK_SLOT, 1)
    before, after = (fill(text, facts, ask).text.removesuffix("。") for text in (answer, written))
    return written if after == before else answer
