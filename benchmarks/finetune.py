"""What a step of LoRA costs: its time, tokens a second and the most memory it takes.

    python -m benchmarks.finetune [--shape small|qwen3-4b|qwen2.5-7b ...] [--rank 8] [--batch 4] [--tokens 512]

Weights and rows are random and of the shape's own size: time and memory are those of the real model. The adapter, the optimizer, the
precision and the checkpointing are those of `xiaoer finetune train`. Without a GPU only the small shape runs. On a machine that others use,
--processor-time and OMP_NUM_THREADS=1 leave their work out.
"""

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pages import table
from benchmarks.shapes import LETTERS, SHAPES, random_model, told
from finetune.config import Config, LoraSection
from finetune.training.lora import add_lora

GIB = 2**30


@dataclass(frozen=True)
class Run:
    """What is measured."""

    rank: int
    batch: int
    tokens: int
    """Of each row."""
    steps: int
    checkpointing: bool
    clock: Callable[[], float]
    """Gives seconds."""


@dataclass(frozen=True)
class Cost:
    """Of one shape."""

    trained: int
    """Parameters of the adapter."""
    step_s: float
    """Median."""
    memory: int
    """The most that was taken, in bytes: on a GPU by tensors, on a CPU by the process."""


def main() -> None:
    """Measure and print."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    has_gpu = torch.cuda.is_available()
    shapes = ["qwen3-4b", "qwen2.5-7b"] if has_gpu else ["small"]
    parser.add_argument("--shape", choices=SHAPES, nargs="+", default=shapes)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=512)
    parser.add_argument("--steps", type=int, default=10, help="counted, after two that warm up")
    parser.add_argument("--checkpointing", action=argparse.BooleanOptionalAction, default=has_gpu)
    parser.add_argument("--processor-time", action="store_true", help="this process's time instead of the clock's")
    args = parser.parse_args()
    if not has_gpu and args.shape != ["small"]:
        parser.error(f"there is no GPU for {' and '.join(args.shape)}: leave --shape out to measure the small one")
    clock = time.process_time if args.processor_time else time.perf_counter
    run = Run(args.rank, args.batch, args.tokens, args.steps, args.checkpointing, clock)
    if not has_gpu:
        print("no GPU: the small shape instead of Qwen3-4B and Qwen2.5-7B")
    rows = [(shape, measure(shape, "cuda" if has_gpu else "cpu", run)) for shape in args.shape]
    print(f"\nLoRA of rank {run.rank} on all linear layers, {run.batch} x {run.tokens} tokens a step", end="")
    print(", activations computed again" if run.checkpointing else "")
    print(table(("shape", "trained", "a step", "tokens/s", "most memory"), [_cells(*row, run) for row in rows]))


def measure(shape: str, device: str, run: Run) -> Cost:
    """Train an adapter on random rows for some steps.

    Args:
        shape: of the base.
        device: where it runs.
        run: sizes.
    """
    import torch

    base = random_model(shape, device, torch.float32 if device == "cpu" else torch.bfloat16)
    print(told(shape, base, device))
    lora = LoraSection(rank=run.rank, alpha=2.0 * run.rank)
    model = add_lora(base, Config(model=shape, data=("random.jsonl",), output=Path("unused"), lora=lora)).train()
    if run.checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        model.enable_input_require_grads()
    trained = [tensor for tensor in model.parameters() if tensor.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-4)
    times = [_step(model, optimizer, device, run) for _ in range(run.steps + 2)]
    return Cost(sum(tensor.numel() for tensor in trained), median(times[2:]), _most_memory(device))


def _step(model: Any, optimizer: Any, device: str, run: Run) -> float:
    """Seconds of one step: forward, backward, update."""
    import torch

    ids = torch.randint(0, LETTERS, (run.batch, run.tokens), device=device)  # (rows, tokens)
    began = run.clock()
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if device == "cuda":
        torch.cuda.synchronize()
    return run.clock() - began


def _most_memory(device: str) -> int:
    import torch

    if device == "cuda":
        most = int(torch.cuda.max_memory_allocated())
        torch.cuda.reset_peak_memory_stats()
        return most
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _cells(shape: str, cost: Cost, run: Run) -> tuple[str, ...]:
    rate = run.batch * run.tokens / cost.step_s
    trained = f"{cost.trained / 1e6:.1f} M"
    return shape, trained, f"{cost.step_s * 1000:,.0f} ms", f"{rate:,.0f}", f"{cost.memory / GIB:.1f} GiB"


if __name__ == "__main__":
    main()
