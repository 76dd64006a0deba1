"""Policies that are over, are about to be, or leave days without a rule."""

from collections.abc import Iterator
from datetime import date, timedelta

from rapidfuzz import fuzz

from knowledge.checks.occasion import Occasion, scopes_overlap
from knowledge.findings import Finding
from knowledge.pack import Pack
from knowledge.policies import Policy
from retrieval.passages import Scope

_SAME_SUBJECT = 70.0
"""Titles at least this much alike, in percent, years and versions aside, name one subject."""


def dates(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find expired and soon expiring policies without a successor, and days between two versions.

    Args:
        pack: the pack.
        occasion: when the check takes place.
    """
    for policy in pack.policies:
        ends = policy.scope.effective_to
        if ends is None:
            continue
        successor = successor_of(policy, pack.policies)
        if successor is not None:
            yield from _gap(policy, successor, ends)
        elif not _is_temporary(policy):
            yield from _ending(policy, ends, occasion)
    for policy in pack.policies:
        yield from _overlap(policy, pack)


def _ending(policy: Policy, ends: date, occasion: Occasion) -> Iterator[Finding]:
    place = policy.place("effective_to")
    advice = "Write its successor, move effective_to, or delete it."
    if ends < occasion.today:
        message = f"{policy.policy_id!r} is over since {ends} and nothing follows it."
        yield Finding("expired", "warning", place, message, advice)
    elif ends <= occasion.soon:
        message = f"{policy.policy_id!r} ends on {ends} and nothing follows it."
        yield Finding("expiring", "warning", place, message, advice)


def _gap(policy: Policy, successor: Policy, ends: date) -> Iterator[Finding]:
    begins = successor.scope.effective_from
    if begins is None or begins <= ends + timedelta(days=1):
        return
    message = (
        f"between {policy.policy_id!r} (to {ends}) and {successor.policy_id!r} (from {begins}) "
        f"no rule holds for {(begins - ends).days - 1} day(s)."
    )
    advice = "Let effective_from follow the day after effective_to."
    place = successor.place("effective_from")
    yield Finding("supersession_gap", "warning", place, message, advice, (policy.place("effective_to"),))


def _overlap(policy: Policy, pack: Pack) -> Iterator[Finding]:
    """Two versions of one subject that hold on the same day."""
    for other in pack.policies:
        if not _follows(policy, other) or other.version is None:
            continue
        if policy.version is None and policy.title != other.title:
            continue
        if (policy.version or 0) < other.version and scopes_overlap(policy.scope, other.scope, _ids(pack)):
            which = "without a version" if policy.version is None else f"version {policy.version}"
            message = f"{policy.policy_id!r} ({which}) still holds beside version {other.version}."
            place = policy.place("effective_to")
            advice = f"End it with effective_to on the day before {other.policy_id!r} begins."
            yield Finding("supersession_overlap", "error", place, message, advice, (other.place("effective_from"),))


def _ids(pack: Pack) -> list[str]:
    return [product.product_id for product in pack.products]


def successor_of(policy: Policy, policies: tuple[Policy, ...]) -> Policy | None:
    """The earliest policy on the same subject that goes on after this one ends; None: there is none.

    Args:
        policy: one of them.
        policies: of the pack.
    """
    ends = policy.scope.effective_to or date.max
    later = [other for other in policies if _follows(policy, other) and (other.scope.effective_to or date.max) > ends]
    return min(later, key=lambda other: other.scope.effective_from or date.min, default=None)


def _follows(policy: Policy, other: Policy) -> bool:
    if policy is other or policy.category != other.category:
        return False
    if not _regions_meet(policy.scope, other.scope):
        return False
    same_stem = _stem(policy.policy_id) == _stem(other.policy_id)
    return same_stem or fuzz.ratio(_stem(policy.title), _stem(other.title)) >= _SAME_SUBJECT + 20


def _regions_meet(one: Scope, other: Scope) -> bool:
    return not one.regions or not other.regions or bool(set(one.regions) & set(other.regions))


def _stem(name: str) -> str:
    """A name without its year, version and brackets."""
    return "".join(char for char in name.lower() if char.isalpha() and char not in "v版年")


def _is_temporary(policy: Policy) -> bool:
    """Whether a policy was meant to last for a campaign only: it began and ends within 120 days."""
    begins, ends = policy.scope.effective_from, policy.scope.effective_to
    return begins is not None and ends is not None and (ends - begins).days <= 120
