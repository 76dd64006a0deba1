"""What the commands for models and for the store have in common."""

import json
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def print_json(value: object) -> None:
    """Print plain data as JSON, a line each part."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
