"""``xiaoer finetune collect``: rows from stored conversations."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from finetune.options import JsonOption, print_json

if TYPE_CHECKING:
    from finetune.data.preparing.example import Example
    from finetune.data.preparing.report import Report


def collect(
    out: Annotated[Path, typer.Option("--out", help="A new file of rows, such as rows.jsonl.")],
    state: Annotated[
        str | None, typer.Option("--state", help="The store's address; otherwise the one of the settings.")
    ] = None,
    shop: Annotated[Path | None, typer.Option("--shop", help="The shop pack. Default: the embedded one.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="Conversations with a turn in so many days.")] = 365,
    as_json: JsonOption = False,
) -> None:
    """Make rows of stored answers that a person wrote, or that the customer rated well; masked, with the shop's facts as context."""
    from agent.settings import load_settings
    from agent.store.opening import existing
    from finetune.data.preparing.command import show
    from finetune.data.preparing.report import write_rows
    from finetune.errors import RunError

    if out.exists():
        raise RunError(f"collect: {str(out)!r} is there; name a new file")
    url = existing(state or load_settings().state)
    examples, report = asyncio.run(_collected(url, shop, datetime.now(UTC) - timedelta(days=days)))
    write_rows(out, examples)
    if as_json:
        print_json(report.as_json())
    else:
        show(report, out)


async def _collected(url: str, shop: Path | None, since: datetime) -> "tuple[tuple[Example, ...], Report]":
    from agent.store.opening import open_store
    from finetune.data.stored.collect import collect_rows

    store = open_store(url)
    try:
        return await collect_rows(store, shop, since)
    finally:
        await store.aclose()
