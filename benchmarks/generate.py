"""How soon the local generator begins to speak and how fast it goes on, beside what the machine's memory allows.

    python -m benchmarks.generate [--shape small|qwen3-4b|qwen2.5-7b] [--streams 1 8 32] [--device cpu]

Weights are random and of the shape's own size: times are those of the real model, words are not. Each stream is a turn of its own
under one shop's system message. The bound: each step reads all weights once and the memory of each stream, and the measured
bandwidth says how long that takes at least. On a machine that others use, --processor-time and OMP_NUM_THREADS=1 leave their work out.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from agent.generator.errors import Overrun
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator
from agent.generator.weights import Weights
from benchmarks.pages import table
from benchmarks.shapes import SHAPES, letter_tokenizer, random_model, told


@dataclass(frozen=True)
class Asked:
    """What is measured."""

    system_tokens: int
    user_tokens: int
    reply_tokens: int
    clock: Callable[[], float]
    """Gives seconds."""


@dataclass(frozen=True)
class Measured:
    """Some streams at once."""

    streams: int
    first_s: float
    """Median time to the first token."""
    last_first_s: float
    """The same of the stream that waited longest."""
    tokens_a_s: float
    """All streams together, while all of them spoke."""
    bound: float
    """What the bandwidth allows, tokens a second."""


def main() -> None:
    """Measure and print."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    has_gpu = torch.cuda.is_available()
    parser.add_argument("--shape", choices=SHAPES, default="qwen2.5-7b" if has_gpu else "small")
    parser.add_argument("--device", default="cuda" if has_gpu else "cpu")
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--system-tokens", type=int, default=400, help="of the shop's system message")
    parser.add_argument("--user-tokens", type=int, default=200, help="of facts, history and question")
    parser.add_argument("--reply-tokens", type=int, default=64)
    parser.add_argument("--processor-time", action="store_true", help="this process's time instead of the clock's")
    args = parser.parse_args()
    clock = time.process_time if args.processor_time else time.perf_counter
    asked = Asked(args.system_tokens, args.user_tokens, args.reply_tokens, clock)
    model = random_model(args.shape, args.device, torch.float32 if args.device == "cpu" else torch.bfloat16)
    print(told(args.shape, model, args.device))
    weights = Weights(model, letter_tokenizer(), args.device, frozenset())
    bandwidth = bandwidth_of(args.device, clock)
    print(f"{args.system_tokens} + {args.user_tokens} tokens in, {args.reply_tokens} out; {bandwidth / 1e9:.0f} GB/s")
    for keeps in (True, False):
        asyncio.run(speak(weights, asked, 1, keeps=keeps))  # the first run warms up
        rows = [asyncio.run(speak(weights, asked, count, keeps=keeps, bandwidth=bandwidth)) for count in args.streams]
        print(f"\nsystem message {'kept in memory' if keeps else 'read with each turn'}\n")
        print(table(("streams", "first token", "the last one's", "tokens/s", "bound", "of the bound"), _cells(rows)))


async def speak(weights: Weights, asked: Asked, count: int, *, keeps: bool, bandwidth: float = 0.0) -> Measured:
    """Let streams speak at once.

    Args:
        weights: of the model.
        asked: sizes.
        count: of streams.
        keeps: whether the system message stays in memory between turns; it is read before.
        bandwidth: of the memory, bytes a second.
    """
    limits = LocalLimits(600, 600, asked.reply_tokens, at_once=count, kept_beginnings=int(keeps))
    generator = LocalQwenGenerator(weights, limits=limits)
    if keeps:
        await _times(generator, asked, 0)
    began = asked.clock()
    streams = await asyncio.gather(*(_times(generator, asked, number + 1) for number in range(count)))
    generator.close()
    firsts = sorted(times[0] - began for times in streams)
    start, end = max(times[0] for times in streams), min(times[-1] for times in streams)
    spoken = sum(start < at <= end for times in streams for at in times)
    length = asked.system_tokens + asked.user_tokens + asked.reply_tokens / 2
    step_s = _bytes_a_step(weights.model, count, length) / bandwidth if bandwidth else 0.0
    return Measured(
        count,
        median(firsts),
        firsts[-1],
        spoken / (end - start) if end > start else 0.0,
        count / step_s if step_s else 0.0,
    )


async def _times(generator: LocalQwenGenerator, asked: Asked, number: int) -> list[float]:
    """When each token of one turn came."""
    letter = chr(ord("A") + number % 26)
    messages = [
        {"role": "system", "content": "s" * asked.system_tokens},
        {"role": "user", "content": f"{number:<4}" + letter * (asked.user_tokens - 4)},
    ]
    times = []
    try:
        async for piece in generator.stream(messages):
            times += [asked.clock()] * len(piece)
    except Overrun:
        pass  # random weights never end their turn: each stream speaks up to its budget
    return times


def _bytes_a_step(model: Any, streams: int, length: float) -> float:
    """Weights, read once, and keys and values of each stream; of the embeddings only the output's are read."""
    config = model.config
    read = sum(tensor.numel() * tensor.element_size() for tensor in model.parameters())
    if not config.tie_word_embeddings:
        embeddings = model.get_input_embeddings().weight
        read -= embeddings.numel() * embeddings.element_size()
    size = next(model.parameters()).element_size()
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    a_token = 2 * config.num_hidden_layers * config.num_key_value_heads * head * size
    return float(read + streams * length * a_token)


def bandwidth_of(device: str, clock: Callable[[], float]) -> float:
    """Bytes a second that the memory gives, by the fastest of some passes over 256 MB."""
    import torch

    numbers = torch.ones(64 * 2**20, device=device)  # float32
    passes = []
    for _ in range(8):
        began = clock()
        numbers.sum().item()
        passes.append(clock() - began)
    return numbers.numel() * 4 / min(passes)


def _cells(rows: Sequence[Measured]) -> list[tuple[str, ...]]:
    return [
        (
            str(row.streams),
            f"{row.first_s * 1000:,.0f} ms",
            f"{row.last_first_s * 1000:,.0f} ms",
            f"{row.tokens_a_s:,.0f}",
            f"{row.bound:,.0f}",
            f"{row.tokens_a_s / row.bound:.0%}" if row.bound else "",
        )
        for row in rows
    ]


if __name__ == "__main__":
    main()
