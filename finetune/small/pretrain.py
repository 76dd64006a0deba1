"""Pre-training of the small model on rows drawn anew, from random numbers or from a model that is there.

python -m finetune.small.pretrain --out FOLDER --minutes 70     draws rows, finds tokens, trains
python -m finetune.small.pretrain --out FOLDER --minutes 70 --resume    goes on where it was stopped
python -m finetune.small.pretrain --out FOLDER --minutes 70 --start MODEL --seed 2 --text TEXT.txt.xz    a further pass
"""

import argparse
import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from finetune.errors import RunError
from finetune.small.batches import (
    PROMPT_WEIGHT,
    TEXT_WEIGHT,
    Batch,
    Line,
    batches,
    count_rules,
    to_line,
    to_text_line,
    without_rules,
)
from finetune.small.checkpoint import Progress, load_checkpoint, save_checkpoint
from finetune.small.corpus.policies import Shelf
from finetune.small.corpus.rows import write_rows
from finetune.small.passages import read_passages
from finetune.small.shape import Shape
from finetune.small.tokenizer import train_tokenizer

_TOKENIZER_ROWS = 8000
_WARM_UP = 0.03
"""Share of the time in which the rate rises."""
_BARE = 0.6
"""Share of the time in which rows come without the rules of the system message, which are the same in each."""
_LOGGED, _SAVED_S = 25, 240.0
"""Steps between two lines of the log; seconds between two checkpoints."""


@dataclass(frozen=True)
class Order:
    """What is to be trained."""

    out: Path
    minutes: float
    rows: int = 22000
    batch: int = 12
    rate: float = 2e-3
    seed: int = 1
    device: str = "cpu"
    copies: bool = False
    """Learn answers with the facts' own words in place of slots: to see what slots are worth."""
    shape: Shape = field(default_factory=Shape)
    is_resumed: bool = False
    start: Path | None = None
    """A model to go on from, with its tokenizer; None: random numbers, and a tokenizer found in the rows."""
    texts: tuple[Path, ...] = ()
    """Plain Chinese to read beside the rows; see ``finetune.small.passages``."""
    beside: int = 3
    """So many passages of it in each batch."""

    @property
    def corpus(self) -> Path:
        """Where the rows lie."""
        return self.out / "corpus.jsonl"

    @property
    def base(self) -> Path:
        """Where the model is put."""
        return self.out / "base"

    @property
    def checkpoint(self) -> Path:
        """Where an unfinished training goes on from."""
        return self.out / "checkpoint.pt"


def pretrain(order: Order) -> Progress:
    """Train until the time is over; put model and tokenizer into ``base``, and the log into ``log.jsonl``.

    Raises:
        RunError: the folder holds an unfinished training and is not to be resumed.
    """
    if order.checkpoint.exists() and not order.is_resumed:
        raise RunError(f"{str(order.checkpoint)!r} is there already: add --resume, or name another folder")
    order.out.mkdir(parents=True, exist_ok=True)
    if not order.corpus.exists():
        _write_corpus(order)
    tokenizer = _open_tokenizer(order)
    model = _open_model(order, tokenizer).to(order.device)
    progress = _train(order, model, tokenizer)
    save_base(model, tokenizer, order.base)
    order.checkpoint.unlink(missing_ok=True)
    return progress


def save_base(model: Any, tokenizer: Any, folder: Path) -> None:
    """Write a model in half precision, and its tokenizer."""
    import torch

    numbers = {
        name: tensor for name, tensor in model.state_dict().items() if name != "lm_head.weight"
    }  # the embedding's
    half = {name: tensor.detach().to(torch.bfloat16) for name, tensor in numbers.items()}
    model.save_pretrained(folder, state_dict=half)
    tokenizer.save_pretrained(folder)


def _write_corpus(order: Order) -> None:
    new = order.corpus.with_suffix(".new")
    write_rows(new, order.rows, order.seed, Shelf.to_learn())
    new.replace(order.corpus)


def _open_tokenizer(order: Order) -> Any:
    """The tokenizer of an earlier part, so that its numbers keep their meaning; else a new one."""
    from transformers import AutoTokenizer

    for folder in (order.base, order.start):
        if folder is not None and (folder / "tokenizer.json").exists():
            return AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    made = train_tokenizer(islice(_read(order.corpus), _TOKENIZER_ROWS), order.shape.vocabulary)
    made.save_pretrained(order.base)
    return made


def _open_model(order: Order, tokenizer: Any) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    if order.start is None:
        return order.shape.build(tokenizer, order.seed)
    return AutoModelForCausalLM.from_pretrained(str(order.start), dtype=torch.float32, local_files_only=True)


