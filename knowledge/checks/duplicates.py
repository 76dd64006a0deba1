"""Policies that carry the same title or say the same at the same time."""

from collections.abc import Iterator
from itertools import combinations

from rapidfuzz import fuzz

from knowledge.checks.occasion import Occasion, scopes_overlap
from knowledge.findings import Finding
from knowledge.pack import Pack
from knowledge.policies import Policy

_SAME_TEXT = 97.0
"""Bodies at least this much alike, in percent, are copies."""


def duplicates(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find titles, questions and bodies that stand twice.

    Args:
        pack: the pack.
        occasion: when the check takes place.
    """
    product_ids = [product.product_id for product in pack.products]
    folded = {policy.policy_id: (_folded(policy.title), _folded(policy.body)) for policy in pack.policies}
    for one, other in combinations(pack.policies, 2):
        titles, bodies = zip(folded[one.policy_id], folded[other.policy_id], strict=True)
        same_title = titles[0] == titles[1]
        if not same_title and not _alike(*bodies):
            continue
        if not scopes_overlap(one.scope, other.scope, product_ids):
            continue
        if same_title:
            message = f"title {other.title!r} is also that of {one.policy_id!r} at the same time."
            advice = "Rename one, or end the older with effective_to."
            yield Finding("duplicate_title", "warning", other.place("title"), message, advice, (one.place("title"),))
        else:
            message = f"{other.policy_id!r} has the same text as {one.policy_id!r}."
            yield Finding(
                "duplicate_text", "warning", other.body_place(0), message, "Keep one of them.", (one.body_place(0),)
            )
    yield from _questions(pack, product_ids)


def _folded(text: str) -> str:
    return "".join(text.split()).lower()


def _alike(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > (1 - _SAME_TEXT / 100) * (len(one) + len(other)):
        return False
    return fuzz.ratio(one, other, score_cutoff=_SAME_TEXT) > 0


def _questions(pack: Pack, product_ids: list[str]) -> Iterator[Finding]:
    owners: dict[str, tuple[Policy, int]] = {}
    for policy in pack.policies:
        for position, question in enumerate(policy.questions):
            owner, first = owners.setdefault(_folded(question), (policy, position))
            if (owner is policy and first != position) or (
                owner is not policy and scopes_overlap(owner.scope, policy.scope, product_ids)
            ):
                message = f"question {question!r} belongs to {owner.policy_id!r} already."
                place = policy.place("questions", position)
                advice = "Let one policy answer each question."
                yield Finding(
                    "duplicate_question", "warning", place, message, advice, (owner.place("questions", first),)
                )
