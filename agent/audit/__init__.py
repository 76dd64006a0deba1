"""The audit of drafts: nothing reaches a customer that the turn's evidence does not hold."""

from agent.audit.auditor import Auditor
from agent.audit.finding import Finding, FindingKind

__all__ = ["Auditor", "Finding", "FindingKind"]
