"""``xiaoer knowledge feed``: other goods at once, without building a release."""

import gc
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.options import (
    ForceOption,
    JsonOption,
    ReasonOption,
    ReleasesOption,
    ShopOption,
    WhoOption,
    editor_name,
    root_of,
)
from knowledge.printing import findings_told, print_findings, print_json

if TYPE_CHECKING:
    from knowledge.feed import Fed

_SHOWN = 10


def feed(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="The goods, in the format of inventory/products.csv.")
    ],
    max_drop: Annotated[
        float,
        typer.Option("--max-drop", min=0, max=1, help="Share of the SKUs that may leave, or sell out, with one feed."),
    ] = 0.2,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the feed for warnings too.")] = False,
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    who: WhoOption = None,
    reason: ReasonOption = "",
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Serve the goods of a feed at once: stock, prices, what is new and what has left.

    Policies, promotions and indexes stay as they are served. A feed that cannot be read, that lacks too many goods or whose numbers
    look like a slip changes nothing. New goods can be found at once; `rollback` takes a feed back.
    """
    from knowledge.feed import FeedOrder
    from knowledge.feed import feed as swap

    if force and not reason.strip():
        raise typer.BadParameter("--force needs --reason WHY, which is kept in the history", param_hint="--force")
    order = FeedOrder(editor_name(who), reason, force, strict, max_drop)
    with findings_told(as_json):
        done = swap(file, root_of(releases, shop), order)
    gc.freeze()  # half a million goods are alive and the process is about to end: looking for garbage would take 0.2 s
    if as_json:
        print_json(done.as_json())
    else:
        _print(done)


def _print(done: "Fed") -> None:
    moves = done.moves
    if done.findings:
        print_findings(done.findings)
    if done.is_unchanged:
        print(f"Release {done.release_id} holds these {moves.after} SKUs already; nothing changed.")
        return
    _list("added", moves.added)
    _list("removed", moves.removed)
    _list("price", (f"{one.sku}: {one.before} → {one.after}" for one in moves.prices))
    _list("stock", (f"{one.sku}: {one.before} → {one.after}" for one in moves.stock))
    _list("otherwise changed", moves.otherwise)
    if moves.retold:
        print(
            f"{len(moves.retold)} product(s) are new or described otherwise; publish when convenient to index them fully."
        )
    print(f"Release {done.release_id} is served now, {done.previous} before: {moves.after} SKUs.")


def _list(about: str, things: Iterable[Any]) -> None:
    told = [str(thing) for thing in things]
    if told:
        more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        print(f"{about} ({len(told)}): {', '.join(told[:_SHOWN])}{more}")
