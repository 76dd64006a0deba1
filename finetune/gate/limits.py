"""Limits: an adapter's figures beside the base's, and why it may not be shipped."""

from collections.abc import Mapping, Sequence
from typing import get_args

from agent.generator.registry.gate import GateLine, Measure
from agent.wording.overlap import chrf_signature, rouge_signature
from finetune.config import GateSection
from finetune.gate.share import Share

_AT_LEAST: frozenset[Measure] = frozenset({"first_audit", "identity", "unprompted", "abstention"})
"""Higher is better; of the others that have a limit, lower."""


def lines(adapter: Mapping[Measure, Share], base: Mapping[Measure, Share], gate: GateSection) -> tuple[GateLine, ...]:
    """Hold an adapter beside the base and against its limits.

    Args:
        adapter: its figures.
        base: those of the untuned base.
        gate: the limits.
    """
    limits: Mapping[Measure, float] = {
        **{"first_audit": gate.first_audit, "ungrounded": gate.ungrounded, "vendor": gate.vendor},
        **{"identity": gate.identity, "bleed": gate.bleed, "style": gate.style},
        **({"unprompted": gate.unprompted, "unprompted_bleed": gate.bleed} if gate.unprompted is not None else {}),
        "abstention": max(0.0, (base["abstention"].value or 0.0) - gate.abstention_drop),
        "loss": base["loss"].value or 0.0,
        "forgetting": (base["forgetting"].value or 0.0) + gate.forgetting,
    }
    signatures: Mapping[Measure, str] = {"chrf": chrf_signature(), "rouge_l": rouge_signature()}
    return tuple(
        _line(measure, adapter[measure], base[measure], limits.get(measure), signatures.get(measure, ""))
        for measure in get_args(Measure)
    )


def reasons(told: Sequence[GateLine]) -> tuple[str, ...]:
    """Why an adapter may not be shipped, one for each line that stands against it."""
    return tuple(
        f"{line.measure} is {line.adapter:.3f}, {'at least' if line.measure in _AT_LEAST else 'at most'} {line.limit:.3f} is asked"
        for line in told
        if not line.passes
    )


def _line(measure: Measure, adapter: Share, base: Share, limit: float | None, signature: str) -> GateLine:
    found = adapter.value
    if found is None:
        limit = None
    passes = found is None or limit is None or (found >= limit if measure in _AT_LEAST else found <= limit)
    return GateLine(
        measure=measure,
        adapter=found,
        base=base.value,
        limit=limit,
        count=adapter.count,
        passes=passes,
        low=adapter.low,
        high=adapter.high,
        signature=signature,
    )
