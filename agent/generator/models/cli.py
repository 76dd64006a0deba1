"""``xiaoer models pull``: a base model from a hub."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from agent.generator.models.hub import Hub, HubName
from agent.options import JsonOption
from agent.settings import load_settings

ModelsOption = Annotated[Path | None, typer.Option("--models", help="Folder of the base models. Default: the setting.")]


def pull(
    name: Annotated[str, typer.Argument(help="Such as Qwen/Qwen2.5-7B-Instruct.")],
    hub: Annotated[HubName, typer.Option("--from", help="The hub.")] = "huggingface",
    revision: Annotated[
        str | None, typer.Option("--revision", help="Branch, tag or commit. Default: the hub's own.")
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", help="A mirror of the hub. Default: HF_ENDPOINT, or the hub itself.")
    ] = None,
    models: ModelsOption = None,
    as_json: JsonOption = False,
    hf_endpoint: Annotated[str | None, typer.Option("--hf-endpoint", envvar="HF_ENDPOINT", hidden=True)] = None,
    token: Annotated[str | None, typer.Option("--token", envvar="HF_TOKEN", hidden=True)] = None,
) -> None:
    """Bring a base model; the name then stands for its folder wherever a model is named. Pull again to go on."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from agent.generator.models.huggingface import HuggingFace
    from agent.generator.models.modelscope import ModelScope
    from agent.generator.models.pull import pull as pull_model

    place = (endpoint or (hf_endpoint if hub == "huggingface" else None) or "").rstrip("/")
    opened: Hub = HuggingFace(token=token) if hub == "huggingface" else ModelScope()
    opened.endpoint = place or opened.endpoint
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        folder = asyncio.run(
            pull_model(
                opened,
                name,
                load_settings({"models": models}).models,
                revision=revision,
                tell=lambda file, here, whole: bar.update(task, description=file, completed=here, total=whole),
            )
        )
    typer.echo(
        json.dumps({"name": name, "folder": str(folder)}, ensure_ascii=False) if as_json else f"{name}: {folder}"
    )
