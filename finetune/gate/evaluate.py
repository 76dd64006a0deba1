"""The gate: an adapter and the untuned base answer what was held out, with the same prompts, and are measured alike."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from agent.generator.card import check_card
from agent.generator.digest import hash_base
from agent.generator.errors import GeneratorError
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator
from agent.generator.registry.gate import GATE, Answered, Gate, Measure
from agent.generator.weights import Weights, with_adapter
from agent.profile import ShopProfile
from agent.prompt import PROMPT_VERSION
from finetune.config import Config
from finetune.data.encode import EncodedRow
from finetune.errors import ModelError, RunError
from finetune.gate.asking import Asked, AskedKind, general_texts, of_identity, of_rows, of_unprompted
from finetune.gate.judging import Judged, judge, shares
from finetune.gate.limits import lines, reasons
from finetune.gate.losses import measure_forgetting, measure_loss
from finetune.gate.share import Share
from finetune.preparation import Prepared, hash_rows, prepare
from finetune.training.adapter import Card, read_card
from finetune.training.base import choose_precision, load_base
from finetune.training.run import RunFolder

Tell = Callable[[int, int], None]
"""Told after each draft: how many are made, of how many."""
_SHOWN: Mapping[AskedKind, int] = MappingProxyType({"row": 3, "identity": 2})
_LIMITS = LocalLimits(first_token_s=600.0, total_s=600.0, temperature=0.0)


def evaluate(config: Config, adapter: Path | None = None, tell: Tell | None = None) -> Gate:
    """Measure an adapter beside the untuned base, and write ``gate.json`` beside its weights.

    Args:
        config: of the run that the adapter comes from; its held-out rows are asked.
        adapter: its folder; None: the run's best.
        tell: told how far it is.

    Raises:
        BadAdapter: it is damaged or does not fit.
        RunError: it was tuned with other held-out rows, so that it may have learned what it would be asked; or there are none.
        ModelError: the base model cannot be used.
    """
    folder = adapter or RunFolder(config.output).best
    prepared = prepare(config, fetch=False)
    if prepared.folder is None:
        raise ModelError(f"model {config.model!r} is not on this machine; give a local folder")
    base_sha256 = hash_base(prepared.folder)
    check_card(folder, base_sha256)
    card = read_card(folder)
    rows = _held_out(prepared, card, folder)
    base = load_base(prepared.folder, choose_precision(config.precision))
    models = (with_adapter(base, folder), base)
    profile = prepared.checked.profile
    held_out = [row.row for row in rows[: config.gate.max_drafts]]
    asked = (*of_rows(held_out), *of_identity(profile), *of_unprompted(held_out, profile))
    limits = replace(_LIMITS, max_tokens=config.gate.max_tokens)
    drafts = _drafts(models, asked, profile, limits, tell)
    found, beside = (_measure(*one, rows, profile) for one in zip(models, drafts, strict=True))
    told = lines(found, beside, config.gate)
    against = reasons(told)
    gate = Gate(
        adapter_sha256=card.adapter_sha256,
        base_sha256=base_sha256,
        eval_sha256=card.eval_sha256,
        prompt_version=PROMPT_VERSION,
        rows=len(rows),
        at=datetime.now(UTC),
        lines=told,
        verdict="do_not_ship" if against else "ship",
        reasons=against,
        answers=_shown(*drafts),
    )
    _write(gate, folder)
    return gate


def _held_out(prepared: Prepared, card: Card, folder: Path) -> Sequence[EncodedRow]:
    if prepared.evaluation is None or not prepared.evaluation.rows:
        raise RunError("the run holds no rows out (eval_share): nothing can be asked that was not learned")
    found = hash_rows(prepared.evaluation)
    if found != card.eval_sha256:
        raise RunError(
            f"the adapter in {str(folder)!r} was tuned with held-out rows {card.eval_sha256[:12]!r}, this configuration "
            f"holds out {found[:12]!r}: evaluate it with the configuration of its own run"
        )
    return prepared.evaluation.rows


def _measure(
    weights: Weights, judged: Sequence[Judged], rows: Sequence[EncodedRow], profile: ShopProfile
) -> Mapping[Measure, Share]:
    return {
        **shares(judged, profile),
        "loss": measure_loss(weights, rows),
        "forgetting": measure_forgetting(weights, general_texts()),
    }


def _drafts(
    models: Sequence[Weights], asked: Sequence[Asked], profile: ShopProfile, limits: LocalLimits, tell: Tell | None
) -> list[list[Judged]]:
    made, judged = 0, []
    for weights in models:
        generator = LocalQwenGenerator(weights, limits=limits)
        answers = []
        for one in asked:
            answers.append(judge(one, asyncio.run(_draft(generator, one)), profile))
            made += 1
            if tell is not None:
                tell(made, len(models) * len(asked))
        generator.close()
        judged.append(answers)
    return judged


async def _draft(generator: LocalQwenGenerator, asked: Asked) -> str:
    """What the model says; empty: it came to no end, and serving would word the reply without it."""
    try:
        return "".join([piece async for piece in generator.stream([dict(one) for one in asked.messages])])
    except GeneratorError:
        return ""


def _shown(adapter: Sequence[Judged], base: Sequence[Judged]) -> tuple[Answered, ...]:
    """The first held-out rows and the first identity questions, for people to read."""
    pairs = list(zip(adapter, base, strict=True))
    shown = [
        pair
        for kind, count in _SHOWN.items()
        for pair in [pair for pair in pairs if pair[0].asked.kind == kind][:count]
    ]
    return tuple(
        Answered(question=one.asked.question, wanted=one.asked.answer, adapter=one.text, base=other.text)
        for one, other in shown
    )


def _write(gate: Gate, folder: Path) -> None:
    new = folder / f".{GATE}.new"
    try:
        new.write_text(gate.model_dump_json(indent=1), encoding="utf-8")
        new.replace(folder / GATE)
    except OSError as error:
        raise RunError(f"{str(folder / GATE)!r} cannot be written ({error.strerror}); make room") from error
