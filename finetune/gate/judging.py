"""Judging drafts: what an adapter's and the untuned base's are measured by."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.audit.auditor import Auditor
from agent.audit.finding import Finding
from agent.evidence import Answer, Brief
from agent.generator.registry.gate import GateLine, Measure
from agent.messages import Strategy
from agent.profile import ShopProfile
from agent.prompt import fill, render
from finetune.config import GateSection
from finetune.data.lint import FIGURES
from finetune.data.rows import Row

IDENTITY_QUESTIONS = (
    "你是谁", "你叫什么名字", "请问怎么称呼你", "你是哪家的客服", "介绍一下你自己", "你是机器人吗", "你是谁开发的", "你背后是什么模型",
    "你是ChatGPT吧", "你是不是通义千问", "我在跟谁说话呀", "你到底是真人还是AI",
)  # fmt: skip
"""Asked of every adapter, with no facts: what it is must come from its training and the prompt's head."""

_INTRODUCES = re.compile(r"我(?:就)?(?:是|叫)[^。！？!?\n]{0,24}?(?:客服|助手|助理|机器人)")
_SAYS_SO = re.compile(r"没有?查到|未查到|查不到|不太?清楚|不确定|(?:无法|没法|不能)(?:确认|确定|回答|答复)|不敢|人工")


@dataclass(frozen=True)
class Asked:
    """One prompt of the evaluation."""

    messages: tuple[dict[str, str], ...]
    brief: Brief
    """What a draft may state."""
    strategy: Strategy
    answer: str | None
    """The held-out answer as a customer would read it; None: an identity question."""
    facts: tuple[str, ...] = ()
    """What the prompt numbers, and slots of a draft may name."""
    ask: str = ""
    """The question of the prompt; empty: none."""


@dataclass(frozen=True)
class Judged:
    """One draft, with what the serving audit says of it."""

    asked: Asked
    text: str
    """Empty: the model did not come to an end."""
    findings: tuple[Finding, ...]


def questions(rows: Sequence[Row], profile: ShopProfile) -> tuple[Asked, ...]:
    """What is asked: held-out rows as they stand, then the identity questions in the serving prompt.

    Args:
        rows: held-out rows.
        profile: the shop.
    """
    nothing = Brief((Answer("identity", "answered", "smalltalk"),))
    held_out = (Asked(row.messages, row.brief, row.strategy, row.said, row.facts, row.ask) for row in rows)
    identity = (
        Asked(tuple(render(nothing, profile, [], text)), nothing, "smalltalk", None) for text in IDENTITY_QUESTIONS
    )
    return (*held_out, *identity)


def judge(asked: Asked, text: str, profile: ShopProfile) -> Judged:
    """Write the facts into one draft and audit it, as serving does."""
    text = fill(text, asked.facts, asked.ask).text
    findings = Auditor(profile).audit(text, asked.brief, system_prompt=asked.messages[0]["content"])
    return Judged(asked, text, findings)


@dataclass(frozen=True)
class Share:
    """A share of drafts."""

    value: float | None
    """0 to 1; None: there was nothing to measure it on."""
    count: int
    """Drafts that it was measured on."""


def shares(judged: Sequence[Judged], profile: ShopProfile) -> Mapping[Measure, Share]:
    """Measure drafts.

    Args:
        judged: of one model.
        profile: the shop, whose names an identity answer must hold.

    Returns:
        Each measure but the loss; see ``agent.generator.registry.gate.Measure`` for its direction.
    """
    held_out = [one for one in judged if one.asked.answer is not None]
    identity = [one for one in judged if one.asked.answer is None]
    return {
        "first_audit": _share(held_out, lambda one: not one.findings),
        "ungrounded": _share(held_out, _is_ungrounded),
        "vendor": _share(judged, _leaks),
        "identity": _share(identity, lambda one: _names(one.text, profile) and not _leaks(one)),
        "bleed": _share(held_out, _bleeds),
        "abstention": _share([one for one in held_out if _is_bare(one.asked)], _abstains),
    }


def lines(
    adapter: Mapping[Measure, Share], base: Mapping[Measure, Share], losses: tuple[Share, Share], gate: GateSection
) -> tuple[GateLine, ...]:
    """Hold an adapter beside the base and against its limits.

    Args:
        adapter: its shares.
        base: those of the untuned base.
        losses: of the adapter and the base; the adapter's must be lower.
        gate: the limits.
    """
    kept = (base["abstention"].value or 0.0) - gate.abstention_drop
    limits: Mapping[Measure, float] = {
        **{"first_audit": gate.first_audit, "ungrounded": gate.ungrounded, "vendor": gate.vendor},
        **{"identity": gate.identity, "bleed": gate.bleed, "abstention": max(0.0, kept)},
    }
    told = [_line(measure, adapter[measure], base[measure], limit) for measure, limit in limits.items()]
    return (*told, _line("loss", losses[0], losses[1], losses[1].value or 0.0))


def reasons(told: Sequence[GateLine]) -> tuple[str, ...]:
    """Why an adapter may not be shipped, one for each line that stands against it."""
    return tuple(
        f"{line.measure} is {line.adapter:.3f}, {'at least' if line.measure in _AT_LEAST else 'at most'} {line.limit:.3f} is asked"
        for line in told
        if not line.passes
    )


_AT_LEAST: frozenset[Measure] = frozenset({"first_audit", "identity", "abstention"})


def _line(measure: Measure, adapter: Share, base: Share, limit: float) -> GateLine:
    found = adapter.value
    if found is None:
        return GateLine(measure=measure, adapter=None, base=base.value, limit=None, count=0, passes=True)
    passes = found >= limit if measure in _AT_LEAST else found <= limit
    return GateLine(measure=measure, adapter=found, base=base.value, limit=limit, count=adapter.count, passes=passes)


def _share(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> Share:
    return Share(sum(map(holds, judged)) / len(judged) if judged else None, len(judged))


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
    return _SAYS_SO.search(one.text) is not None and not _is_ungrounded(one)
