"""What speaks for a passage apart from its text: the product a turn is about, and where the customer is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.passages import Passage
from retrieval.words import content_words

SCOPE_MATCH = 0.5
SCOPE_NAMED = -0.2
"""For a passage on certain goods whose own words stand in the question, although no product is known."""
SCOPE_UNNAMED = -4.0
"""For a passage on certain goods that nothing in the question points to."""
TEMPORARY = 0.5
"""For a rule with an end: while it holds, it was made for now, beside the rule for every day."""
"""Added to a passage's score, whose spread between neighbours is about 1: circumstances break near ties, the text decides the rest."""


def own_words(passages: Sequence[Passage]) -> tuple[frozenset[str], ...]:
    """Of each passage for certain products: the words of its title that no general passage has in its own (内衣, not 退换)."""
    general = {word for passage in passages if not passage.scope.products for word in content_words(passage.title)}
    return tuple(
        frozenset(content_words(passage.title)) - general if passage.scope.products else frozenset()
        for passage in passages
    )


def circumstances(
    passages: Sequence[Passage],
    own: Sequence[frozenset[str]],
    region: str | None,
    product_id: str | None,
    asked: str,
) -> NDArray[np.float32]:
    """How the circumstances of a question speak for each passage, float32 [passages]; arguments as of `circumstance`."""
    pairs = zip(passages, own, strict=True)
    return np.array([circumstance(one, region, product_id, asked, words) for one, words in pairs], dtype=np.float32)


def circumstance(
    passage: Passage, region: str | None, product_id: str | None, asked: str, own: frozenset[str]
) -> float:
    """How the circumstances of a question speak for a passage; added to its score.

    Args:
        passage: the passage.
        region: the customer's region; None: unknown.
        product_id: the product the turn is about; None: none known.
        asked: the question, its words settled.
        own: the passage's own words, as of `own_words`.
    """
    bonus = 0.0
    if passage.scope.products and product_id is not None:
        bonus += SCOPE_MATCH
    elif passage.scope.products:
        bonus += SCOPE_NAMED if any(word in asked for word in own) else SCOPE_UNNAMED
    if passage.scope.regions and region in passage.scope.regions:
        bonus += SCOPE_MATCH
    if passage.scope.effective_to is not None:
        bonus += TEMPORARY
    return bonus
