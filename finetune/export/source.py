"""Sources: which adapter is meant, and which base it belongs to."""

from dataclasses import dataclass
from pathlib import Path

from agent.generator.card import CONFIG, check_card
from finetune.config import Config, load_config
from finetune.errors import ExportError
from finetune.training.base import find_model
from finetune.training.run import RunFolder


@dataclass(frozen=True)
class Source:
    """An adapter and its base."""

    adapter: Path
    base: Path
    shop: Path | None
    """The shop pack of the run; None: the embedded one, or the adapter lies outside its run."""


def find_source(place: Path, model: str | None = None) -> Source:
    """Find the adapter and the base that are meant.

    Args:
        place: a run (its best adapter, or else its last), or the folder of an adapter.
        model: the base, a folder or a hub name; None: the run's, or the one that the card names.

    Raises:
        ExportError: there is no adapter, or no base on this machine.
        BadAdapter: the adapter's card cannot be read.
        ConfigError: the run's configuration cannot be read.
    """
    run = RunFolder(place)
    adapter = next((folder for folder in (place, run.best, run.last) if (folder / CONFIG).is_file()), None)
    if adapter is None:
        raise ExportError(f"{str(place)!r} holds no adapter; name a run, or a folder with {CONFIG}")
    config = _config_of(place if adapter != place else place.parent)
    name = model or (config.model if config else check_card(adapter).base.name)
    base = find_model(name, fetch=False)
    if base is None:
        raise ExportError(f"the base {name!r} is not on this machine; name its folder with --model")
    return Source(adapter, base, config.shop if config else None)


def _config_of(run: Path) -> Config | None:
    file = run / "config.yaml"
    return load_config(file) if file.is_file() else None
