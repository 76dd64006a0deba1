"""The editors' own questions, asked of a new release before it is served."""

from collections.abc import Iterator
from datetime import date

from knowledge.checks.occasion import covers
from knowledge.findings import Finding
from knowledge.pack import Pack
from knowledge.policies import Policy
from retrieval.release import Release
from retrieval.retriever import Query

_HITS = 3
"""A turn quotes from this many sources; the policy must be among them."""


def unanswered_questions(pack: Pack, release: Release, today: date) -> Iterator[Finding]:
    """Find attached questions that do not lead to their policy.

    Args:
        pack: the pack.
        release: built from it.
        today: in the shop's time zone; a policy not in force then is asked on its nearest day in force.
    """
    for policy in pack.policies:
        for position, question in enumerate(policy.questions):
            found = release.retriever.search(_query(policy, question, pack, today), k=_HITS)
            cited = [hit.passage.source_id for hit in found.hits]
            if policy.policy_id in cited:
                continue
            instead = f"{', '.join(cited)} instead" if cited else "nothing"
            message = f"question {question!r} of {policy.policy_id!r} finds {instead}."
            advice = "Reword the question or the policy, or give the question to the policy it finds."
            yield Finding("question", "error", policy.place("questions", position), message, advice)


def _query(policy: Policy, question: str, pack: Pack, today: date) -> Query:
    scope = policy.scope
    day = max(min(today, scope.effective_to or today), scope.effective_from or date.min)
    covered = (
        product.product_id for product in pack.products if scope.products and covers(scope.products, product.product_id)
    )
    return Query(
        text=question,
        day=day,
        region=scope.regions[0] if scope.regions else None,
        product_id=next(covered, None),
        days={policy.decided_by: day},
    )
