"""The store's commands: ``xiaoer store check | export | erase | backup``."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from agent.errors import SettingsError
from agent.options import JsonOption, print_json
from agent.settings import load_settings
from agent.store.durable import DurableStore
from agent.store.opening import existing, open_store, without_secrets
from agent.store.upkeep.customers import conversations_of, erase_customer, export_customer
from agent.store.upkeep.health import Health, look_over
from agent.store.upkeep.keeper import keeper_of

T = TypeVar("T")

FAILED = 1
StateOption = Annotated[
    str | None, typer.Option("--state", help="The store's address; otherwise the one of the settings.")
]
CustomerArgument = Annotated[str, typer.Argument(help="The customer's id, as channels hand it over.")]

app = typer.Typer(
    name="store",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Look conversations over, give a customer's data out or away, back them up; all while they are in use.",
)


@app.command()
def check(state: StateOption = None, as_json: JsonOption = False) -> None:
    """Read all that is stored once; leave with status 1 when something is damaged or does not fit together."""
    url = _address(state)
    health = asyncio.run(_with(url, lambda store: look_over(store, keeper_of(url))))
    if as_json:
        print_json(asdict(health))
    else:
        _tell(url, health)
    if health.findings:
        raise typer.Exit(FAILED)


@app.command()
def export(
    customer: CustomerArgument,
    out: Annotated[Path | None, typer.Option("--out", help="A new file in place of the screen.")] = None,
    state: StateOption = None,
) -> None:
    """Give out all that is stored of a customer, as JSON."""
    found = asyncio.run(_with(_address(state), lambda store: export_customer(store, customer)))
    if out is None:
        print_json(found)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False, indent=2)
    except OSError as exc:
        raise SettingsError(f"{str(out)!r} cannot be written ({exc.strerror}): name a new file.") from exc
    typer.echo(f"{len(found['conversations'])} conversation(s) written to {out}")


@app.command()
def erase(
    customer: CustomerArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    state: StateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take all personal data of a customer away; rows for an audit stay without it. Backups are not touched."""
    url = _address(state)
    if not yes:
        count = len(asyncio.run(_with(url, lambda store: conversations_of(store, customer))))
        typer.confirm(f"Erase {count} conversation(s) of {customer!r} for good?", abort=True)

    async def work(store: DurableStore) -> dict[str, Any]:
        erased = await erase_customer(store, customer)
        await keeper_of(url).scrub()
        return asdict(erased)

    done = asyncio.run(_with(url, work))
    if as_json:
        print_json(done)
    else:
        typer.echo("erased: " + ", ".join(f"{count} {name}" for name, count in done.items()))


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(help="A new file; SQLite: a database, PostgreSQL: an archive for pg_restore.")
    ],
    state: StateOption = None,
) -> None:
    """Copy the store as it is at this moment, while it is in use."""
    url = _address(state)
    asyncio.run(keeper_of(url).backup(file))
    typer.echo(f"{without_secrets(url)} backed up to {file} ({file.stat().st_size:,} bytes)")


def _address(state: str | None) -> str:
    """The store's address: upkeep makes no store."""
    return existing(state or load_settings().state)


async def _with(url: str, work: Callable[[DurableStore], Awaitable[T]]) -> T:
    store = open_store(url)
    try:
        return await work(store)
    finally:
        await store.aclose()


def _tell(url: str, health: Health) -> None:
    typer.echo(f"store: {without_secrets(url)}")
    for name, count in (*health.rows.items(), *health.open.items()):
        typer.echo(f"  {name.replace('_', ' '):<20}{count:>10,}")
    for finding in health.findings:
        typer.echo(f"damaged: {finding}")
    typer.echo(
        f"{len(health.findings)} damage(s) found" if health.findings else "all rows can be read and fit together"
    )
