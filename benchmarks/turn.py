"""How long one durable turn takes without a language model, stage by stage.

    python -m benchmarks.turn [--shop DIR] [--rounds 3]
    python -m benchmarks.turn --against-saver [--turns 320] [--rounds 9] [--folder DIR] [--write]

The first replays a fixed set of messages in process (SQLite on disk with synchronous=FULL, mocked back-ends without sockets) and prints
medians over all turns. One warm-up round is not counted. The second compares what it costs to keep a turn with the same graph under
LangGraph's SqliteSaver (see benchmarks/against_saver.py); it leaves with status 1 when a bar is missed.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from agent.assembly import assemble
from agent.messages import CustomerMessage, Reply
from agent.store.sqlite import open_store
from benchmarks.pages import table, write_block
from evaluation.shop import open_shop
from knowledge.transcripts import Transcript
from tools.mock_apis.apis import MockApis

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
STAGES = ("understand", "retrieve", "act", "generate", "audit", "commit", "total")


async def play(shop: Path | None, rounds: int) -> list[Reply]:
    """Play the pack's own transcripts, each in a fresh conversation, and give back the counted replies."""
    pack, release, understander = open_shop(shop)
    if pack.backend is None:
        raise SystemExit(f"pack {pack.shop.shop_id!r} has no backend.json: name a pack with mocked back-ends")
    quotas = {promotion.promotion_id: promotion.quota for promotion in pack.promotions}
    now = pack.now or datetime.now(UTC)
    replies: list[Reply] = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/state.db")
        apis = MockApis(pack.backend, quotas, now=now)
        assistant = assemble(lambda: release, apis.in_process(), store, lambda: now, understander=understander)
        for number in range(rounds + 1):
            for transcript in pack.transcripts:
                for message in _messages(transcript, number):
                    reply = await assistant.handle(message)
                    if number and reply.owner == "bot":
                        replies.append(reply)
        await assistant.aclose()
        await store.aclose()
        apis.close()
    return replies


def _messages(transcript: Transcript, number: int) -> Sequence[CustomerMessage]:
    return [
        CustomerMessage(
            conversation_id=f"{transcript.id}-{number}",
            message_id=f"m-{place}",
            customer_id=transcript.customer_id or "guest",
            text=turn.customer,
            product_id=transcript.product_id,
            region=transcript.region,
            now=transcript.now,
        )
        for place, turn in enumerate(transcript.turns)
    ]


def against_saver(turns: int, rounds: int, folder: Path | None, write: bool) -> int:
    """Measure and print the comparison; 1 when a bar is missed, else 0."""
    from benchmarks import against_saver as bench

    with tempfile.TemporaryDirectory(dir=folder) as place:
        one = asyncio.run(bench.latency(Path(place), turns))
        many = asyncio.run(bench.throughput(Path(place), turns, rounds))
    told = table(("", "this agent", "SqliteSaver", "this agent to SqliteSaver"), bench.told(one, many))
    print(told)
    gain = many.ours_kept / many.saver_kept
    print(f"keeping a turn: {one.ratio:.2f} x, the bar is {bench.LATENCY_BAR} x or less")
    print(f"keeping turns at once: {gain:.1f} x, the bar is {bench.THROUGHPUT_BAR:.0f} x or more")
    if write:
        write_block(PAGE, "saver", told)
    return int(one.ratio > bench.LATENCY_BAR or gain < bench.THROUGHPUT_BAR)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=None, help="by default 3, of the comparison 9")
    parser.add_argument("--against-saver", action="store_true", help="compare with the same graph under SqliteSaver")
    parser.add_argument("--turns", type=int, default=320, help="of a run of the comparison")
    parser.add_argument("--folder", type=Path, default=None, help="where its databases go: the disk to measure")
    parser.add_argument("--write", action="store_true", help="put its figures into docs/reliability.md")
    args = parser.parse_args()
    if args.against_saver:
        raise SystemExit(against_saver(args.turns, args.rounds or 9, args.folder, args.write))
    report(asyncio.run(play(args.shop, args.rounds or 3)))


def report(replies: Sequence[Reply]) -> None:
    """Print the stages of the counted turns."""
    print(f"{len(replies)} turns")
    print(f"{'stage':<12}{'median ms':>10}{'p95 ms':>10}")
    for stage in STAGES:
        times = [reply.timings_ms[stage] for reply in replies if stage in reply.timings_ms]
        if len(times) > 1:
            print(f"{stage:<12}{median(times):>10.1f}{quantiles(times, n=20)[-1]:>10.1f}")


if __name__ == "__main__":
    main()