def _read_texts(order: Order, tokenizer: Any, read: int) -> Iterator[Sequence[Line]] | None:
    """Plain text beside each batch, behind the batches that were read before."""
    if not order.texts:
        return None
    passages = islice(read_passages(order.texts), read * order.beside, None)
    return iter(lambda: [to_text_line(tokenizer, next(passages)) for _ in range(order.beside)], None)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _train(order: Order, model: Any, tokenizer: Any) -> Progress:
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=order.rate, betas=(0.9, 0.98), weight_decay=0.05)
    progress = Progress()
    if order.is_resumed and order.checkpoint.exists():
        progress = load_checkpoint(order.checkpoint, model, optimizer, order.device)
    rows = list(_read(order.corpus))
    rules = count_rules(*(to_line(tokenizer, row) for row in rows[:2]))

    def encode_row(row: Mapping[str, Any]) -> Line:
        line = to_line(tokenizer, _learned(order, row))
        return line if progress.spent_s >= _BARE * 60 * order.minutes else without_rules(line, rules)

    model.train()
    saved, began, losses = time.monotonic(), time.monotonic() - progress.spent_s, []
    texts = _read_texts(order, tokenizer, progress.step)
    for batch in batches(rows, encode_row, order.batch, order.seed + progress.step, texts):
        done = progress.spent_s / (60 * order.minutes)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = order.rate * _share_of_rate(done)
        losses.append(_step(model, optimizer, batch, order.device))
        progress.step, progress.tokens = progress.step + 1, progress.tokens + int(batch.mask.sum())
        progress.spent_s = time.monotonic() - began
        if progress.step % _LOGGED == 0:
            _log(order, progress, losses, optimizer.param_groups[0]["lr"])
            losses = []
        if time.monotonic() - saved > _SAVED_S:
            save_checkpoint(order.checkpoint, model, optimizer, progress)
            saved = time.monotonic()
    return progress


def _learned(order: Order, row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "answer": row["said"]} if order.copies else row


def _share_of_rate(done: float) -> float:
    """The share of the highest rate: up at first, then along a cosine to nothing."""
    if done < _WARM_UP:
        return max(done / _WARM_UP, 0.01)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (done - _WARM_UP) / (1 - _WARM_UP))))


def _step(model: Any, optimizer: Any, batch: Batch, device: str) -> tuple[float, ...]:
    """One step.

    Returns:
        The mean loss of the answers' tokens, the prompts' and the plain text's (nan: there is none).
    """
    import torch

    with _half(device):
        hidden = model.model(input_ids=batch.ids.to(device), attention_mask=batch.mask.to(device)).last_hidden_state
        logits = model.lm_head(hidden.flatten(0, 1)[batch.at.to(device)])  # (asked, vocabulary)
    targets, weights = batch.targets.to(device), batch.weights.to(device)
    each = torch.nn.functional.cross_entropy(logits.float(), targets, reduction="none")
    loss = (each * weights).sum() / weights.sum()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    each = each.detach()
    return tuple(float(each[weights == weight].mean()) for weight in (1.0, PROMPT_WEIGHT, TEXT_WEIGHT))


def _half(device: str) -> AbstractContextManager[Any]:
    import torch

    return torch.autocast(device.partition(":")[0], dtype=torch.bfloat16)


def _log(order: Order, progress: Progress, losses: list[tuple[float, ...]], rate: float) -> None:
    answers, prompts, texts = (sum(column) / len(losses) for column in zip(*losses, strict=True))
    entry = {
        "step": progress.step,
        "tokens": progress.tokens,
        "seconds": round(progress.spent_s, 1),
        "rate": round(rate, 7),
        "answer_loss": round(answers, 4),
        "prompt_loss": round(prompts, 4),
        **({"text_loss": round(texts, 4)} if order.texts else {}),
    }
    with (order.out / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + "\n")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--rows", type=int, default=Order.rows)
    parser.add_argument("--batch", type=int, default=Order.batch)
    parser.add_argument("--rate", type=float, default=Order.rate)
    parser.add_argument("--seed", type=int, default=Order.seed)
    parser.add_argument("--device", default=Order.device)
    parser.add_argument("--hidden", type=int, default=Shape.hidden)
    parser.add_argument("--copies", action="store_true", help="answers hold the facts' words, not slots")
    parser.add_argument("--start", type=Path, help="a model to go on from")
    parser.add_argument(
        "--text", type=Path, action="append", default=[], help="plain Chinese: .txt or .jsonl, also .xz"
    )
    parser.add_argument("--beside", type=int, default=Order.beside, help="passages of it in each batch")
    parser.add_argument("--resume", action="store_true")
    args = vars(parser.parse_args())
    shape = Shape(hidden=args["hidden"], inner=args.pop("hidden") * 5 // 2)
    order = Order(is_resumed=args.pop("resume"), texts=tuple(args.pop("text")), shape=shape, **args)
    progress = pretrain(order)
    print(f"{progress.step} steps, {progress.tokens} tokens, {progress.spent_s / 60:.1f} minutes")


if __name__ == "__main__":
    main()
