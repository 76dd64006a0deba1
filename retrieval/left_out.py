"""What a search left out, and why: for people who look into an answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.passages import Passage
from retrieval.scoring import Scores

RUNNERS_UP = 2
"""So many sources that hold and were not chosen are told of."""


@dataclass(frozen=True)
class Dropped:
    """A passage that matched and is not among the hits."""

    passage: Passage
    score: float
    """Chance that the question has an answer here, 0..1, as of a hit."""
    why: str
    """``not_yet``, ``expired``, ``region``, ``product``: it does not hold here; ``withdrawn``: the goods left; ``outvoted``: others matched
    better; ``below_floor``: nobody would have been answered with it."""


def left_out(
    passages: Sequence[Passage],
    ranked: Sequence[int],
    chances: Scores,
    excluded: Mapping[int, str],
    chosen: Sequence[int],
    floor: float,
) -> Iterator[Dropped]:
    """Tell what matched as well as the hits and does not hold, then the best of what holds and was not chosen.

    Args:
        passages: of the release.
        ranked: positions of those that could be found, best first.
        chances: of all passages, 0..1; [passages].
        excluded: why a passage does not hold, by position.
        chosen: positions of the hits' best passages.
        floor: chance below which a search abstains.
    """
    bar = min((chances[number] for number in chosen), default=floor)
    runners: dict[str, int] = {}
    seen = {passages[number].source_id for number in chosen}
    for number in ranked:
        if number in excluded:
            if chances[number] >= bar:
                yield Dropped(passages[number], float(chances[number]), excluded[number])
        elif passages[number].source_id not in seen:
            runners.setdefault(passages[number].source_id, number)
        if len(runners) == RUNNERS_UP and chances[number] < bar:
            break
    for number in list(runners.values())[:RUNNERS_UP]:
        yield Dropped(
            passages[number], float(chances[number]), "outvoted" if chances[number] >= floor else "below_floor"
        )
