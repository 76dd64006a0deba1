"""``xiaoer finetune merge | export``: from an adapter to a model that any server can load."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from finetune.options import JsonOption, print_json
from finetune.progress import progress

if TYPE_CHECKING:
    from finetune.export.merge import Merged

SourceArgument = Annotated[Path, typer.Argument(help="A run, or the folder of an adapter.", metavar="RUN_OR_ADAPTER")]
OutOption = Annotated[Path, typer.Option("--out", help="Folder to write; must be empty or absent.")]


def merge(
    source: SourceArgument,
    out: OutOption,
    model: Annotated[
        str | None, typer.Option("--model", help="The base, a folder or a hub name. Default: the run's.")
    ] = None,
    shop: Annotated[
        Path | None, typer.Option("--shop", help="Whose prompt is asked to compare. Default: the run's.")
    ] = None,
    dtype: Annotated[
        Literal["float32", "base"], typer.Option("--dtype", help="Store the weights so, or as the base stores its own.")
    ] = "float32",
    count: Annotated[int, typer.Option("--prompts", min=1, max=40, help="So many prompts are asked to compare.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Write an adapter into its base's weights, and compare the two."""
    from finetune.export.merge import merge as merge_adapter
    from finetune.export.merge import usual_prompts
    from finetune.export.source import find_source
    from finetune.preparation import load_profile

    found = find_source(source, model)
    prompts = usual_prompts(load_profile(shop or found.shop), count)
    with progress("merging") as tell:
        made = merge_adapter(found, out, prompts, keep=dtype, tell=lambda what, done, total: tell(done, total, what))
    if as_json:
        print_json(asdict(made))
    else:
        typer.echo(_told(made, out))
    if made.equal_answers != made.answers:
        raise typer.Exit(1)


def export(
    merged: Annotated[Path, typer.Argument(help="A folder that 'merge' wrote.", metavar="MERGED")],
    to: Annotated[
        Literal["gguf", "gptq", "awq"], typer.Option("--to", help="llama.cpp's format, or four bits for vLLM.")
    ],
    out: OutOption,
    config: Annotated[
        Path | None, typer.Option("--config", help="The run, whose rows gptq and awq calibrate on.")
    ] = None,
    python: Annotated[
        Path | None, typer.Option("--python", help="Python of the environment with the tool. Default: this one.")
    ] = None,
    tool: Annotated[Path | None, typer.Option("--tool", help="llama.cpp's convert_hf_to_gguf.py, for gguf.")] = None,
) -> None:
    """Bring a merged model into the format of another server."""
    import sys

    from finetune.export.formats import Tools
    from finetune.export.formats import export as export_model

    tools = Tools(python or Path(sys.executable), tool)
    typer.echo(str(export_model(merged, out, to, tools, _rows(config) if config and to != "gguf" else ())))


def _rows(config: Path) -> "list[tuple[int, ...]]":
    from finetune.config import load_config
    from finetune.preparation import prepare

    found = prepare(load_config(config), fetch=False).train
    return [tuple(row.encoded.input_ids) for row in found.rows] if found else []


def _told(made: "Merged", out: Path) -> str:
    return (
        f"{out}: {made.base} with adapter {made.adapter_sha256[:12]}, stored in {made.dtype}\n"
        f"largest difference of a logit: {made.logits_difference:.2g}\n"
        f"same greedy answer: {made.equal_answers} of {made.answers}\n"
        f"copied unchanged: {', '.join(made.copied)}"
    )
