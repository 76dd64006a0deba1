"""A real inference engine behind the program: vLLM serves a merged folder, and a base with one adapter for each shop.

    make test-vllm
    python -m benchmarks.engine [--vllm .venv-vllm/bin/python] [--work DIR] [--write]

A tiny Qwen3 with random weights and two random adapters are made, so the figures say nothing of a real model; what is proven is that the
same folder and the same adapters say the same here and there. Every request goes through the program's own OpenAI-compatible generator.
"""

import argparse
import asyncio
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from agent.generator.errors import NotAccepted, Overrun
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator
from agent.generator.openai_http import Limits, OpenAiHttpGenerator
from agent.generator.port import Generator
from agent.generator.weights import load_weights
from benchmarks.pages import table, write_block
from benchmarks.tiny_qwen import write_adapter, write_model
from benchmarks.vllm_server import VllmServer
from finetune.export.merge import merge, usual_prompts
from finetune.export.source import Source
from finetune.export.speech import Prompt
from finetune.preparation import load_profile

PAGE = Path(__file__).parents[1] / "docs" / "serve.md"
TOKENS = 64
STREAMS = 16


@dataclass
class Findings:
    """What was proven, and what was measured."""

    proven: dict[str, bool] = field(default_factory=dict)
    measured: dict[str, str] = field(default_factory=dict)

    def prove(self, what: str, holds: bool) -> None:
        """Write down whether something holds."""
        self.proven[what] = holds
        print(f"{'passed' if holds else 'FAILED'}: {what}", flush=True)

    def measure(self, what: str, figure: str) -> None:
        """Write down a figure."""
        self.measured[what] = figure
        print(f"{what}: {figure}", flush=True)


@dataclass(frozen=True)
class Draft:
    """What one stream brought."""

    text: str
    pieces: int
    first_s: float
    whole_s: float


@dataclass(frozen=True)
class Material:
    """A model, two adapters, and what they say in this process."""

    model: Path
    adapters: dict[str, Path]
    merged: Path
    prompts: Sequence[Prompt]
    expected: dict[str, list[str]]
    """By adapter; ``base``: without one."""


async def draft(generator: Generator, prompt: Prompt) -> Draft:
    """Take one draft; a random model seldom ends, so one that is cut counts as it stands."""
    began = time.monotonic()
    pieces: list[str] = []
    first_s = 0.0
    with suppress(Overrun):
        async for piece in generator.stream([dict(message) for message in prompt]):
            first_s = first_s or time.monotonic() - began
            pieces.append(piece)
    return Draft("".join(pieces), len(pieces), first_s, time.monotonic() - began)


async def answers(generator: Generator, prompts: Sequence[Prompt]) -> list[str]:
    """Take one draft after the other."""
    return [(await draft(generator, prompt)).text for prompt in prompts]


def prepare(work: Path) -> Material:
    """Make the model and the adapters, merge one, and hear what they say here."""
    model = write_model(work / "model")
    adapters = {name: write_adapter(model, work / name, seed) for seed, name in enumerate(("shop-a", "shop-b"), 1)}
    prompts = usual_prompts(load_profile(None), 8)
    merged = work / "merged"
    merge(Source(adapters["shop-a"], model, None), merged, prompts[:2])
    expected = {}
    for name, adapter in {"base": None, **adapters}.items():
        generator = LocalQwenGenerator(load_weights(model, adapter, "cpu"), limits=LocalLimits(max_tokens=TOKENS))
        expected[name] = asyncio.run(answers(generator, prompts))
        generator.close()
    return Material(model, adapters, merged, prompts, expected)


def behind(server: VllmServer, model: str) -> OpenAiHttpGenerator:
    """The program's generator on a server, greedy."""
    limits = Limits(first_token_s=60.0, total_s=120.0, max_tokens=TOKENS)
    return OpenAiHttpGenerator(f"{server.url}/v1", model, limits=limits, temperature=0.0)


def prove_merged(server: VllmServer, material: Material, found: Findings) -> None:
    """The merged folder alone says what base and adapter say here."""
    said = asyncio.run(answers(behind(server, "base"), material.prompts))
    found.prove("the merged folder gives the greedy answers of base and adapter", said == material.expected["shop-a"])
    found.measure("vLLM up with the merged folder", f"{server.started_s:.0f} s")


