"""The adapter that a run tunes further."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from agent.generator.card import check_card
from agent.generator.registry.registry import Registry
from agent.settings import load_settings
from finetune.config import Config
from finetune.errors import RunError
from finetune.training.adapter import Card, StartEntry, read_card

PROMOTED = "promoted"
_ENTRY = "start.json"


@dataclass(frozen=True)
class Start:
    """An adapter that fits the base and the settings of a run."""

    folder: Path
    name: str
    """The registered version, or the folder."""
    card: Card

    @property
    def entry(self) -> StartEntry:
        """What the card of the new adapter says of it."""
        return StartEntry(name=self.name, adapter_sha256=self.card.adapter_sha256)


def find_start(config: Config, base_sha256: str, copied: Path | None = None) -> Start | None:
    """Find the adapter that a run begins with.

    Args:
        config: the run.
        base_sha256: of its base model.
        copied: the copy that a broken run made when it began, which counts whatever is promoted meanwhile; None: there is
            none.

    Returns:
        None: the run begins with a new adapter.

    Raises:
        RunError: nothing is promoted, or the adapter has another shape than the settings; both values are named.
        BadAdapter: it is damaged, or for another base or prompt; both values are named.
        RegistryError: there is no such version.
    """
    if config.start_from is None:
        return None
    folder, name = _read_copy(copied) if copied and copied.is_dir() else _look_up(config.start_from, config.adapters)
    check_card(folder, base_sha256)
    card = read_card(folder)
    for key in ("rank", "alpha", "targets", "variant"):
        has, wanted = getattr(card.lora, key), getattr(config.lora, key)
        if has != wanted:
            raise RunError(
                f"start_from: the adapter in {str(folder)!r} has lora.{key} {has!r}, the configuration says {wanted!r}; set it "
                f"to {has!r}, or leave start_from out"
            )
    return Start(folder, name, card)


def copy_start(start: Start, folder: Path) -> None:
    """Keep the adapter that a run begins with, so that it can be resumed whatever is promoted meanwhile.

    Raises:
        RunError: the folder cannot be written.
    """
    new = folder.with_name(f".{folder.name}.new")
    try:
        shutil.copytree(start.folder, new, dirs_exist_ok=True)
        (new / _ENTRY).write_text(start.entry.model_dump_json(), encoding="utf-8")
        new.rename(folder)
    except OSError as error:
        raise RunError(f"{str(folder)!r} cannot be written ({error.strerror}); make room") from error


def _read_copy(folder: Path) -> tuple[Path, str]:
    try:
        return folder, StartEntry.model_validate_json((folder / _ENTRY).read_bytes()).name
    except (OSError, ValidationError) as error:
        raise RunError(f"{str(folder)!r} holds no readable {_ENTRY}: {error}; start the run again") from error


def _look_up(wanted: str, adapters: Path | None) -> tuple[Path, str]:
    if wanted != PROMOTED and Path(wanted).is_dir():
        return Path(wanted), wanted
    root = adapters or load_settings().adapters
    registry = Registry(root)
    if wanted != PROMOTED:
        return registry.check(wanted).folder, wanted
    promotion = registry.current()
    if promotion is None:
        raise RunError(f"start_from is 'promoted' and no adapter in {str(root)!r} is; promote one, or leave it out")
    return registry.check(promotion.version).folder, promotion.version
