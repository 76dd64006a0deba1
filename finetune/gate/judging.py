"""Judging drafts: what an adapter's and the untuned base's are measured by."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from agent.audit.auditor import Auditor
from agent.audit.finding import Finding
from agent.generator.registry.gate import Measure
from agent.profile import ShopProfile
from agent.prompt import fill
from agent.wording.overlap import chrf, rouge_l
from finetune.data.abstention import says_not_known
from finetune.data.lint import FIGURES
from finetune.gate.asking import Asked, AskedKind
from finetune.gate.share import Share, mean_of
from finetune.gate.style import deviations

_INTRODUCES = re.compile(r"我(?:就)?(?:是|叫)[^。！？!?\n]{0,24}?(?:客服|助手|助理|机器人)")


@dataclass(frozen=True)
class Judged:
    """One draft, with what the serving audit says of it."""

    asked: Asked
    text: str
    """Empty: the model did not come to an end."""
    findings: tuple[Finding, ...]
    deviations: frozenset[Measure]
    """In what it deviates from the shop's style."""


def judge(asked: Asked, text: str, profile: ShopProfile) -> Judged:
    """Write the facts into one draft and audit it, as serving does."""
    text = fill(text, asked.facts, asked.ask).text
    findings = Auditor(profile).audit(text, asked.brief, system_prompt=asked.messages[0]["content"])
    return Judged(asked, text, findings, deviations(text, asked, findings, profile.style))


def shares(judged: Sequence[Judged], profile: ShopProfile) -> Mapping[Measure, Share]:
    """Measure drafts.

    Args:
        judged: of one model.
        profile: the shop, whose names an identity answer must hold.

    Returns:
        Each measure but the losses; see ``agent.generator.registry.gate.Measure`` for its direction.
    """
    held_out, identity, unprompted, others = (
        [one for one in judged if one.asked.kind == kind] for kind in get_args(AskedKind)
    )
    return {
        "first_audit": _share(held_out, lambda one: not one.findings),
        "ungrounded": _share(held_out, _is_ungrounded),
        "vendor": _share([*held_out, *identity], _leaks),
        "identity": _share(identity, lambda one: _names(one.text, profile) and not _leaks(one)),
        "unprompted": _share(unprompted, lambda one: _names(one.text, profile) and not _leaks(one)),
        "unprompted_bleed": _share(others, lambda one: _INTRODUCES.search(one.text) is not None),
        "bleed": _share(held_out, _bleeds),
        "abstention": _share([one for one in held_out if _is_bare(one.asked)], _abstains),
        **_style(held_out),
        "chrf": mean_of([chrf(one.text, one.asked.answer or "") for one in held_out]),
        "rouge_l": mean_of([rouge_l(one.text, one.asked.answer or "") for one in held_out]),
    }


def _style(held_out: Sequence[Judged]) -> Mapping[Measure, Share]:
    return {
        "style": _share(held_out, lambda one: bool(one.deviations)),
        "sentences": _share(held_out, lambda one: "sentences" in one.deviations),
        "characters": _share(held_out, lambda one: "characters" in one.deviations),
        "address": _share(held_out, lambda one: "address" in one.deviations),
        "closing": _share(held_out, lambda one: "closing" in one.deviations),
    }


def _share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> Share:
    return mean_of([float(holds(one)) for one in judged])


def _is_ungrounded(one: Judged) -> bool:
    return any(finding.kind in FIGURES for finding in one.findings)


def _leaks(one: Judged) -> bool:
    return any(finding.kind == "identity" for finding in one.findings)


def _names(text: str, profile: ShopProfile) -> bool:
    return profile.assistant in text or profile.name in text


def _bleeds(one: Judged) -> bool:
    return _INTRODUCES.search(one.text) is not None and not _INTRODUCES.search(one.asked.answer or "")


def _is_bare(asked: Asked) -> bool:
    """Whether nothing is known of what is asked."""
    has_facts = any(fact.kind != "echo" for fact in asked.brief.facts)
    return asked.strategy == "abstain" or (asked.strategy == "inform" and not has_facts)


def _abstains(one: Judged) -> bool:
    return says_not_known(one.text) and not _is_ungrounded(one)
