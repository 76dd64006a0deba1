"""The configuration of a training run: one YAML file, with values set on the command line over it."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from finetune.data.formats.dialogue import RowKind
from finetune.data.preparing.section import PrepareSection
from finetune.errors import ConfigError
from finetune.nearest import nearest
from finetune.presets.preset import find_preset, merge
from finetune.strict_yaml import parse_yaml, read_yaml

Targets = Literal["q+v", "q+k+v", "q+k+v+o", "all-linear"]
Variant = Literal["lora", "rslora", "dora"]
Precision = Literal["auto", "fp32", "bf16"]
Quantization = Literal["4bit"]

TARGET_MODULES: Mapping[Targets, tuple[str, ...]] = MappingProxyType(
    {
        "q+v": ("q_proj", "v_proj"),
        "q+k+v": ("q_proj", "k_proj", "v_proj"),
        "q+k+v+o": ("q_proj", "k_proj", "v_proj", "o_proj"),
        "all-linear": ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"),
    }
)
"""The layers of Qwen2.5 and Qwen3 behind each name."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class LoraSection(_Section):
    """The size of the adapter and where it sits."""

    rank: int = Field(default=8, ge=1, le=512)
    """Rank of each pair of matrices."""
    alpha: float = Field(default=16.0, gt=0)
    """The adapter's output is scaled by alpha / rank."""
    dropout: float = Field(default=0.05, ge=0, lt=1)
    """Share of the adapter's input that is dropped while training."""
    targets: Targets = "all-linear"
    """Which linear layers get an adapter."""
    variant: Variant = "lora"
    """``rslora``: scaled by alpha / √rank; ``dora``: length and direction of each weight are learned apart."""


class GateSection(_Section):
    """What an adapter must reach before it may be served; see docs/finetune.md."""

    first_audit: float = Field(default=0.8, ge=0, le=1)
    """Least share of drafts that pass the audit at first."""
    ungrounded: float = Field(default=0.05, ge=0, le=1)
    """Largest share of drafts with a figure that their facts do not hold."""
    vendor: float = Field(default=0.0, ge=0, le=1)
    """Largest share of drafts that name another company's assistant or pretend to be a person."""
    identity: float = Field(default=0.95, ge=0, le=1)
    """Least share of identity questions answered with the shop's own name."""
    bleed: float = Field(default=0.02, ge=0, le=1)
    """Largest share of other drafts that introduce themselves unasked."""
    unprompted: float | None = Field(default=None, ge=0, le=1)
    """Least share of identity questions answered with the shop's own name where the prompt names nobody; `bleed` holds there too. None: it
    is only told."""
    abstention_drop: float = Field(default=0.05, ge=0, le=1)
    """So much less often than the base it may abstain on rows without evidence."""
    style: float = Field(default=0.2, ge=0, le=1)
    """Largest share of drafts that deviate from the shop's style."""
    forgetting: float = Field(default=0.2, ge=0)
    """So much more loss a token than the base it may have on general text."""
    max_drafts: int = Field(default=200, ge=1)
    """So many held-out rows are drafted, the first ones; the loss is taken over all."""
    max_tokens: int = Field(default=256, ge=1)
    """Longest draft, as in serving; a longer one counts as one that comes to no end."""


def _written(value: Any) -> Any:
    """A path as it is written in the file."""
    return str(value) if isinstance(value, PurePath) else value


class MixSection(_Section):
    """Parts of each kind of row, in any unit."""

    knowledge: float = Field(default=60, ge=0)
    """Single questions with their answers."""
    dialogue: float = Field(default=30, ge=0)
    """Conversations of several turns."""
    exception: float = Field(default=10, ge=0)
    """What is refused, not known, or soothed."""

    @property
    def target(self) -> Mapping[RowKind, float]:
        """The parts by kind."""
        return {"knowledge": self.knowledge, "dialogue": self.dialogue, "exception": self.exception}


def _listed(value: Any) -> Any:
    """One name as a list of one."""
    return (value,) if isinstance(value, str) else value


