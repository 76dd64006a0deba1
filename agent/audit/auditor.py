"""The audit: may this draft be sent?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.audit.actions import check_actions
from agent.audit.figures import check_figures
from agent.audit.finding import Finding
from agent.audit.fold import squeeze
from agent.audit.form import check_form
from agent.audit.leaks import check_identity, check_leaks, check_personal
from agent.audit.polarity import check_polarity
from agent.audit.roles import check_roles
from agent.audit.sense import check_sense
from agent.audit.states import check_states
from agent.audit.stock import check_stock
from agent.audit.trace import Draft, Evidence
from agent.audit.words import check_benefits, check_promises, check_shop_words
from agent.evidence import Brief
from agent.profile import ShopProfile


@dataclass(frozen=True)
class Auditor:
    """Checks every draft against the evidence of its turn; deterministic, without a model."""

    profile: ShopProfile

    def audit(
        self, draft: str, brief: Brief, *, previous_replies: Sequence[str] = (), system_prompt: str = ""
    ) -> tuple[Finding, ...]:
        """Look for everything that forbids sending a draft.

        Args:
            draft: the reply as it would be sent.
            brief: what the turn may say.
            previous_replies: the assistant's earlier replies of the conversation, oldest first.
            system_prompt: the prompt that produced the draft, to find leaked stretches of it; empty: no model wrote it.

        Returns:
            Findings, each once; empty when the draft may be sent.
        """
        if not squeeze(draft):
            return (Finding("empty", "", "回复是空的：用一两句话回答顾客。"),)
        evidence = Evidence(brief, self.profile)
        read = Draft.of(draft, self.profile)
        return tuple(dict.fromkeys(_check(read, evidence, previous_replies, system_prompt)))


def _check(draft: Draft, evidence: Evidence, previous_replies: Sequence[str], system_prompt: str) -> Iterator[Finding]:
    yield from check_form(draft, evidence, previous_replies)
    yield from check_sense(draft, evidence)
    yield from check_leaks(draft, evidence, system_prompt)
    yield from check_personal(draft, evidence)
    yield from check_identity(draft, evidence)
    yield from check_shop_words(draft, evidence)
    yield from check_figures(draft, evidence)
    yield from check_stock(draft, evidence)
    yield from check_states(draft, evidence)
    yield from check_actions(draft, evidence)
    yield from check_promises(draft, evidence)
    yield from check_benefits(draft, evidence)
    yield from check_polarity(draft, evidence)
    yield from check_roles(draft, evidence)
