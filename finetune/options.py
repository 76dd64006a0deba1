"""Arguments that several commands of ``xiaoer finetune`` take, and how they print JSON."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

ConfigArgument = Annotated[Path, typer.Argument(help="Configuration of the run, a YAML file.", metavar="CONFIG")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="A setting over the file's: key=value or lora.key=value.")
]
PresetOption = Annotated[
    list[str] | None, typer.Option("--preset", help="Settings under the file's, by name; see 'presets'.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))
