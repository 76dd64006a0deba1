"""Questions that the shop's knowledge did not answer, put together by what they ask for."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.masking import masked
from retrieval.embedders.port import Vectors
from retrieval.words import fold

Embed = Callable[[Sequence[str]], Vectors]
"""Gives the vectors of texts: float32 [n, d], unit rows."""

GapReason = Literal["abstained", "not_understood", "declined", "handed_off"]

ALIKE = 0.55
"""Questions join while their clusters' mean cosine is at least this. Source: read by eye on the 177 questions of the default pack with
the default encoder: at .55 they fall into 93 groups of one topic each (washing, sizes, invoices…), at .45 topics run together."""
_EXAMPLES = 8
MOST = 3000
"""So many different questions are put together, the latest: every pair is compared."""


@dataclass(frozen=True)
class Unanswered:
    """One message that got no answer for want of knowledge."""

    text: str
    """As the customer wrote it."""
    reason: GapReason
    intent: str
    """What the message was taken for; empty: nothing."""
    at: datetime
    """Aware."""


@dataclass(frozen=True)
class Gap:
    """Questions that ask for one thing."""

    title: str
    """The question in the middle of them."""
    examples: tuple[str, ...]
    """Different questions, the middle one first; numbers and addresses that may name a person are masked."""
    count: int
    """Messages, repeated ones counted each time."""
    reasons: dict[GapReason, int]
    intent: str
    """The commonest, empty where none was seen."""
    first: datetime
    last: datetime

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "title": self.title,
            "examples": list(self.examples),
            "count": self.count,
            "reasons": dict(self.reasons),
            "intent": self.intent,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }


def find_gaps(unanswered: Sequence[Unanswered], embed: Embed, alike: float = ALIKE) -> tuple[Gap, ...]:
    """Put unanswered questions together.

    Args:
        unanswered: the latest first.
        embed: gives the vectors of texts.
        alike: least mean cosine of two clusters that join, 0..1; higher gives more and smaller ones.

    Returns:
        Gaps, the commonest first, equally common ones the latest first.
    """
    groups: dict[str, list[Unanswered]] = {}
    for one in unanswered:
        said = "".join(fold(one.text).split()).strip("。!?~,.，、")
        if said and (said in groups or len(groups) < MOST):
            groups.setdefault(said, []).append(one)
    if not groups:
        return ()
    different = list(groups.values())
    vectors = embed([group[0].text for group in different])  # [n, d]
    found = [_gap([different[n] for n in members], vectors[members]) for members in clusters(vectors, alike)]
    return tuple(sorted(found, key=lambda gap: (-gap.count, -gap.last.timestamp())))


def clusters(vectors: Vectors, alike: float) -> list[list[int]]:
    """Join the nearest clusters again and again while their mean cosine is high enough.

    Args:
        vectors: float32 [n, d], unit rows.
        alike: least mean cosine of two clusters that join.

    Returns:
        Row numbers by cluster, each in order, the clusters by their first row.

    Source:
        Average linkage by nearest-neighbour chains: F. Murtagh, A survey of recent advances in hierarchical clustering, 1983.
    """
    size = len(vectors)
    nearness = vectors @ vectors.T  # [n, n]
    np.fill_diagonal(nearness, -np.inf)
    members: dict[int, list[int]] = {n: [n] for n in range(size)}
    for one, other in _joins(nearness, members, alike):
        weights = len(members[one]), len(members[other])
        mean = (nearness[one] * weights[0] + nearness[other] * weights[1]) / sum(weights)  # [n]
        nearness[one], nearness[:, one] = mean, mean
        nearness[other], nearness[:, other] = -np.inf, -np.inf
        nearness[one, one] = -np.inf
        members[one] += members.pop(other)
    return sorted(sorted(group) for group in members.values())


def _joins(nearness: NDArray[np.float32], members: dict[int, list[int]], alike: float) -> Iterator[tuple[int, int]]:
    """Pairs of clusters to join; the matrix and the members change between two of them."""
    settled: set[int] = set()
    chain: list[int] = []
    while True:
        if not chain:
            start = next((n for n in members if n not in settled), None)
            if start is None:
                return
            chain = [start]
        tip = chain[-1]
        nearest = int(np.argmax(nearness[tip]))
        if nearness[tip, nearest] < alike:
            # Nothing is near enough to the tip, and joining others brings nothing nearer: it stays as it is.
            settled.add(tip)
            chain = []
        elif len(chain) > 1 and nearness[tip, chain[-2]] >= nearness[tip, nearest]:
            one, other = sorted((tip, chain[-2]))
            del chain[-2:]
            yield one, other
        else:
            chain.append(nearest)


def _gap(groups: list[list[Unanswered]], vectors: Vectors) -> Gap:
    """One cluster of different questions, each with all its messages."""
    counts = np.array([len(group) for group in groups])  # [members]
    middle = counts @ vectors  # [d]
    order = np.argsort(-(vectors @ middle), kind="stable")
    messages = [one for group in groups for one in group]
    intents = Counter(one.intent for one in messages if one.intent)
    examples = tuple(dict.fromkeys(masked(groups[int(n)][0].text.strip()) for n in order))[:_EXAMPLES]
    return Gap(
        title=examples[0],
        examples=examples,
        count=len(messages),
        reasons=dict(Counter(one.reason for one in messages).most_common()),
        intent=next((intent for intent, _ in intents.most_common(1)), ""),
        first=min(one.at for one in messages),
        last=max(one.at for one in messages),
    )
