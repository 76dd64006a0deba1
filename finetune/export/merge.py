"""Merging: an adapter written into its base's weights, so that any server can load one folder."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from agent.generator.card import Card, check_card
from agent.generator.digest import hash_base, hash_file
from agent.generator.weights import Weights, load_weights
from agent.profile import ShopProfile
from finetune.errors import ExportError
from finetune.export.source import Source
from finetune.export.speech import Prompt, equal_answers, hear, largest_difference
from finetune.gate.asking import of_identity
from finetune.training.base import read_shape

Kept = Literal["float32", "base"]
"""How the merged weights are stored: as they were computed, or as the base stores its own."""
Tell = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and of how much."""

MERGED = "merged.json"
PROMPTS = 20
_SHARD = "5GB"
_LEFT = frozenset({".safetensors", ".bin", ".pt", ".pth", ".gguf", ".onnx", ".h5", ".msgpack", ".py", ".md"})
"""What is not copied beside the merged weights: other weights, code, and pages about the base."""


@dataclass(frozen=True)
class Merged:
    """What a merge made, and how far it is from base and adapter apart."""

    base: str
    base_sha256: str
    adapter_sha256: str
    prompt_version: str
    dtype: str
    """Of the stored weights."""
    sha256: str
    """Over the merged configuration and weights."""
    copied: dict[str, str]
    """Files of the tokenizer and the like with their hashes, the same as the base's."""
    logits_difference: float
    """The largest of any logit, merged against base and adapter, both read from disk."""
    answers: int
    """Prompts that both were asked."""
    equal_answers: int
    """Of them, answered with the same words."""
    at: str


def merge(
    source: Source, out: Path, prompts: Sequence[Prompt], *, keep: Kept = "float32", tell: Tell | None = None
) -> Merged:
    """Merge an adapter into its base, in float32.

    The folder is there only when it is whole: base and adapter apart, and what was written, were asked the same prompts.

    Args:
        source: the adapter and its base.
        out: the folder to write; must be empty or absent.
        prompts: what both are asked.
        keep: how the merged weights are stored.
        tell: told how far it is.

    Raises:
        BadAdapter: the adapter is damaged, or for another base or prompt.
        BadModel: the base cannot be read.
        ExportError: the folder is taken or cannot be written.
    """
    base_sha256 = hash_base(source.base)
    card = check_card(source.adapter, base_sha256)
    refuse_taken(out)
    new = out.with_name(f".{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    _refuse_full(source.base, out.parent)
    try:
        made = _merge(source, new, prompts, card, base_sha256, keep, tell)
        (new / MERGED).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), encoding="utf-8")
        if out.exists():
            out.rmdir()
        new.rename(out)
    except OSError as error:
        raise ExportError(f"{str(out)!r} cannot be written ({error.strerror}); make room, or name another") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return made


def usual_prompts(profile: ShopProfile, count: int = PROMPTS) -> tuple[Prompt, ...]:
    """Questions in the serving prompt of a shop, by which two models are compared."""
    return tuple(one.messages for one in of_identity(profile)[:count])


def refuse_taken(out: Path) -> None:
    """Refuse to write into a folder that holds something.

    Raises:
        ExportError: it does.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportError(f"{str(out)!r} is not empty; name a new folder, or empty it")


def _merge(
    source: Source, new: Path, prompts: Sequence[Prompt], card: Card, base_sha256: str, keep: Kept, tell: Tell | None
) -> Merged:
    weights = load_weights(source.base, source.adapter, "cpu")
    apart = hear(weights, prompts, _telling("asking base and adapter", tell))
    dtype = _write(weights, source.base, new, keep)
    del weights
    copied = copy_rest(source.base, new)
    together = hear(load_weights(new, None, "cpu"), prompts, _telling("asking the merged model", tell))
    return Merged(
        base=card.base.name,
        base_sha256=base_sha256,
        adapter_sha256=card.adapter_sha256,
        prompt_version=card.prompt_version,
        dtype=dtype,
        sha256=hash_base(new),
        copied=copied,
        logits_difference=largest_difference(apart, together),
        answers=len(prompts),
        equal_answers=equal_answers(apart, together),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _write(weights: Weights, base: Path, new: Path, keep: Kept) -> str:
    """Write the merged weights in shards and say how they are stored."""
    import torch

    merged = weights.model.merge_and_unload(safe_merge=True)
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    stored = config.get("dtype") or config.get("torch_dtype") or "float32"
    name = stored if keep == "base" else "float32"
    merged = merged.to(getattr(torch, name))
    merged.config.dtype = getattr(torch, name)
    new.mkdir(parents=True)
    merged.save_pretrained(new, max_shard_size=_SHARD)
    return str(name)


def copy_rest(base: Path, new: Path) -> dict[str, str]:
    """Copy what stands beside a model's weights, unchanged: tokenizer, chat template, how to generate, licence.

    Returns:
        Name and hash of each file.
    """
    copied = {}
    for file in sorted(base.iterdir()):
        is_weights = file.name == "config.json" or file.name.endswith(".index.json") or file.suffix in _LEFT
        if file.is_file() and not file.name.startswith(".") and not is_weights and file.name != MERGED:
            shutil.copyfile(file, new / file.name)
            copied[file.name] = hash_file(new / file.name)
            if copied[file.name] != hash_file(file):
                raise ExportError(f"{file.name!r} of {str(base)!r} changed while it was copied; merge again")
    return copied


def _refuse_full(base: Path, parent: Path) -> None:
    needed = 4 * read_shape(base).parameters
    place = next(folder for folder in (parent.absolute(), *parent.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise ExportError(
            f"merging needs {needed / 1e9:.1f} GB in {str(parent)!r}, {free / 1e9:.1f} GB are free; make room"
        )


def _telling(what: str, tell: Tell | None) -> Callable[[int, int], None] | None:
    def told(done: int, total: int) -> None:
        if tell is not None:
            tell(what, done, total)

    return told


def read_merged(folder: Path) -> dict[str, Any]:
    """Read where a merged model comes from.

    Raises:
        ExportError: the folder holds no merged model.
    """
    try:
        return dict(json.loads((folder / MERGED).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ExportError(f"{str(folder)!r} holds no readable {MERGED}; merge first: xiaoer finetune merge") from error
