"""The commands of models: ``xiaoer models pull | register | list | check | compare | promote | rollback``."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.generator.errors import BadModel
from agent.generator.models.cli import ModelsOption, pull
from agent.generator.models.folder import check_pulled, find_folder, list_pulled, read_pulled
from agent.generator.registry.comparing import AdaptersOption, compare
from agent.generator.registry.errors import RegistryError
from agent.generator.registry.gate import GateLine
from agent.generator.registry.promotions import Promotion
from agent.generator.registry.registry import Prove, Registry
from agent.generator.registry.versions import Version
from agent.options import JsonOption, print_json
from agent.settings import Settings, load_settings

FAILED = 1
VersionArgument = Annotated[str, typer.Argument(help="As 'list' names it.")]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", help="Folder or name of the base model: the adapter is loaded over it first. Default: the setting."
    ),
]
EditorOption = Annotated[str | None, typer.Option("--editor", help="Who does it, for the record.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the record.")]

app = typer.Typer(
    name="models",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Bring base models; register adapters, promote one and roll back: a running server follows.",
)
app.command()(pull)
app.command()(compare)


@app.command()
def register(
    folder: Annotated[Path, typer.Argument(help="The adapter, such as runs/first/best.")],
    name: Annotated[str | None, typer.Option("--name", help="Begins the version's name. Default: the run's.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Without a gate; needs a reason.")] = False,
    reason: ReasonOption = "",
    model: ModelOption = None,
    editor: EditorOption = None,
    adapters: AdaptersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep an immutable copy of an adapter, with its card and its gate."""
    settings = _settings(adapters, model, editor)
    kept = Registry(settings.adapters).register(
        folder, _who(settings), name=name, force=force, reason=reason.strip(), prove=_prove(settings)
    )
    _tell(_row(kept), as_json, f"registered: {kept.name}, {_verdict(kept)}")


@app.command("list")
def list_versions(adapters: AdaptersOption = None, models: ModelsOption = None, as_json: JsonOption = False) -> None:
    """List the base models that were pulled, the versions with their gates, and which of them is promoted."""
    settings = _settings(adapters, models=models)
    registry = Registry(settings.adapters)
    promotion = registry.current()
    current = promotion.version if promotion else None
    bases = list_pulled(settings.models)
    rows = [_looked_at(registry, version) for version in registry.versions()]
    if as_json:
        history = [entry.model_dump(mode="json") for entry in registry.history()]
        print_json({"bases": list(bases), "current": current, "versions": rows, "history": history})
        return
    for name in bases:
        typer.echo(f"  {name}  base model, {_origin(settings.models / name)}")
    for row in rows:
        mark = "*" if row["version"] == current else " "
        typer.echo(f"{mark} {row['version']}  {row.get('error') or row['verdict']}")
    typer.echo(f"{len(bases)} base models, {len(rows)} registered, promoted: {current or 'none'}")


@app.command()
def check(
    version: VersionArgument,
    model: ModelOption = None,
    adapters: AdaptersOption = None,
    models: ModelsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every file of a version, loaded over a base model where one is named; or every file of a pulled base model."""
    settings = _settings(adapters, model, models=models)
    if version in list_pulled(settings.models):
        pulled = check_pulled(settings.models / version)
        _tell(
            pulled.model_dump(mode="json"),
            as_json,
            f"{version}: every file is as it was pulled, {pulled.revision[:12]}",
        )
        return
    found = Registry(settings.adapters).check(version)
    prove = _prove(settings)
    if prove is not None:
        prove(found.folder)
    lines = [f"{version}: every file is as registered, {_verdict(found)}"]
    lines += [f"  {line.measure:<12}{_figure(line.adapter):>8}  base {_figure(line.base)}" for line in _lines(found)]
    _tell(_row(found), as_json, "\n".join(lines))


@app.command()
def promote(
    version: VersionArgument,
    force: Annotated[bool, typer.Option("--force", help="In spite of its gate; needs a reason.")] = False,
    reason: ReasonOption = "",
    model: ModelOption = None,
    editor: EditorOption = None,
    adapters: AdaptersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve a version: servers that follow the registry change over."""
    settings = _settings(adapters, model, editor)
    made = Registry(settings.adapters).promote(
        version, _who(settings), reason=reason.strip(), force=force, prove=_prove(settings)
    )
    _tell_moved(made, as_json)


@app.command()
def rollback(
    reason: ReasonOption = "",
    model: ModelOption = None,
    editor: EditorOption = None,
    adapters: AdaptersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve again what was served before."""
    settings = _settings(adapters, model, editor)
    made = Registry(settings.adapters).roll_back(_who(settings), reason=reason.strip(), prove=_prove(settings))
    _tell_moved(made, as_json)


def _settings(
    adapters: Path | None, model: str | None = None, editor: str | None = None, models: Path | None = None
) -> Settings:
    return load_settings({"adapters": adapters, "model": model, "editor": editor, "models": models})


def _origin(folder: Path) -> str:
    try:
        pulled = read_pulled(folder)
    except BadModel as error:
        return str(error)
    size = sum(file.stat().st_size for file in folder.iterdir())
    return f"{pulled.revision[:12]} of {pulled.hub}, {size / 1e9:.2f} GB"


def _who(settings: Settings) -> str:
    try:
        return settings.editor or getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _prove(settings: Settings) -> Prove | None:
    """Loads an adapter over the base model of the settings; None: they name none."""
    if settings.model is None:
        return None
    folder = find_folder(settings.model, settings.models)

    def prove(adapter: Path) -> None:
        from agent.generator.card import check_card
        from agent.generator.digest import hash_base
        from agent.generator.weights import load_weights

        check_card(adapter, hash_base(folder))
        load_weights(folder, adapter, "cpu")

    return prove


def _looked_at(registry: Registry, version: str) -> dict[str, Any]:
    try:
        return _row(registry.check(version))
    except (BadModel, RegistryError) as error:
        return {"version": version, "error": str(error)}


def _row(version: Version) -> dict[str, Any]:
    return {
        "version": version.name,
        "verdict": _verdict(version),
        "manifest": version.manifest.model_dump(mode="json"),
        "card": version.card.model_dump(mode="json"),
        "gate": version.gate.model_dump(mode="json") if version.gate else None,
    }


def _verdict(version: Version) -> str:
    if version.gate is None:
        return "never evaluated"
    return "gate passed" if version.gate.verdict == "ship" else f"gate: {'; '.join(version.gate.reasons)}"


def _lines(version: Version) -> tuple[GateLine, ...]:
    return version.gate.lines if version.gate else ()


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _tell_moved(made: Promotion, as_json: bool) -> None:
    forced = f", forced in spite of: {'; '.join(made.overridden)}" if made.forced else ""
    said = f"{made.action}: {made.version} in place of {made.previous or 'the base model'}{forced}"
    _tell(made.model_dump(mode="json"), as_json, said)


def _tell(value: dict[str, Any], as_json: bool, said: str) -> None:
    if as_json:
        print_json(value)
    else:
        typer.echo(said)
