"""How long one durable turn takes without a language model, stage by stage.

    python -m benchmarks.turn [--shop DIR] [--rounds 5]

Replays a fixed set of messages in process (SQLite on disk with synchronous=FULL, mocked back-ends without sockets) and prints
medians over all turns. One warm-up round is not counted.
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
from evaluation.shop import open_shop
from knowledge.transcripts import Transcript
from tools.mock_apis.apis import MockApis

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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    replies = asyncio.run(play(args.shop, args.rounds))
    print(f"{len(replies)} turns")
    print(f"{'stage':<12}{'median ms':>10}{'p95 ms':>10}")
    for stage in STAGES:
        times = [reply.timings_ms[stage] for reply in replies if stage in reply.timings_ms]
        if len(times) > 1:
            print(f"{stage:<12}{median(times):>10.1f}{quantiles(times, n=20)[-1]:>10.1f}")


if __name__ == "__main__":
    main()
