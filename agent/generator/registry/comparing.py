"""``xiaoer models compare``: adapters side by side, registered ones or the checkpoints of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.generator.card import CARD, check_card
from agent.generator.registry.comparison import ComparedAnswer, Comparison
from agent.generator.registry.errors import NotPassed
from agent.generator.registry.gate import Gate, GateLine, objections, read_gate
from agent.generator.registry.registry import Registry
from agent.options import JsonOption, print_json
from agent.settings import load_settings

if TYPE_CHECKING:
    from rich.table import Table

AdaptersOption = Annotated[Path | None, typer.Option("--adapters", help="Folder of the registered adapters.")]


def compare(
    adapters_compared: Annotated[
        list[str], typer.Argument(help="Two or more: versions as 'list' names them, or folders.", metavar="A B [C]...")
    ],
    adapters: AdaptersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the gates of adapters side by side, and five answers of each."""
    from agent.generator.registry.comparison import compare as compare_gates

    if len(set(adapters_compared)) < 2:
        raise typer.BadParameter("name two different adapters or more")
    registry = Registry(load_settings({"adapters": adapters}).adapters)
    made = compare_gates({name: _gate(name, registry) for name in adapters_compared})
    if as_json:
        print_json(_as_json(made))
    else:
        _print(made)


def _gate(name: str, registry: Registry) -> Gate:
    if (Path(name) / CARD).is_file():
        found = read_gate(Path(name), check_card(Path(name)).adapter_sha256)
    else:
        found = registry.check(name).gate
    if found is None:
        raise NotPassed(name, objections(None))
    return found


def _print(made: Comparison) -> None:
    from rich.console import Console

    console = Console()
    console.print(_lines(made), highlight=False)
    if not made.same_rows:
        typer.echo("measured on different held-out rows or bases: the figures do not compare")
    for answer in made.answers:
        console.print(_answer(answer, made.names), highlight=False)


def _lines(made: Comparison) -> "Table":
    from rich.table import Table

    table = Table("", "untuned base", "limit", *made.names)
    for line in made.lines:
        limits = {_figure(one.limit) for one in line.lines if one is not None}
        table.add_row(line.measure, _figure(line.base), " / ".join(sorted(limits)), *map(_cell, line.lines))
    return table


def _cell(line: GateLine | None) -> str:
    if line is None or line.adapter is None:
        return "-"
    return _figure(line.adapter) + ("" if line.passes else " FAILS")


def _answer(answer: ComparedAnswer, names: Sequence[str]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, show_lines=True)
    said = [
        ("asked", answer.question),
        ("wanted", answer.wanted),
        ("untuned base", answer.base),
        *zip(names, answer.answers, strict=True),
    ]
    for who, text in said:
        # A text of its own kind: what a model says is no markup.
        table.add_row(Text(who), Text("-" if text is None else text or "(no end)"))
    return table


def _as_json(made: Comparison) -> object:
    return {
        "names": made.names,
        "same_rows": made.same_rows,
        "lines": [
            {
                "measure": line.measure,
                "base": line.base,
                "adapters": [one.model_dump(mode="json") if one else None for one in line.lines],
            }
            for line in made.lines
        ],
        "answers": [vars(answer) for answer in made.answers],
    }


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
