"""A preset: settings that a configuration begins with, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from finetune.errors import ConfigError
from finetune.nearest import nearest
from finetune.strict_yaml import parse_yaml


@dataclass(frozen=True)
class Preset:
    """Settings that ship with the program."""

    name: str
    purpose: str
    """What it is for, in a line."""
    rows: int | None
    """It is made for about so many; None: for any number."""
    settings: Mapping[str, Any]
    """As they would stand in a configuration."""


def list_presets() -> tuple[Preset, ...]:
    """All presets: those for a size of data first, from few rows to many, then the recipes."""
    names = (file.name for file in files("finetune.presets").iterdir() if file.name.endswith(".yaml"))
    presets = [find_preset(name.removesuffix(".yaml")) for name in names]
    return tuple(sorted(presets, key=lambda preset: (preset.rows is None, preset.rows or 0, preset.name)))


def find_preset(name: str) -> Preset:
    """Read a preset.

    Raises:
        ConfigError: there is none of this name; the nearest known one is named.
    """
    folder = files("finetune.presets")
    known = sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
    if name not in known:
        raise ConfigError(f"{name!r} is no preset; the nearest known one is {nearest(name, known)!r}")
    values = parse_yaml(folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8"), f"preset {name}")
    return Preset(name, values["purpose"], values.get("rows"), values["settings"])


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others; a section's keys are laid one by one."""
    merged = dict(under)
    for key, value in over.items():
        before = merged.get(key)
        is_section = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[key] = dict(before or {}, **value) if is_section else value
    return merged