DataItem = Annotated[str, BeforeValidator(_written)]
"""A file of rows or the name of a dataset; ``#500`` behind it draws so many of its rows."""
KeptAt = Annotated[int, Field(ge=1)] | Annotated[str, Field(pattern=r"^epoch-[1-9]\d*$")]
"""A step, or the end of an epoch such as ``epoch-2``."""


class StageSection(_Section):
    """One of several passes that train the same adapter, each with its own rows."""

    name: str = Field(pattern=r"^[\w-]+$")
    data: tuple[DataItem, ...] = Field(min_length=1)
    """Its rows, as in the configuration's own ``data``."""
    epochs: int | None = Field(default=None, ge=1, le=1000)
    """None: as the configuration says."""
    learning_rate: float | None = Field(default=None, gt=0, le=1)
    """None: as the configuration says."""
    replay: float = Field(default=0.1, ge=0, le=1)
    """Share of the rows of the stages before that are learned again."""


class Config(_Section):
    """Everything that decides a training run."""

    preset: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Names of the presets that it begins with; the settings of a later one win."""
    model: str = Field(min_length=1)
    """Folder or hub name of the base model."""
    data: tuple[DataItem, ...] = Field(min_length=1)
    """Files of rows, relative to the working folder, and names of datasets; left out where there are stages."""
    datasets: Path | None = None
    """Registry of datasets: a ``dataset_info.json`` or its folder; None: those that come with the program."""
    prepare: PrepareSection = PrepareSection()
    """What ``prepare`` adds to the rows."""
    mix: MixSection | None = None
    """Parts of the kinds among the training rows; None: all rows are taken."""
    output: Path
    """Folder of the run: adapters, checkpoints, log."""
    shop: Path | None = None
    """Shop pack whose name, persona and style head the prompt; None: the embedded default."""
    lora: LoraSection = LoraSection()
    start_from: str | None = None
    """Adapter that is tuned further: ``promoted``, a registered version, or a folder; None: a new one."""
    adapters: Path | None = None
    """Registry that `start_from` looks into; None: that of the server's settings."""
    stages: tuple[StageSection, ...] = ()
    """Passes that train the adapter one after the other; empty: one pass over all rows."""
    epochs: int = Field(default=3, ge=1, le=1000)
    """Times that each training row is seen."""
    batch_size: int = Field(default=4, ge=1)
    """Rows in memory at once."""
    accumulation: int = Field(default=1, ge=1)
    """Batches before each optimizer step."""
    learning_rate: float = Field(default=2e-4, gt=0, le=1)
    """At its peak; it falls to 0 along a cosine."""
    warmup: float = Field(default=0.05, ge=0)
    """Steps in which the learning rate rises; below 1: this share of all steps."""
    max_tokens: int = Field(default=2048, ge=16)
    """Longest row, prompt and answer together, in tokens."""
    too_long: Literal["refuse", "drop"] = "refuse"
    """What happens to a longer row: the run is refused, or the row is left out and counted. No row is ever cut."""
    seed: int = Field(default=0, ge=0, lt=2**32)
    """Decides the split, the adapter's first weights, the order of rows and the dropout."""
    eval_share: float = Field(default=0.1, ge=0, le=0.5)
    """Share of rows kept for evaluation; 0: no evaluation."""
    evaluate_every: int | None = Field(default=None, ge=1)
    """Optimizer steps between evaluations, each with a checkpoint; None: once an epoch. The last step has one in any case."""
    log_every: int = Field(default=5, ge=1)
    """Optimizer steps between lines of the log."""
    keep_checkpoints: int = Field(default=2, ge=1)
    """So many of the newest checkpoints are kept."""
    keep: tuple[KeptAt, ...] = ()
    """Steps and ends of epochs at which the adapter is evaluated and kept for good."""
    patience: int | None = Field(default=None, ge=1)
    """The run ends after so many evaluations that are no better than the best; None: it never ends early."""
    baseline: int = Field(default=5, ge=0)
    """So many held-out rows are answered by the untuned base before training, and by the adapter after it."""
    precision: Precision = "auto"
    """``auto``: bf16 on a GPU that has it, else fp32."""
    quantization: Quantization | None = None
    """``4bit``: the base's weights are held in four bits (QLoRA); needs a CUDA GPU and the extra ``qlora``."""
    gradient_checkpointing: bool = False
    """Compute activations twice rather than keep them: less memory, about a third more time."""
    gate: GateSection = GateSection()

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, values: Any) -> Any:
        """The rows of a run with stages are those of its stages."""
        if not isinstance(values, dict) or values.get("data") or not values.get("stages"):
            return values
        try:
            items = [item for stage in values["stages"] for item in dict(stage)["data"]]
        except (TypeError, ValueError, KeyError):
            return values
        return {**values, "data": tuple(dict.fromkeys(items))}

    @model_validator(mode="after")
    def _check_stages(self) -> "Config":
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise ValueError(f"stages are named {', '.join(names)}; give each a name of its own")
        if self.stages and set(self.data) != {item for stage in self.stages for item in stage.data}:
            raise ValueError("data is set beside stages and names other rows than they do; leave it out")
        return self


