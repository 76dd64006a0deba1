"""The shop's style: where a draft deviates from it."""

import re

from agent.audit.finding import Finding
from agent.generator.registry.gate import Measure
from agent.profile import Style
from agent.wording.composer import CHEERFUL
from finetune.gate.asking import Asked

_CALLED = re.compile(
    r"(?:^|[。！？!?～~\n])\s*(亲爱的|亲亲|亲|宝子|宝贝|宝宝|小主|老铁|家人|老板|美女|帅哥)(?:们)?(?=[，,、～~！!：:\s])"
)
"""A form of address at the head of a sentence."""
_PRONOUNS = {"您": "你", "你": "您"}
"""A pronoun that the shop wants, and the one that it does not."""


def deviations(text: str, asked: Asked, findings: tuple[Finding, ...], style: Style) -> frozenset[Measure]:
    """Say in what a draft deviates from the shop's style.

    What the held-out answer leaves out, the draft may leave out too: no shop addresses its customer in every line.

    Args:
        text: the draft as the customer would read it.
        asked: what was asked, with the held-out answer.
        findings: of the serving audit.
        style: the shop's.
    """
    kinds = {finding.kind for finding in findings}
    found: dict[Measure, bool] = {
        "sentences": "sentences" in kinds,
        "characters": "length" in kinds,
        "address": _misaddresses(text, asked.answer or "", style.address),
        "closing": _misends(text, asked, style.closing),
    }
    return frozenset(measure for measure, deviates in found.items() if deviates)


def _misaddresses(text: str, wanted: str, address: str) -> bool:
    if address in _PRONOUNS:
        return _PRONOUNS[address] in text
    others = {called for called in _CALLED.findall(text) if called != address}
    is_missing = bool(address) and address in wanted and address not in text
    return bool(others) or is_missing


def _misends(text: str, asked: Asked, closing: str) -> bool:
    if not closing:
        return False
    ends = text.rstrip().endswith(closing)
    if asked.strategy not in CHEERFUL:
        return ends
    return not ends and (asked.answer or "").rstrip().endswith(closing)