def prove_adapters(server: VllmServer, material: Material, found: Findings) -> None:
    """Each request names its adapter, alone and mixed; one is exchanged while the server runs."""
    expected, prompts = material.expected, material.prompts
    distinct = len({tuple(said) for said in expected.values()}) == len(expected)
    found.prove("base and both adapters differ, so that a mix-up would show", distinct)
    for name in expected:
        said = asyncio.run(answers(behind(server, name), prompts))
        found.prove(f"{name!r} gives the greedy answers of the local generator", said == expected[name])
    mixed = asyncio.run(_together(server, ["shop-a", "shop-b"] * (STREAMS // 2), prompts[0]))
    wanted = [expected[name][0] for name in ["shop-a", "shop-b"] * (STREAMS // 2)]
    found.prove("two shops at once each get their own adapter", [one.text for one in mixed] == wanted)
    server.unload_adapter("shop-b")
    found.prove("a dropped adapter is refused by name", asyncio.run(_is_refused(behind(server, "shop-b"), prompts[0])))
    server.load_adapter("shop-b", material.adapters["shop-a"])
    switched = asyncio.run(answers(behind(server, "shop-b"), prompts[:2]))
    found.prove("a name follows its new adapter without a restart", switched == expected["shop-a"][:2])
    found.measure("vLLM up with base and two adapters", f"{server.started_s:.0f} s")


def measure_streams(server: VllmServer, material: Material, found: Findings) -> None:
    """Pieces come as they are made; speed alone and for many at once."""
    alone = asyncio.run(draft(behind(server, "shop-a"), material.prompts[0]))
    found.prove("a draft is streamed", alone.pieces > 4 and alone.first_s < alone.whole_s / 2)
    found.measure("first words, alone", f"{1000 * alone.first_s:.0f} ms")
    found.measure("tokens a second, alone", f"{len(alone.text) / alone.whole_s:.0f}")
    began = time.monotonic()
    many = asyncio.run(_together(server, ["shop-a"] * STREAMS, material.prompts[1]))
    passed_s = time.monotonic() - began
    found.measure(f"tokens a second, {STREAMS} at once", f"{sum(len(one.text) for one in many) / passed_s:.0f}")


async def _together(server: VllmServer, names: Sequence[str], prompt: Prompt) -> list[Draft]:
    return await asyncio.gather(*(draft(behind(server, name), prompt) for name in names))


async def _is_refused(generator: Generator, prompt: Prompt) -> bool:
    try:
        await draft(generator, prompt)
    except NotAccepted:
        return True
    return False


def run(python: Path, work: Path) -> Findings:
    """Make everything, serve it, and compare."""
    found = Findings()
    material = prepare(work)
    with VllmServer(python, material.model, _free_port(), work / "adapters.log", material.adapters) as server:
        prove_adapters(server, material, found)
        measure_streams(server, material, found)
    with VllmServer(python, material.merged, _free_port(), work / "merged.log") as server:
        prove_merged(server, material, found)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vllm", type=Path, default=Path(".venv-vllm/bin/python"), help="Python of its environment")
    parser.add_argument("--work", type=Path, help="folder to work in, kept; default: a temporary one")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/serve.md")
    given = parser.parse_args()
    if not given.vllm.is_file():
        raise SystemExit(f"there is no {str(given.vllm)!r}: make test-vllm installs it (3.4 GB)")
    work = given.work or Path(tempfile.mkdtemp(prefix="xiaoer-vllm-"))
    try:
        found = run(given.vllm.absolute(), work.absolute())
    finally:
        if given.work is None:
            shutil.rmtree(work, ignore_errors=True)
    if given.write:
        rows = [(what, "yes" if holds else "**no**") for what, holds in found.proven.items()]
        write_block(
            PAGE, "engine", table(("proven", ""), rows) + "\n\n" + table(("measured", ""), found.measured.items())
        )
    failed = sum(not holds for holds in found.proven.values())
    print(f"{len(found.proven) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
