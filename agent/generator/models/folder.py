"""The folder of base models: which are there, where a name lies, and whether every file is what was brought."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from agent.generator.digest import hash_file
from agent.generator.errors import BadModel
from agent.settings import Settings, read_layers

PULLED = "pulled.json"


class Pulled(BaseModel):
    """Where a base model comes from, and what it is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    hub: str
    endpoint: str
    revision: str
    at: AwareDatetime
    files: Mapping[str, str]
    """SHA-256 of each file."""


def models_folder() -> Path:
    """The folder that the settings name, where nobody has read them yet."""
    layers, _ = read_layers()
    named = layers.get("models")
    return Path(str(named)) if named else Settings.model_fields["models"].get_default(call_default_factory=True)


def find_folder(name: str, models: Path) -> Path:
    """Find a base model on this machine.

    Args:
        name: a folder, or the hub name of a model that was pulled.
        models: the folder of pulled models.

    Raises:
        BadModel: there is neither.
    """
    found = find_pulled(name, models)
    if found is None:
        raise BadModel(
            f"there is no model folder {name!r}, and no model of this name in {str(models)!r}; give a folder, or bring it: "
            f"xiaoer models pull {name}"
        )
    return found


def find_pulled(name: str, models: Path) -> Path | None:
    """A folder of this name, or else the pulled model of this name; None: there is neither."""
    for folder, is_there in ((Path(name), Path.is_dir), (models / name, _is_pulled)):
        if is_there(folder):
            return folder
    return None


def list_pulled(models: Path) -> tuple[str, ...]:
    """The names of all pulled models."""
    return tuple(sorted(file.parent.relative_to(models).as_posix() for file in models.glob(f"*/*/{PULLED}")))


def read_pulled(folder: Path) -> Pulled:
    """Read where a model comes from.

    Raises:
        BadModel: this cannot be read.
    """
    try:
        return Pulled.model_validate_json((folder / PULLED).read_bytes())
    except (OSError, ValidationError) as error:
        raise BadModel(
            f"{str(folder)!r} holds no readable {PULLED}: {error}; delete the folder and pull again"
        ) from error


def check_pulled(folder: Path) -> Pulled:
    """Hash every file of a pulled model.

    Raises:
        BadModel: one is missing or was changed; both hashes are named.
    """
    pulled = read_pulled(folder)
    for name, written in pulled.files.items():
        here = hash_file(folder / name) if (folder / name).is_file() else "nothing"
        if here != written:
            raise BadModel(
                f"{name!r} in {str(folder)!r} was brought with hash {written[:12]!r}, now it is {here[:12]!r}; delete the "
                "folder and pull again"
            )
    return pulled


def _is_pulled(folder: Path) -> bool:
    return (folder / PULLED).is_file()
