"""Where settings come from: flags, then ``XIAOER_…`` in the environment, then ``xiaoer.toml``. The only reader of the environment."""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.errors import SettingsError
from agent.settings.settings import Settings

PREFIX = "XIAOER_"
CONFIG_VARIABLE = "XIAOER_CONFIG"
CONFIG_NAME = "xiaoer.toml"


def load_settings(
    flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """Read the settings; what is set first wins: flags, then the environment, then ``xiaoer.toml``.

    Args:
        flags: settings from the command line; None values are not set.
        environ: the environment; None: the process's own.
        folder: where ``xiaoer.toml`` is looked for unless ``XIAOER_CONFIG`` names a file; None: the working folder.

    Raises:
        SettingsError: a key is unknown (the nearest known one is named), or a value does not fit.
    """
    merged, origins = read_layers(environ, folder)
    for key, value in (flags or {}).items():
        if value is not None:
            merged[key], origins[key] = value, f"--{key.replace('_', '-')}"
    try:
        return Settings(**merged)
    except ValidationError as error:
        raise SettingsError(_misfits(error, origins)) from error


def read_layers(
    environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read what the environment and ``xiaoer.toml`` set, without looking at the values.

    Args:
        environ: the environment; None: the process's own.
        folder: where ``xiaoer.toml`` is looked for; None: the working folder.

    Returns:
        Values by setting, and where each came from.

    Raises:
        SettingsError: a key is unknown, or the file cannot be read.
    """
    variables = os.environ if environ is None else environ
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, layer in (
        *_read_file(variables, folder or Path()),
        *((name, {name[len(PREFIX) :].lower(): value}) for name, value in _own_variables(variables)),
    ):
        for key, value in layer.items():
            if key not in Settings.model_fields:
                raise SettingsError(_unknown(key, origin))
            merged[key], origins[key] = value, origin
    return merged, origins


def _own_variables(variables: Mapping[str, str]) -> list[tuple[str, str]]:
    own = ((name, value) for name, value in sorted(variables.items()) if name.startswith(PREFIX))
    return [(name, value) for name, value in own if value and name != CONFIG_VARIABLE]


def _read_file(variables: Mapping[str, str], folder: Path) -> list[tuple[str, dict[str, Any]]]:
    named = variables.get(CONFIG_VARIABLE)
    path = Path(named) if named else folder / CONFIG_NAME
    if not named and not path.exists():
        return []
    try:
        return [(str(path), tomllib.loads(path.read_text(encoding="utf-8-sig")))]
    except OSError as error:
        raise SettingsError(
            f"settings file {str(path)!r} cannot be read ({error.strerror}): mend {CONFIG_VARIABLE}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {str(path)!r} is not TOML in UTF-8 ({error}): mend it") from error


def _unknown(key: str, origin: str) -> str:
    near = get_close_matches(key, Settings.model_fields, n=1, cutoff=0.0)[0]
    if origin.startswith(PREFIX):
        return f"environment: {origin!r} is no setting; the nearest known one is {(PREFIX + near).upper()!r}"
    return f"{origin}: {key!r} is no setting; the nearest known one is {near!r}"


def _misfits(error: ValidationError, origins: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        key = ".".join(str(part) for part in problem["loc"])
        origin = origins.get(key.partition(".")[0], "the default")
        where = f"setting {key!r} (from {origin}): " if key else "settings: "
        told = "it is missing: set it" if problem["type"] == "missing" else problem["msg"]
        lines.append(where + told.removeprefix("Value error, "))
    return "; ".join(lines)