_SECTIONS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"lora": LoraSection, "gate": GateSection, "mix": MixSection, "prepare": PrepareSection}
)


def load_config(path: Path, overrides: Sequence[str] = (), presets: Sequence[str] = ()) -> Config:
    """Read a configuration.

    Args:
        path: a YAML file; its settings win over its presets'.
        overrides: ``key=value`` or ``section.key=value``; each value is read as YAML and wins over the file's.
        presets: take the place of those that the file names.

    Raises:
        ConfigError: the file cannot be read, a key or a preset is unknown (the nearest known one is named) or a value does
            not fit.
    """
    values = read_yaml(path)
    _refuse_unknown(values, str(path))
    if presets:
        values["preset"] = list(presets)
    for preset in reversed(_names(values, str(path))):
        values = merge(find_preset(preset).settings, values)
    for override in overrides:
        _set(values, override)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}" for wrong in error.errors(include_url=False))
        raise ConfigError(f"{path}: {'; '.join(lines)}") from error


def save_config(config: Config, path: Path) -> None:
    """Write a configuration with every default spelled out; `load_config` reads it back as it was."""
    text = yaml.safe_dump(config.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _refuse_unknown(values: Mapping[Any, Any], origin: str) -> None:
    for key, value in values.items():
        _refuse_key(str(key), Config, origin)
        if key in _SECTIONS and isinstance(value, dict):
            for inner in value:
                _refuse_key(str(inner), _SECTIONS[key], origin, f"{key}.")
        if key == "stages" and isinstance(value, list):
            for number, stage in enumerate(value):
                for inner in stage if isinstance(stage, dict) else ():
                    _refuse_key(str(inner), StageSection, origin, f"stages.{number}.")


def _names(values: Mapping[str, Any], origin: str) -> tuple[str, ...]:
    """The presets that a configuration names."""
    named = _listed(values.get("preset", ()))
    if not isinstance(named, list | tuple) or not all(isinstance(name, str) for name in named):
        raise ConfigError(f"{origin}: preset is {named!r}, expected the name of a preset or a list of names")
    return tuple(named)


def _refuse_key(key: str, model: type[BaseModel], origin: str, prefix: str = "") -> None:
    if key not in model.model_fields:
        near = nearest(key, model.model_fields)
        raise ConfigError(f"{origin}: {prefix + key!r} is no setting; the nearest known one is {prefix + near!r}")


def _set(values: dict[str, Any], override: str) -> None:
    origin = f"--set {override}"
    name, equals, text = override.partition("=")
    section, dot, key = name.strip().rpartition(".")
    if not equals:
        raise ConfigError(f"{origin}: expected key=value, such as --set lora.rank=16")
    _refuse_unknown({section: {key: None}} if dot else {key: None}, origin)
    if dot and section not in _SECTIONS:
        raise ConfigError(f"{origin}: {section!r} is no section; known are {', '.join(map(repr, _SECTIONS))}")
    place = values.setdefault(section, {}) if dot else values
    if not isinstance(place, dict):
        raise ConfigError(f"{origin}: {section!r} is {place!r} in the file, expected keys and values")
    place[key] = parse_yaml(text, origin)
    if not dot:
        _refuse_unknown({key: place[key]}, origin)
