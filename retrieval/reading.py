"""One reading of a question: by itself, or in the light of the message before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval import scoring
from retrieval.passages import Passage, PassageKind
from retrieval.scoring import KeyMatches


@dataclass(frozen=True)
class Reading:
    """How the passages answer a question as it was read."""

    matches: KeyMatches
    chances: NDArray[np.float32]
    """Chance that the question has an answer in each passage, [passages], 0..1."""
    ranked: tuple[int, ...]
    """Passages of the kinds wanted, best first, also those that do not hold."""
    groups: tuple[list[int], ...]
    """The passages of each source that holds, best first, as are the sources."""
    shares: NDArray[np.float32]
    """Chance that each source is the one meant, [sources], summing to 1."""

    @property
    def best(self) -> float:
        """Chance of the best source, 0..1; 0: none holds."""
        return max((float(self.chances[group[0]]) for group in self.groups), default=0.0)

    @property
    def likelihood(self) -> float:
        """How likely the best source has the answer and is the one meant, 0..1."""
        return float(self.chances[self.groups[0][0]] * self.shares[0]) if self.groups else 0.0


def read(
    passages: Sequence[Passage],
    matches: KeyMatches,
    scores: NDArray[np.float32],
    kinds: Collection[PassageKind],
    excluded: Collection[int],
) -> Reading:
    """Order the passages of a release for one reading of a question.

    Args:
        passages: of the release.
        matches: of the question with every key.
        scores: float32 [passages], higher is better.
        kinds: of passages that are wanted.
        excluded: positions of passages that do not hold.
    """
    ranked = tuple(int(n) for n in np.argsort(-scores, kind="stable") if passages[n].kind in kinds)
    sources: dict[str, list[int]] = {}
    for number in ranked:
        if number not in excluded:
            sources.setdefault(passages[number].source_id, []).append(number)
    groups = tuple(sources.values())
    shares = scoring.shares(scores[[group[0] for group in groups]])
    return Reading(matches, scoring.probability(scores), ranked, groups, shares)
